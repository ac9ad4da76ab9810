package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.access.AccessRules;
import io.github.sallyport.access.AccessSettings;
import io.github.sallyport.access.Unauthenticated;
import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.Limiter;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.limit.Plans;
import io.github.sallyport.limit.Quota;
import io.github.sallyport.limit.Quotas;
import io.github.sallyport.store.Store;
import io.github.sallyport.store.StoreSettings;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who pays for which request, on the ledger of a real store. */
class QuotaGiveBackTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String KEY = "X-API-Key: sp_k1";
  private static final Plan THREE =
      new Plan(
          "three", List.of(Limit.of(1_000, Duration.ofDays(1))), Quota.of(3, Quota.Cycle.MONTH), 5);

  @TempDir Path folder;

  private Store store;
  private Quotas quotas;
  private TestServer server;
  private Wire wire;

  private static Authentication known() {
    Application application =
        new Application(
            "k1", "k1", false, "acme", "three", "live", Set.of(), Set.of(), null, false);
    return new Authentication.Known(EstablishedCaller.byKey(application, NOW));
  }

  @BeforeEach
  void start() throws Exception {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    store =
        Store.open(
            new StoreSettings(
                new StoreSettings.Source.Embedded(folder), null, true, Duration.ofSeconds(10)));
    quotas = new Quotas(store.quotas(), event -> {}, () -> 0, clock);
    LimitSettings settings = new LimitSettings(List.of(THREE), null, null);
    Plans plans = new Plans(settings, store.plans(), event -> {}, clock).seed();
    Corridor corridor =
        new Corridor(
            new HttpSettings("r", true, true, true, "X-API-Key", true, "sp", 8192),
            new AccessRules(new AccessSettings(Unauthenticated.REJECT, List.of())),
            credential -> known(),
            credential -> {
              throw new AssertionError("no token is shown");
            },
            false,
            new Limiter(settings, plans::all, () -> 0, quotas),
            Witnesses.of(event -> {}),
            clock);
    server =
        new TestServer()
            .initializer(
                (classes, context) ->
                    corridor.openIn(context, new FilterCoverage(Set.of("/*"), Set.of())))
            .filter(LimitsTest.Mechanism.class, Map.of(), "/mechanism/*")
            .filter(SallyportFilter.class, Map.of(), "/*")
            .map(SallyportFilter.class, new String[] {"/*"}, "ASYNC", "ERROR")
            .servlet("/*", new Probe());
    wire = server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    quotas.close();
    store.close();
  }

  private static final class Probe extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      String path = Corridor.dispatchedPath(request);
      if (path.endsWith("/refuse")) {
        CurrentCaller.find().orElseThrow().require("never");
      } else if (path.endsWith("/wrapped")) {
        try {
          CurrentCaller.find().orElseThrow().require("never");
        } catch (RuntimeException e) {
          throw new ServletException(e);
        }
      } else if (path.endsWith("/store-down")) {
        throw new StoreUnavailableException("down");
      } else if (path.endsWith("/committed")) {
        response.flushBuffer();
        CurrentCaller.find().orElseThrow().require("never");
      } else if (path.endsWith("/fail")) {
        throw new ServletException("the application's own fault");
      } else if (path.endsWith("/forbidden")) {
        response.setStatus(403);
      } else {
        response.setStatus(200);
      }
    }
  }

  private Reply get(String path) {
    return wire.send("GET", path, KEY);
  }

  private int left() {
    int left = 0;
    while (get("/x").status() == 200) left++;
    return left;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/refuse", "/wrapped", "/store-down", "/mechanism/refuse"})
  void aRequestThatEndsInARefusalOfOursIsNotPaidFor(String path) {
    for (int i = 0; i < 7; i++) assertThat(get(path).status()).isIn(403, 503);

    Reply refused = get("/refuse");
    assertThat(refused.header("RateLimit-Policy"))
        .contains("\"three-1d\";q=1000;w=86400, \"three-1mo\";q=3;w=2592000");
    assertThat(left()).isEqualTo(3);
    Reply exhausted = get("/x");
    assertThat(exhausted.code()).isEqualTo("quota_exhausted");
    assertThat(exhausted.header("Retry-After")).contains("734400");
    assertThat(exhausted.header("RateLimit")).contains("\"three-1mo\";r=0;t=734400");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/fail", "/forbidden", "/mechanism/x", "/committed"})
  void whatTheApplicationAnswersIsPaidForOnce(String path) {
    try {
      get(path);
    } catch (AssertionError | RuntimeException cut) {
      assertThat(path).isEqualTo("/committed");
    }

    assertThat(left()).isEqualTo(2);
  }

  @Test
  void aRequestThatTheQuotaRefusesIsNotOnItsWayHoweverOftenItComes() {
    assertThat(left()).isEqualTo(3);
    for (int i = 0; i < 20; i++) assertThat(get("/x").code()).isEqualTo("quota_exhausted");

    assertThat(get("/mechanism/x").code()).isEqualTo("quota_exhausted");
  }
}
