package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Authenticator;
import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.User;
import io.github.sallyport.access.AccessRules;
import io.github.sallyport.access.AccessSettings;
import io.github.sallyport.access.Unauthenticated;
import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.Limiter;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An address shows credentials that do not stand. By the header, it is not this machine's own. */
class FailuresOverHttpTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String PROXY = "X-Forwarded-Proto: http";
  private static final String BAD_KEY = "X-API-Key: sp_made_up";
  private static final String BAD_TOKEN = "Authorization: Bearer bad.token.x";

  private static final String HEALTH = "/sallyport/health";

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger keysAsked = new AtomicInteger();
  private final AtomicInteger tokensAsked = new AtomicInteger();
  private TestServer server;
  private Wire wire;

  private final class Keys implements Authenticator<Credential.ApiKey> {
    @Override
    public Authentication authenticate(Credential.ApiKey credential) {
      keysAsked.incrementAndGet();
      return switch (credential.text().reveal()) {
        case "sp_tagged_good" -> new Authentication.Known(byKey());
        case "sp_tagged_revoked" ->
            new Authentication.No(Refused.of(Refusal.KEY_REVOKED, "The API key was revoked."));
        case "sp_tagged_elsewhere" ->
            new Authentication.No(Refused.of(Refusal.ADDRESS_REFUSED, "Not from here."));
        case "sp_tagged_down" -> throw new StoreUnavailableException("down");
        default -> new Authentication.No(Refused.of(Refusal.KEY_UNKNOWN, "There is no such key."));
      };
    }

    @Override
    public Optional<String> publicId(Credential.ApiKey credential) {
      return credential.text().reveal().startsWith("sp_tagged")
          ? Optional.of("k1")
          : Optional.empty();
    }
  }

  private static EstablishedCaller byKey() {
    return EstablishedCaller.byKey(
        new Application("k1", "k1", false, "acme", null, "live", Set.of(), Set.of(), null, false),
        NOW);
  }

  private Authentication token(String text) {
    tokensAsked.incrementAndGet();
    if (!text.equals("good.token.x")) {
      return new Authentication.No(Refused.of(Refusal.TOKEN_INVALID, "The token is not good."));
    }
    return new Authentication.Known(
        EstablishedCaller.byToken(
            new User("alice", "a-1", "iss", "j1", null, Set.of(), Map.of(), null, NOW), NOW));
  }

  @BeforeEach
  void start() throws Exception {
    LimitSettings limits =
        new LimitSettings(List.of(), null, null, Limit.of(3, Duration.ofMinutes(1)), 1);
    Corridor corridor =
        new Corridor(
            new HttpSettings("r", false, true, false, "X-API-Key", true, "sp", 8192),
            new AccessRules(new AccessSettings(Unauthenticated.REJECT, List.of())),
            new Keys(),
            credential -> token(credential.text().reveal()),
            true,
            Limiter.of(limits, nanos::get),
            Witnesses.of(event -> {}),
            Clock.fixed(NOW, ZoneOffset.UTC));
    server =
        new TestServer()
            .initializer(
                (classes, context) ->
                    corridor.openIn(context, new FilterCoverage(Set.of("/*"), Set.of())))
            .filter(SallyportFilter.class, Map.of(), "/*")
            .servlet(
                "/*",
                new HttpServlet() {
                  private static final long serialVersionUID = 1L;

                  @Override
                  protected void doGet(HttpServletRequest request, HttpServletResponse response) {
                    response.setStatus(200);
                    if (!request.getRequestURI().equals(HEALTH)) return;
                    response.setHeader(
                        "Who", Corridor.whoShows(request).map(Caller::getName).orElse("nobody"));
                  }
                });
    wire = server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private Reply get(String... headers) {
    return wire.send("GET", "/x", headers);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {BAD_KEY, BAD_TOKEN, "X-API-Key: sp_tagged_revoked", "Authorization: Bearer a b"})
  void afterSoManyFailuresAnAddressIsToldToWaitAndNothingIsLookedUp(String bad) {
    for (int i = 0; i < 3; i++) assertThat(get(PROXY, bad).status()).isIn(400, 401);
    keysAsked.set(0);
    tokensAsked.set(0);

    for (String shown : List.of(BAD_KEY, BAD_TOKEN, "Authorization: Bearer good.token.x")) {
      Reply refused = get(PROXY, shown);
      assertThat(refused.status()).as(shown).isEqualTo(429);
      assertThat(refused.code()).isEqualTo("rate_limited");
      assertThat(refused.header("Retry-After")).contains("20");
      assertThat(refused.all("WWW-Authenticate")).isEmpty();
      assertThat(refused.all("RateLimit")).isEmpty();
    }
    assertThat(keysAsked).hasValue(0);
    assertThat(tokensAsked).hasValue(0);
    nanos.addAndGet(Duration.ofSeconds(20).toNanos());
    assertThat(get(PROXY, "Authorization: Bearer good.token.x").status()).isEqualTo(200);
    assertThat(get(PROXY, BAD_KEY).status()).isEqualTo(401);
    assertThat(get(PROXY, BAD_KEY).status()).isEqualTo(429);
  }

  /** Strangers behind the same proxy must not be able to lock out an application. */
  @Test
  void anApiKeyThatStandsIsLetInAllTheSameAndATokenBesideIt() {
    for (int i = 0; i < 30; i++) get(PROXY, BAD_TOKEN);

    assertThat(get(PROXY, "X-API-Key: sp_tagged_good").status()).isEqualTo(200);
    assertThat(
            get(PROXY, "X-API-Key: sp_tagged_good", "Authorization: Bearer good.token.x").status())
        .isEqualTo(200);
    // One that does not says no more than a made-up one would.
    assertThat(get(PROXY, "X-API-Key: sp_tagged_revoked").code()).isEqualTo("rate_limited");
  }

  /** An endpoint that refuses nobody is no way around: a signature or a look-up costs there too. */
  @ParameterizedTest
  @ValueSource(strings = {BAD_KEY, BAD_TOKEN})
  void anEndpointThatIsOpenLooksAtNoMoreFailuresThanAnyOther(String bad) {
    for (int i = 0; i < 3; i++) assertThat(health(PROXY, bad)).isEqualTo("nobody");
    keysAsked.set(0);
    tokensAsked.set(0);
    assertThat(health(PROXY, bad)).isEqualTo("nobody");
    assertThat(health(PROXY, "Authorization: Bearer good.token.x")).isEqualTo("nobody");
    assertThat(keysAsked).hasValue(0);
    assertThat(tokensAsked).hasValue(0);
    assertThat(get(PROXY, bad).status()).isEqualTo(429);
    assertThat(health(PROXY, "X-API-Key: sp_tagged_good")).isEqualTo("k1");
    assertThat(health("Authorization: Bearer good.token.x")).isEqualTo("alice");
    nanos.addAndGet(Duration.ofSeconds(20).toNanos());
    assertThat(health(PROXY, "Authorization: Bearer good.token.x")).isEqualTo("alice");
  }

  private String health(String... headers) {
    return wire.send("GET", HEALTH, headers).header("Who").orElseThrow();
  }

  @Test
  void whatIsNoFailureOfACredentialIsNotCounted() {
    for (int i = 0; i < 9; i++) {
      assertThat(get(PROXY).code()).isEqualTo("credential_missing");
      assertThat(get(PROXY, "X-API-Key: sp_tagged_elsewhere").status()).isEqualTo(403);
      assertThat(get(PROXY, "X-API-Key: sp_tagged_down").status()).isEqualTo(503);
      assertThat(get(PROXY, "X-API-Key: sp_tagged_good").status()).isEqualTo(200);
    }
    assertThat(get(PROXY, BAD_KEY).status()).isEqualTo(401);
  }

  @Test
  void whoShowsNothingIsToldWhatIsMissingAlsoFromThere() {
    for (int i = 0; i < 9; i++) get(PROXY, BAD_KEY);

    assertThat(get(PROXY).code()).isEqualTo("credential_missing");
  }

  @Test
  void otherAddressesAndThisMachineItselfAreNotHeldUp() {
    for (int i = 0; i < 9; i++) get(PROXY, BAD_KEY);
    assertThat(get(PROXY, BAD_KEY).status()).isEqualTo(429);

    assertThat(wire.from("127.0.0.2").send("GET", "/x", PROXY, BAD_KEY).status()).isEqualTo(401);
    for (int i = 0; i < 9; i++) assertThat(get(BAD_KEY).status()).isEqualTo(401);
  }
}
