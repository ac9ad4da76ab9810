package io.github.sallyport.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.audit.Actor;
import io.github.sallyport.boot.SallyportInitializer;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that issues keys itself, without CDI and without the administration. */
class KeysFromJavaTest {
  @TempDir Path data;

  @Test
  void anApplicationFindsThemInItsContext() throws Exception {
    try (TestServer server =
        new TestServer()
            .filter(
                SallyportFilter.class,
                Map.of(
                    "sallyport.data",
                    data.toString(),
                    "sallyport.api-key.pepper",
                    "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy"),
                "/page")
            .initializer(new SallyportInitializer())
            .servlet(
                "/signup",
                new HttpServlet() {
                  private static final long serialVersionUID = 1L;

                  @Override
                  protected void doPost(HttpServletRequest request, HttpServletResponse response)
                      throws IOException {
                    response.getWriter().write(issue(getServletContext()).key().reveal());
                  }
                })
            .servlet(
                "/page",
                new HttpServlet() {
                  private static final long serialVersionUID = 1L;

                  @Override
                  protected void doGet(HttpServletRequest request, HttpServletResponse response)
                      throws IOException {
                    response.getWriter().print(request.isUserInRole("nobody"));
                  }
                })) {
      Wire wire = server.start();
      String key = wire.send("POST", "/signup").body();
      assertThat(wire.send("GET", "/page", "X-API-Key: " + key).status()).isEqualTo(200);
      assertThat(wire.send("GET", "/page").status()).isEqualTo(401);
    }
  }

  private static IssuedKey issue(ServletContext context) {
    ApiKeys keys = (ApiKeys) context.getAttribute(ApiKeys.class.getName());
    return keys.issue(KeyTerms.of("acme").scopes("orders:read").build(), Actor.part("signup"));
  }

  @Test
  void theDocumentationShowsWhatIsDoneHere() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "api-keys.md"));
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(block.find()).isTrue();
    assertThat(
            Files.readString(
                Path.of("src/test/java/io/github/sallyport/endpoint/KeysFromJavaTest.java")))
        .contains(block.group(1));
  }
}
