package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.boot.SallyportInitializer;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The door of an application that stops. */
class ClosingTest {
  @TempDir private Path data;

  /** The application. */
  private static final class Served extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().write("served");
    }
  }

  /** Is told first that the application starts, so it is told last that it stops. */
  private static final class Last implements ServletContextListener {
    private final CompletableFuture<ServletContext> started = new CompletableFuture<>();
    private final CompletableFuture<Boolean> openAtTheEnd = new CompletableFuture<>();

    @Override
    public void contextInitialized(ServletContextEvent event) {
      started.complete(event.getServletContext());
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
      openAtTheEnd.complete(Corridor.of(event.getServletContext()).isPresent());
    }
  }

  private TestServer server(Last last) throws IOException {
    Map<String, String> parameters =
        Map.of("sallyport.data", data.toString(), "sallyport.admin.enabled", "true");
    return new TestServer()
        .initializer((classes, context) -> context.addListener(last))
        .initializer(new SallyportInitializer())
        .filter(SallyportFilter.class, parameters, "/*")
        .servlet("/*", new Served());
  }

  @Test
  void anApplicationThatStopsHasNoCorridorLeft() throws Exception {
    Last last = new Last();
    try (TestServer server = server(last)) {
      server.start();
      assertThat(Corridor.of(last.started.join())).isPresent();
      server.stopApplication();
      assertThat(last.openAtTheEnd).isCompletedWithValue(false);
    }
  }

  @Test
  void withoutACorridorNoRequestIsServed() throws Exception {
    Last last = new Last();
    try (TestServer server = server(last)) {
      Wire wire = server.start();
      String key = "X-API-Key: " + Files.readString(data.resolve("initial-admin-key")).strip();
      assertThat(wire.send("GET", "/x", key).body()).isEqualTo("served");

      Corridor.closeIn(last.started.join());
      Wire.Reply reply = wire.send("GET", "/x", key);
      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.body()).doesNotContain("served");
    }
  }
}
