package io.github.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.testing.LogCapture;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.http.HttpServlet;
import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where clients that know an identifier alone look for its document, and whether it is there. */
class WellKnownTest {
  private static final String SERVER = "/.well-known/oauth-authorization-server";
  private static final String RESOURCE = "/.well-known/oauth-protected-resource";
  private static final String NGINX =
      "location = %s { proxy_pass http://127.0.0.1:8080/orders/sallyport/%s; }";

  @TempDir private Path data;

  private TestServer server(TestServer server, String issuer, String resource) {
    return server
        .filter(
            SallyportFilter.class,
            Map.of(
                "sallyport.data",
                data.toString(),
                "sallyport.unauthenticated",
                "reject",
                "sallyport.api-key.pepper",
                "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy",
                "sallyport.token.issuer",
                issuer,
                "sallyport.token.algorithm",
                "ES256",
                "sallyport.resource",
                resource),
            "/*")
        .initializer(new SallyportInitializer())
        .servlet("/", new HttpServlet() {});
  }

  @ParameterizedTest
  @CsvSource({ // RFC 8414 section 3.1; RFC 9728 section 3.1, which keeps a slash at a path's end
    "https://a.example, '', https://a.example, ''",
    "https://a.example/, '', https://a.example/, ''",
    "https://a.example/t, /t, https://a.example/v1, /v1",
    "https://a.example/t/, /t, https://a.example/v1/, /v1/"
  })
  void theWholeHostsApplicationServesTheDocumentsThereAndNothingElse(
      String issuer, String afterIssuer, String resource, String afterResource) throws Exception {
    try (TestServer server = server(new TestServer(), issuer, resource)) {
      Wire wire = server.start();
      assertThat(server.isRunning()).isTrue();
      assertIsServed(wire, SERVER + afterIssuer, "\"issuer\":\"" + issuer + "\"");
      assertIsServed(wire, RESOURCE + afterResource, "\"resource\":\"" + resource + "\"");
      for (String other : new String[] {"/.well-known/x", SERVER + "/x", RESOURCE + "/x/y"}) {
        Reply refused = wire.send("GET", other);
        assertThat(refused.status()).as(other).isEqualTo(401);
        assertThat(refused.code()).isEqualTo("credential_missing");
      }
      assertThat(LogCapture.messages("sallyport.boot", Level.INFO))
          .noneMatch(line -> line.contains("proxy_pass"));
    }
  }

  private static void assertIsServed(Wire wire, String path, String member) {
    Reply got = wire.send("GET", path);
    assertThat(got.status()).as(path).isEqualTo(200);
    assertThat(got.body()).contains(member);
    assertThat(got.header("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
    Reply head = wire.send("HEAD", path);
    assertThat(head.status()).as(path).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.header("ETag")).isEqualTo(got.header("ETag"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://a.example/orders, /orders, https://a.example/orders, /orders",
    "https://a.example/orders/, /orders, https://a.example/orders/, /orders/"
  })
  void belowAContextPathTheyAreTheHostsAndTheLogSaysWhatToPassOn(
      String issuer, String afterIssuer, String resource, String afterResource) throws Exception {
    try (TestServer server = server(new TestServer("/orders"), issuer, resource)) {
      Wire wire = server.start();
      assertThat(server.isRunning()).isTrue();
      for (String document : new String[] {SERVER + afterIssuer, RESOURCE + afterResource}) {
        assertThat(wire.send("GET", document).status()).isEqualTo(404); // nobody's, here
        assertThat(wire.send("GET", "/orders" + document).code()).isEqualTo("credential_missing");
      }
      String own = "/orders/sallyport/oauth-authorization-server";
      assertThat(wire.send("GET", own).body()).contains("\"issuer\":\"" + issuer + "\"");
      assertThat(LogCapture.messages("sallyport.boot", Level.INFO))
          .anySatisfy(
              line ->
                  assertThat(line)
                      .endsWith(
                          NGINX.formatted(SERVER + afterIssuer, "oauth-authorization-server")))
          .anySatisfy(
              line ->
                  assertThat(line)
                      .endsWith(
                          NGINX.formatted(RESOURCE + afterResource, "oauth-protected-resource")));
    }
  }

  @Test
  void anApplicationsOwnServletAnswersThereItself() throws Exception {
    try (TestServer server =
        server(new TestServer(), "https://a.example", "https://a.example")
            .servlet(SERVER, new HttpServlet() {})) {
      Wire wire = server.start();
      assertThat(server.isRunning()).isTrue();
      assertThat(wire.send("GET", SERVER).status()).isEqualTo(405);
      assertIsServed(wire, RESOURCE, "\"resource\"");
      assertThat(LogCapture.messages("sallyport.boot", Level.WARNING))
          .anySatisfy(line -> assertThat(line).contains(SERVER).contains("answers there itself"));
    }
  }
}
