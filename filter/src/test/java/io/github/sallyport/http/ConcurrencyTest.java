package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.access.AccessRules;
import io.github.sallyport.access.AccessSettings;
import io.github.sallyport.access.Unauthenticated;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.Limiter;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many requests of one caller are on their way at one time, in a real container. */
class ConcurrencyTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String KEY = "X-API-Key: sp_k1";
  private static final String OTHER = "X-API-Key: sp_k2";

  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore go = new Semaphore(0);
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private final Limiter limiter =
      Limiter.of(
          new LimitSettings(List.of(new Plan("two", List.of(), null, 2)), null, null),
          System::nanoTime);
  private TestServer server;
  private Wire wire;

  private static Authentication known(String text) {
    String id = text.substring(3);
    Application application =
        new Application(id, id, false, "acme", "two", "live", Set.of(), Set.of(), null, false);
    return new Authentication.Known(EstablishedCaller.byKey(application, NOW));
  }

  @BeforeEach
  void start() throws Exception {
    Corridor corridor =
        new Corridor(
            new HttpSettings("r", true, true, true, "X-API-Key", true, "sp", 8192),
            new AccessRules(new AccessSettings(Unauthenticated.REJECT, List.of())),
            credential -> known(credential.text().reveal()),
            credential -> {
              throw new AssertionError("no token is shown");
            },
            false,
            limiter,
            Witnesses.of(event -> {}),
            Clock.fixed(NOW, ZoneOffset.UTC));
    server =
        new TestServer()
            .initializer(
                (classes, context) ->
                    corridor.openIn(context, new FilterCoverage(Set.of("/*"), Set.of())))
            .filter(SallyportFilter.class, Map.of(), "/*")
            .map(SallyportFilter.class, new String[] {"/*"}, "ASYNC", "ERROR")
            .servlet("/*", new Probe())
            .servlet("/error-page", new Probe())
            .errorPage(500, "/error-page");
    wire = server.start();
  }

  @AfterEach
  void stop() throws Exception {
    go.release(1_000);
    clients.shutdownNow();
    server.close();
  }

  private final class Probe extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      String path = Corridor.dispatchedPath(request);
      boolean first = request.getDispatcherType() == DispatcherType.REQUEST;
      if (path.endsWith("/held")) {
        arrived.release();
        go.acquireUninterruptibly();
      } else if (path.endsWith("/refuse")) {
        CurrentCaller.find().orElseThrow().require("never");
      } else if (path.endsWith("/fail")) {
        throw new ServletException("the application's own fault");
      } else if (path.endsWith("/error")) {
        throw new LinkageError("worse than that");
      } else if (path.endsWith("/send-error")) {
        response.sendError(500);
      } else if (path.endsWith("/forward")) {
        request.getRequestDispatcher("/elsewhere").forward(request, response);
      } else if (path.endsWith("/complete") && first) {
        AsyncContext async = request.startAsync();
        async.start(async::complete);
      } else if (path.endsWith("/complete-at-once") && first) {
        request.startAsync().complete();
      } else if (path.endsWith("/dispatch") && first) {
        AsyncContext async = request.startAsync();
        async.start(async::dispatch);
      } else if (path.endsWith("/again") && request.getAttribute("third") == null) {
        if (!first) request.setAttribute("third", "next");
        AsyncContext async = request.startAsync();
        async.start(async::dispatch);
      } else if (path.endsWith("/time-out") && first) {
        request.startAsync().setTimeout(20);
      } else if (path.endsWith("/held-async") && first) {
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        arrived.release();
        clients.execute(
            () -> {
              go.acquireUninterruptibly();
              async.complete();
            });
      } else if (path.endsWith("/long")) {
        OutputStream out = response.getOutputStream();
        for (int i = 0; i < 2_000; i++) out.write(new byte[8_192]);
      } else {
        response.setStatus(200);
      }
    }
  }

  private Future<Reply> later(String path, String key) {
    return clients.submit(() -> wire.send("GET", path, key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/held", "/held-async"})
  void whoHasAsManyOnTheirWayAsThePlanAllowsIsRefusedAndNobodyElse(String path) throws Exception {
    List<Future<Reply>> held = List.of(later(path, KEY), later(path, KEY));
    arrived.acquire(2);

    Reply refused = wire.send("GET", "/x", KEY);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.code()).isEqualTo("concurrency_limited");
    assertThat(refused.header("Retry-After")).contains("1");
    assertThat(refused.header("Cache-Control")).contains("no-store");
    assertThat(refused.all("RateLimit")).isEmpty();
    assertThat(limiter.inFlight()).isEqualTo(2);
    assertThat(wire.send("GET", "/x", OTHER).status()).isEqualTo(200);
    go.release(2);
    for (Future<Reply> each : held) assertThat(each.get().status()).isEqualTo(200);
    await().until(limiter::inFlight, n -> n == 0);
    assertThat(wire.send("GET", "/x", KEY).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/x",
        "/refuse",
        "/fail",
        "/error",
        "/send-error",
        "/forward",
        "/complete",
        "/complete-at-once",
        "/dispatch",
        "/again",
        "/time-out"
      })
  void howeverARequestEndsItIsNoLongerOnItsWay(String path) {
    for (int i = 0; i < 5; i++) {
      assertThat(wire.send("GET", path, KEY).status()).isNotEqualTo(429);
      await().until(limiter::inFlight, n -> n == 0);
    }
  }

  @Test
  void aRequestWhoseClientIsGoneEndsToo() throws Exception {
    for (int i = 0; i < 10; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), wire.port())) {
        socket.setSoLinger(true, 0);
        socket
            .getOutputStream()
            .write(
                ("GET /long HTTP/1.1\r\nHost: localhost\r\n" + KEY + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
      await().until(limiter::inFlight, n -> n == 0);
    }
    assertThat(wire.send("GET", "/x", KEY).status()).isEqualTo(200);
  }

  @Test
  void afterTenThousandMixedRequestsNoneIsLeftOnItsWay() throws Exception {
    String[] paths = {
      "/x",
      "/refuse",
      "/fail",
      "/forward",
      "/complete",
      "/complete-at-once",
      "/dispatch",
      "/again",
      "/send-error"
    };
    List<Callable<Integer>> work = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      Random random = new Random(thread);
      work.add(
          () -> {
            int refused = 0;
            for (int i = 0; i < 1_250; i++) {
              String path = i % 100 == 0 ? "/time-out" : paths[random.nextInt(paths.length)];
              String key = "X-API-Key: sp_k" + random.nextInt(3);
              if (wire.send("GET", path, key).status() == 429) refused++;
            }
            return refused;
          });
    }
    int refused = 0;
    for (Future<Integer> each : clients.invokeAll(work)) refused += each.get();

    await().until(limiter::inFlight, n -> n == 0);
    assertThat(refused).as("so that both ways were taken").isBetween(1, 9_999);
    for (int i = 0; i < 3; i++) {
      assertThat(wire.send("GET", "/x", "X-API-Key: sp_k" + i).status()).isEqualTo(200);
    }
  }
}
