package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.User;
import io.github.sallyport.access.AccessRules;
import io.github.sallyport.access.AccessSettings;
import io.github.sallyport.access.PathRule;
import io.github.sallyport.access.Policy;
import io.github.sallyport.access.Unauthenticated;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.Limiter;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How often one may, through real HTTP, with a clock that is moved by hand. */
class LimitsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String KEY = "X-API-Key: sp_limited";
  private static final String TOKEN = "Authorization: Bearer good.token.x";
  private static final Plan TWO =
      new Plan(
          "two",
          List.of(new Limit(60, Duration.ofMinutes(1), 4), Limit.of(9, Duration.ofHours(1))));

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger handled = new AtomicInteger();
  private final List<AuditEvent> audit = new CopyOnWriteArrayList<>();
  private TestServer server;
  private Wire wire;

  private static Authentication key(String text) {
    return switch (text) {
      case "sp_limited" -> known("k1", "two");
      case "sp_unlimited" -> known("k2", null);
      default -> new Authentication.No(Refused.of(Refusal.KEY_UNKNOWN, "There is no such key."));
    };
  }

  private static Authentication known(String id, @Nullable String plan) {
    Application application =
        new Application(id, id, false, "acme", plan, "live", Set.of("a"), Set.of(), null, false);
    return new Authentication.Known(EstablishedCaller.byKey(application, NOW));
  }

  private static Authentication token(String text) {
    if (!text.equals("good.token.x")) {
      return new Authentication.No(Refused.of(Refusal.TOKEN_INVALID, "The token is not good."));
    }
    return new Authentication.Known(
        EstablishedCaller.byToken(
            new User("alice", "a-1", "iss", "j1", null, Set.of(), Map.of(), null, NOW), NOW));
  }

  private static PathRule rule(Policy policy, String pattern, int cost, String... scopes) {
    return new PathRule(
        "r", List.of(pattern), Set.of(), policy, Set.of(scopes), Set.of(), Set.of(), cost);
  }

  @BeforeEach
  void start() throws Exception {
    Corridor corridor =
        new Corridor(
            new HttpSettings("r", true, true, true, "X-API-Key", true, "sp", 8192),
            new AccessRules(
                new AccessSettings(
                    Unauthenticated.REJECT,
                    List.of(
                        rule(Policy.PERMIT, "/public/*", 1),
                        rule(Policy.OPTIONAL, "/optional/*", 2),
                        rule(Policy.DENY, "/denied/*", 1),
                        rule(Policy.AUTHENTICATED, "/costly/*", 3),
                        rule(Policy.AUTHENTICATED, "/needs-z/*", 1, "z")))),
            credential -> key(credential.text().reveal()),
            credential -> token(credential.text().reveal()),
            true,
            Limiter.of(new LimitSettings(List.of(TWO), null, "two"), nanos::get),
            Witnesses.of(audit::add),
            Clock.fixed(NOW, ZoneOffset.UTC));
    server =
        new TestServer()
            .initializer(
                (classes, context) ->
                    corridor.openIn(context, new FilterCoverage(Set.of("/*"), Set.of())))
            .filter(Mechanism.class, Map.of(), "/mechanism/*")
            .filter(SallyportFilter.class, Map.of(), "/*")
            .map(SallyportFilter.class, new String[] {"/*"}, "ASYNC", "ERROR")
            .servlet("/*", new Probe())
            .servlet("/error-page", new Probe())
            .errorPage(500, "/error-page");
    wire = server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  /** Walks the corridor before the filter, as a mechanism of Jakarta Security does. */
  public static final class Mechanism implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      assertThat(Corridor.enter((HttpServletRequest) request)).isPresent();
      assertThat(Corridor.enter((HttpServletRequest) request)).isPresent();
      chain.doFilter(request, response);
    }
  }

  private final class Probe extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      handled.incrementAndGet();
      String path = Corridor.dispatchedPath(request);
      if (path.endsWith("/refuse")) {
        CurrentCaller.find().orElseThrow().require("never");
      } else if (path.endsWith("/logout")) {
        request.logout();
        CurrentCaller.find().orElseThrow().require();
      } else if (path.endsWith("/reset")) {
        response.reset();
      } else if (path.endsWith("/fail")) {
        throw new ServletException("the application's own fault");
      } else if (path.endsWith("/forward")) {
        request.getRequestDispatcher("/elsewhere").forward(request, response);
      } else if (path.endsWith("/async") && request.getDispatcherType() == DispatcherType.REQUEST) {
        AsyncContext async = request.startAsync();
        async.start(async::dispatch);
      } else {
        response.getWriter().write("handled");
      }
    }
  }

  private Reply get(String path, String... headers) {
    return wire.send("GET", path, headers);
  }

  private static @Nullable String limit(Reply reply) {
    return reply.header("RateLimit").orElse(null);
  }

  private static void assertUntold(Reply reply) {
    assertThat(reply.all("RateLimit")).isEmpty();
    assertThat(reply.all("RateLimit-Policy")).isEmpty();
  }

  @Test
  void eachAnswerTellsEveryPolicyAndTheOneWithTheLeastLeft() {
    Reply reply = get("/x", KEY);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("RateLimit-Policy"))
        .contains("\"two-1m\";q=60;w=60, \"two-1h\";q=9;w=3600");
    assertThat(limit(reply)).isEqualTo("\"two-1m\";r=3;t=1");
    for (int i = 0; i < 7; i++) {
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      reply = get("/x", KEY);
    }
    assertThat(limit(reply)).isEqualTo("\"two-1h\";r=1;t=3193");
    assertUntold(get("/x", "X-API-Key: sp_unlimited"));
  }

  @Test
  void whoHasNoneLeftIsRefusedAndLetInAfterRetryAfter() {
    for (int i = 0; i < 4; i++) assertThat(get("/x", KEY).status()).isEqualTo(200);
    nanos.addAndGet(Duration.ofMillis(10).toNanos());

    Reply refused = get("/x", KEY);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.code()).isEqualTo("rate_limited");
    assertThat(refused.header("Content-Type")).contains("application/problem+json");
    assertThat(refused.header("Cache-Control")).contains("no-store");
    assertThat(refused.header("Retry-After")).contains("1");
    assertThat(refused.all("WWW-Authenticate")).isEmpty();
    assertThat(refused.header("X-Request-Id")).isPresent();
    assertThat(refused.header("RateLimit-Policy"))
        .contains("\"two-1m\";q=60;w=60, \"two-1h\";q=9;w=3600");
    assertThat(limit(refused)).isEqualTo("\"two-1m\";r=0;t=4");
    assertThat(handled).hasValue(4);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(get("/x", KEY).status()).isEqualTo(200);
  }

  @Test
  void theRefusalIsAuditedAsAnyOther() {
    for (int i = 0; i < 5; i++) get("/x", KEY);

    assertThat(audit).hasSize(1);
    AuditEvent event = audit.get(0);
    assertThat(event.action()).isEqualTo("request.refused");
    assertThat(event.code()).isEqualTo("rate_limited");
    assertThat(event.target()).isEqualTo("k1");
    assertThat(event.by().name()).isEqualTo("k1");
    assertThat(event.by().path()).isEqualTo("/x");
  }

  @Test
  void whereBothAreShownTheKeysPlanHolds() {
    for (int i = 0; i < 4; i++) assertThat(get("/x", KEY, TOKEN).status()).isEqualTo(200);
    assertThat(get("/x", KEY).status()).isEqualTo(429);

    assertThat(limit(get("/x", TOKEN))).isEqualTo("\"two-1m\";r=3;t=1");
    assertUntold(get("/x", "X-API-Key: sp_unlimited", TOKEN));
  }

  @ParameterizedTest
  @CsvSource({
    "/x, X-API-Key: sp_bad, 401",
    "/x, Authorization: Bearer bad.token.x, 401",
    "/x, X-Nothing: shown, 401",
    "/denied/x, X-API-Key: sp_limited, 403",
    "/needs-z/x, X-API-Key: sp_limited, 403",
    "/public/x, X-API-Key: sp_limited, 200",
    "/optional/x, X-Nothing: shown, 200"
  })
  void whoIsNotLetInOrNotAskedForPaysNothing(String path, String header, int status) {
    for (int i = 0; i < 20; i++) {
      Reply reply = get(path, header);
      assertThat(reply.status()).isEqualTo(status);
      assertUntold(reply);
    }

    assertThat(limit(get("/x", KEY))).isEqualTo("\"two-1m\";r=3;t=1");
  }

  @Test
  void aPreflightPaysNothing() {
    for (int i = 0; i < 20; i++) {
      assertUntold(
          wire.send(
              "OPTIONS",
              "/x",
              "Origin: https://a.example",
              "Access-Control-Request-Method: GET",
              KEY));
    }

    assertThat(limit(get("/x", KEY))).isEqualTo("\"two-1m\";r=3;t=1");
  }

  /** The application does as much for it as for GET: free, it would be a way around the limit. */
  @Test
  void headPaysAsGetDoes() {
    for (int i = 0; i < 4; i++) {
      assertThat(wire.send("HEAD", "/x", KEY).status()).isEqualTo(200);
    }

    Reply refused = wire.send("HEAD", "/x", KEY);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).contains("1");
    assertThat(refused.body()).isEmpty();
    assertThat(get("/x", KEY).status()).isEqualTo(429);
  }

  @Test
  void aRefusalOfTheApplicationsOwnGivesNoPermitBack() {
    for (int left = 3; left >= 0; left--) {
      Reply refused = get("/refuse", KEY);
      assertThat(refused.status()).isEqualTo(403);
      assertThat(limit(refused)).startsWith("\"two-1m\";r=" + left + ";");
    }

    assertThat(get("/refuse", KEY).status()).isEqualTo(429);
  }

  @Test
  void nothingIsToldToSomebodyWhoLoggedOutAndIsRefused() {
    Reply refused = get("/logout", KEY);

    assertThat(refused.status()).isEqualTo(401);
    assertUntold(refused);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/x", "/forward", "/async", "/fail", "/reset", "/mechanism/x", "/mechanism/async"})
  void aRequestPaysOnceWhateverDispatchesItTakes(String path) {
    assertThat(limit(get(path, KEY))).isEqualTo("\"two-1m\";r=3;t=1");

    assertThat(limit(get("/x", KEY))).isEqualTo("\"two-1m\";r=2;t=2");
  }

  @Test
  void aRefusalThatTheMechanismMadeIsAuditedOnceAndTold() {
    for (int i = 0; i < 4; i++) get("/x", KEY);

    Reply refused = get("/mechanism/x", KEY);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(limit(refused)).isEqualTo("\"two-1m\";r=0;t=4");
    assertThat(audit).hasSize(1);
  }

  @Test
  void aPathMayCostMore() {
    assertThat(limit(get("/costly/x", KEY))).isEqualTo("\"two-1m\";r=1;t=3");
    Reply refused = get("/costly/x", KEY);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).contains("2");
    assertThat(limit(refused)).isEqualTo("\"two-1m\";r=1;t=3");
    assertThat(get("/optional/x", KEY).status()).isEqualTo(429);
    assertThat(get("/x", KEY).status()).isEqualTo(200);
  }
}
