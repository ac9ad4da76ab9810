package io.github.sallyport.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Caller;
import io.github.sallyport.Secret;
import io.github.sallyport.http.Destinations;
import io.github.sallyport.http.ShownToken;
import io.github.sallyport.token.Tokens;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the how-to shows is compiled: here, and beside the tests of REST clients. */
class HowToTest {
  private static final Path HOW_TO = Path.of("../docs/how-to/call-services-behind.md");
  private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final List<Path> SOURCES =
      List.of(
          Path.of("src/test/java/io/github/sallyport/client/HowToTest.java"),
          Path.of("../cdi-extension/src/test/java/io/github/sallyport/cdi/BillingToken.java"),
          Path.of("../cdi-extension/src/test/java/io/github/sallyport/cdi/Billing.java"));

  static List<Object> code(Tokens tokens, Secret key, Caller caller, Executor executor) {
    Client billing =
        ClientBuilder.newClient()
            .register(
                new InternalToken(
                    tokens, "https://billing.example", Destinations.of("https://billing.example")));
    InternalTokens reading =
        new InternalTokens(tokens, "https://billing.example", Set.of("invoices:read"));
    Client accounts =
        ClientBuilder.newClient()
            .register(new ShownToken(Destinations.of("https://accounts.example")));
    Destinations inOurNetwork =
        Destinations.of("https://billing.example").andInClear("http://stock.internal:8080");
    executor.execute(caller.wrap(() -> billing.target("https://billing.example/invoices")));
    OwnToken own =
        OwnToken.byKey("https://edge.example/sallyport/token", key)
            .scopes("invoices:read")
            .to(Destinations.of("https://billing.example"));
    Client nightly = ClientBuilder.newClient().register(own);
    return List.of(billing, reading, accounts, inOurNetwork, nightly);
  }

  @Test
  void itsCodeIsCompiled() throws IOException {
    StringBuilder compiled = new StringBuilder();
    for (Path source : SOURCES) compiled.append(words(Files.readString(source)));
    List<String> shown =
        JAVA.matcher(Files.readString(HOW_TO)).results().map(m -> words(m.group(1))).toList();
    assertThat(shown).hasSize(8).allSatisfy(code -> assertThat(compiled).contains(code));
  }

  /** Without line breaks, which the formatter sets. */
  private static String words(String code) {
    return code.replaceAll("\\s+", "");
  }
}
