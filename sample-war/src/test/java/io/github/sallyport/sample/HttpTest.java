package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The guard over all container tests, shown a server that leaks on purpose. */
class HttpTest {
  private static final String SECRET = "sp_live_not_a_real_key_but_long";

  private HttpServer server;
  private URI base;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/quiet", exchange -> answer(exchange, "quiet"));
    server.createContext("/body", exchange -> answer(exchange, "you sent " + shown(exchange)));
    server.createContext(
        "/header",
        exchange -> {
          exchange.getResponseHeaders().set("X-Debug", shown(exchange));
          answer(exchange, "");
        });
    server.start();
    base = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private static String shown(HttpExchange exchange) {
    return exchange.getRequestHeaders().values().stream().flatMap(v -> v.stream()).toList() + "";
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void aSecretThatComesBackFailsTheTestAndIsNotInItsReport() {
    for (String leak : new String[] {"/body", "/header"}) {
      for (Http request :
          new Http[] {Http.get(base, leak).key(SECRET), Http.get(base, leak).bearer(SECRET)}) {
        assertThatThrownBy(request::send)
            .isInstanceOf(AssertionError.class)
            .hasMessageContaining("a secret came back")
            .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
      }
    }
  }

  @Test
  void anAnswerWithoutTheSecretPasses() {
    assertThat(Http.get(base, "/quiet").key(SECRET).send().isOk().body()).isEqualTo("quiet");
  }
}
