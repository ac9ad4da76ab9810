package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.RefusedException;
import io.github.sallyport.Telemetry;
import io.github.sallyport.access.AccessRules;
import io.github.sallyport.access.AccessSettings;
import io.github.sallyport.access.Unauthenticated;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.Limiter;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each request is counted once, by how it ended and what went over the wire. */
class CountedRequestsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String KEY = "X-API-Key: sp_k1";
  private static final String BODY = "0123456789";

  private final List<Ended> ended = new CopyOnWriteArrayList<>();
  private TestServer server;
  private Wire wire;

  private record Ended(@Nullable String key, @Nullable Refusal why, int status, long bytes) {}

  private static Authentication known(String text) {
    if (!text.equals("sp_k1")) {
      return new Authentication.No(Refused.of(Refusal.KEY_UNKNOWN, "There is no such key."));
    }
    Application application =
        new Application("k1", "k1", false, "acme", null, "live", Set.of(), Set.of(), null, false);
    return new Authentication.Known(EstablishedCaller.byKey(application, NOW));
  }

  @BeforeEach
  void start() throws Exception {
    Corridor corridor =
        new Corridor(
            new HttpSettings("r", true, true, true, "X-API-Key", true, "sp", 8192),
            new AccessRules(new AccessSettings(Unauthenticated.ALLOW, List.of())),
            credential -> known(credential.text().reveal()),
            credential -> {
              throw new AssertionError("no token is shown");
            },
            true,
            Limiter.of(new LimitSettings(List.of(), null, null), System::nanoTime),
            new Witnesses(
                event -> {},
                Telemetry.NONE,
                (key, rule, why, status, bytes, nanos) ->
                    ended.add(new Ended(key, why, status, bytes))),
            Clock.fixed(NOW, ZoneOffset.UTC));
    server =
        new TestServer()
            .initializer(
                (classes, context) ->
                    corridor.openIn(context, new FilterCoverage(Set.of("/*"), Set.of())))
            .filter(SallyportFilter.class, Map.of(), "/*")
            .map(SallyportFilter.class, new String[] {"/*"}, "ASYNC", "ERROR")
            .servlet("/*", new Page());
    wire = server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private static final class Page extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      switch (request.getPathInfo()) {
        case "/writer" -> response.getWriter().print(BODY);
        case "/lines" -> lines(response);
        case "/stream" -> response.getOutputStream().print(BODY);
        case "/length" -> {
          response.setContentLength(BODY.length());
          response.getOutputStream().print(BODY);
        }
        case "/reset-buffer" -> {
          response.getWriter().print("thrown away");
          response.resetBuffer();
          response.getWriter().print(BODY);
        }
        case "/reset" -> {
          response.getOutputStream().print("thrown away");
          response.reset();
          response.getWriter().print(BODY);
        }
        case "/send-error" -> {
          response.getWriter().print("thrown away");
          response.sendError(404);
        }
        case "/send-redirect" -> {
          response.getWriter().print("thrown away");
          response.sendRedirect("/writer");
        }
        case "/throw" -> {
          response.getWriter().print("thrown away");
          throw new ServletException("as if");
        }
        case "/refuse" -> {
          response.getWriter().print("thrown away");
          throw new RefusedException(Refused.of(Refusal.ROLE_MISSING, "It needs a role."));
        }
        case "/both" -> {
          response.getWriter();
          response.getOutputStream();
        }
        case "/not-modified" -> {
          response.setStatus(304);
          response.setHeader("Content-Length", "1000");
        }
        case "/async" -> async(request, response);
        case "/dispatched" -> dispatched(request);
        case "/non-blocking" -> nonBlocking(request, response);
        default -> throw new AssertionError("there is no such page");
      }
    }

    private static void lines(HttpServletResponse response) throws IOException {
      response.setCharacterEncoding("utf8");
      response.setHeader("Content-Length", "17"); // so that no chunk has to be taken apart
      PrintWriter writer = response.getWriter();
      writer.print("gr");
      writer.println("ün");
      writer.printf("%s", "\uD83D\uDE00");
      writer.append('€').flush();
      writer.write(new char[] {'a', 'b'});
      writer.println(7);
      assertThat(writer.checkError()).isFalse();
    }

    private static void async(HttpServletRequest request, HttpServletResponse response) {
      AsyncContext context = request.startAsync();
      context.start(
          () -> {
            try {
              response.getWriter().print(BODY);
            } catch (IOException e) {
              throw new AssertionError(e);
            }
            context.complete();
          });
    }

    private static void dispatched(HttpServletRequest request) {
      if (request.getDispatcherType() == DispatcherType.ASYNC) return;
      AsyncContext context = request.startAsync();
      context.start(() -> context.dispatch("/writer"));
    }

    private static void nonBlocking(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      AsyncContext context = request.startAsync();
      ServletOutputStream out = response.getOutputStream();
      out.setWriteListener(
          new WriteListener() {
            private int left = 100;

            @Override
            public void onWritePossible() throws IOException {
              while (left > 0 && out.isReady()) {
                out.write(new byte[10_000]);
                left--;
              }
              if (left == 0 && out.isReady()) context.complete();
            }

            @Override
            public void onError(Throwable fault) {
              context.complete();
            }
          });
    }
  }

  private Ended one(Reply reply) {
    await().until(() -> !ended.isEmpty());
    assertThat(ended).hasSize(1);
    assertThat(ended.get(0).status()).isEqualTo(reply.status());
    return ended.get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/writer", "/stream", "/length", "/async", "/reset-buffer", "/reset"})
  void whatIsSentIsCountedHoweverItIsWritten(String path) {
    Reply reply = wire.send("GET", path, KEY);
    assertThat(reply.body()).isEqualTo(BODY);
    assertThat(one(reply)).isEqualTo(new Ended("k1", null, 200, BODY.length()));
  }

  @Test
  void textIsCountedInTheBytesThatItHas() {
    Reply reply = wire.send("GET", "/lines", KEY);
    assertThat(reply.body()).isEqualTo("grün\n\uD83D\uDE00€ab7\n");
    assertThat(one(reply).bytes()).isEqualTo(reply.body().getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void whatIsWrittenWithoutBlockingIsCounted() {
    Reply reply = wire.send("GET", "/non-blocking", KEY);
    assertThat(one(reply)).isEqualTo(new Ended("k1", null, 200, 1_000_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/writer", "/stream", "/length", "/async"})
  void anAnswerWithoutABodyHasNoBytesWhateverTheApplicationWrites(String path) {
    Reply reply = wire.send("HEAD", path, KEY);
    assertThat(reply.body()).isEmpty();
    assertThat(one(reply)).isEqualTo(new Ended("k1", null, 200, 0));
  }

  @Test
  void aLengthThatIsToldWithoutABodyIsNotCounted() {
    Reply reply = wire.send("GET", "/not-modified", KEY);
    assertThat(one(reply)).isEqualTo(new Ended("k1", null, 304, 0));
  }

  @ParameterizedTest
  @CsvSource({"/send-error, 404", "/send-redirect, 302", "/both, 500"})
  void whatWasThrownAwayIsNotCounted(String path, int status) {
    Reply reply = wire.send("GET", path, KEY);
    assertThat(reply.body()).doesNotContain("thrown away");
    assertThat(one(reply)).isEqualTo(new Ended("k1", null, status, 0));
  }

  /** Tomcat sends what was in the buffer; others need not. */
  @Test
  void anExceptionIsCountedAs500() {
    Reply reply = wire.send("GET", "/throw", KEY);
    assertThat(one(reply)).extracting(Ended::key, Ended::status).containsExactly("k1", 500);
  }

  @Test
  void aRefusalOfTheApplicationsIsCountedWithItsOwnBody() {
    Reply reply = wire.send("GET", "/refuse", KEY);
    assertThat(one(reply))
        .isEqualTo(new Ended("k1", Refusal.ROLE_MISSING, 403, reply.body().length()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "POST"})
  void aRefusalOfOursIsCountedOnce(String method) {
    Reply reply = wire.send(method, "/writer", "X-API-Key: sp_none");
    assertThat(one(reply))
        .isEqualTo(new Ended(null, Refusal.KEY_UNKNOWN, 401, reply.body().length()));
    ended.clear();
    assertThat(one(wire.send(method, "/writer", KEY)).why()).isNull();
  }

  @Test
  void whatADispatchWritesIsCounted() {
    Reply reply = wire.send("GET", "/dispatched", KEY);
    assertThat(reply.body()).isEqualTo(BODY);
    assertThat(one(reply)).isEqualTo(new Ended("k1", null, 200, BODY.length()));
  }

  @Test
  void whoShowsNothingIsCountedOnceToo() {
    assertThat(one(wire.send("GET", "/dispatched")))
        .extracting(Ended::key, Ended::why)
        .containsOnlyNulls();
  }

  @Test
  void theIdOfTheRequestStaysWhenTheApplicationResetsTheAnswer() {
    Reply reply = wire.send("GET", "/reset", KEY, "X-Request-Id: r1");
    assertThat(reply.header("X-Request-Id")).contains("r1");
  }
}
