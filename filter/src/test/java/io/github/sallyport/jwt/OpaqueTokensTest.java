package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.NOW;
import static io.github.sallyport.jwt.Bench.invalid;
import static io.github.sallyport.jwt.Bench.refused;
import static io.github.sallyport.jwt.Bench.show;
import static io.github.sallyport.jwt.Bench.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Authentication;
import io.github.sallyport.IssuerUnavailableException;
import io.github.sallyport.Refusal;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.json.Json;
import io.github.sallyport.testing.HandClock;
import io.github.sallyport.testing.KnownSecrets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens about which an issuer is asked, over HTTP on a real socket. */
@Timeout(60)
class OpaqueTokensTest {
  private static final String TOKEN = "opaque-token_0123456789~+/==";
  private static final String SECRET = "s:e cret+of-the-client";

  private final KeyServer server = new KeyServer();
  private final AtomicLong nanos = new AtomicLong();
  private final HandClock clock = new HandClock(NOW);
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Caches caches = Bench.caches(nanos);
  private boolean revoked;
  private final JwtAuthenticator authenticator = open(true);

  @AfterEach
  void close() {
    authenticator.close();
    caches.close();
    server.close();
  }

  @Test
  void theIssuerIsAskedAsTheStandardSaysAndItsAnswerMakesTheUser() {
    answers(active());
    User user = user(authenticator, TOKEN);
    assertThat(user.subject()).isEqualTo("u-17");
    assertThat(user.issuer()).isEqualTo(Bench.ISS);
    assertThat(user.scopes()).containsExactlyInAnyOrder("orders:read", "orders:write");
    assertThat(user.expiresAt()).isEqualTo(NOW.plusSeconds(300));
    assertThat(asked)
        .containsExactly(
            "POST /introspect application/x-www-form-urlencoded Basic "
                + Signer.base64("orders%2Fapi:s%3Ae+cret%2Bof-the-client")
                + " token=opaque-token_0123456789%7E%2B%2F%3D%3D&token_type_hint=access_token");
  }

  @Test
  void whatIsActiveIsRememberedForAWhileAndNoLongerThanItsOwnEnd() {
    answers(active());
    user(authenticator, TOKEN);
    nanos.addAndGet(OpaqueTokens.LONGEST_ACTIVE.toNanos() - 1);
    user(authenticator, TOKEN);
    assertThat(asked).hasSize(1);
    nanos.incrementAndGet();
    user(authenticator, TOKEN);
    assertThat(asked).hasSize(2);
    clock.now = NOW.plusSeconds(300);
    assertThat(refused(authenticator, TOKEN).refusal()).isEqualTo(Refusal.TOKEN_EXPIRED);
    clock.now = NOW;
    revoked = true;
    assertThat(refused(authenticator, TOKEN).refusal()).isEqualTo(Refusal.TOKEN_REVOKED);
  }

  @Test
  void whatIsNotActiveIsRememberedForSeconds() {
    answers(Map.of("active", false));
    for (int i = 0; i < 10; i++) {
      assertThat(invalid(authenticator, TOKEN))
          .isEqualTo("The token is not active, by what its issuer says.");
    }
    assertThat(asked).hasSize(1);
    answers(active());
    nanos.addAndGet(OpaqueTokens.LONGEST_INACTIVE.toNanos() - 1);
    invalid(authenticator, TOKEN);
    nanos.incrementAndGet();
    user(authenticator, TOKEN);
    assertThat(asked).hasSize(2);
  }

  @Test
  void withoutAMemoryItIsAskedEachTime() {
    try (JwtAuthenticator forgetful = open(false)) {
      answers(active());
      user(forgetful, TOKEN);
      user(forgetful, TOKEN);
      answers(Map.of("active", false));
      invalid(forgetful, TOKEN);
      invalid(forgetful, TOKEN);
      assertThat(asked).hasSize(4);
    }
  }

  @Test
  void anEndAndAnIssuerThatAreNotSaidAreOursToSay() {
    Map<String, Object> answer = active();
    answer.remove("exp");
    answer.remove("iss");
    answers(answer);
    User user = user(authenticator, TOKEN);
    assertThat(user.issuer()).isEqualTo(Bench.ISS);
    assertThat(user.expiresAt()).isEqualTo(NOW.plus(OpaqueTokens.LONGEST_ACTIVE));
    clock.now = NOW.plus(OpaqueTokens.LONGEST_ACTIVE); // whatever the other clock says
    assertThat(user(authenticator, TOKEN).expiresAt())
        .isEqualTo(clock.now.plus(OpaqueTokens.LONGEST_ACTIVE));
    assertThat(asked).hasSize(2);
  }

  @Test
  void theAnswersClaimsAreJudgedAsATokensAre() {
    Map<String, Object> faults =
        Map.of(
            "iss", "https://other.example", "aud", "another", "sub", "", "exp", "soon", "scope", 7);
    faults.forEach(
        (name, value) -> {
          answers(active(name, value));
          invalid(authenticator, TOKEN);
        });
    answers(active("exp", NOW.getEpochSecond()));
    assertThat(refused(authenticator, TOKEN).refusal()).isEqualTo(Refusal.TOKEN_EXPIRED);
    answers(active("nbf", NOW.plusSeconds(1).getEpochSecond()));
    assertThat(refused(authenticator, TOKEN).refusal()).isEqualTo(Refusal.TOKEN_NOT_YET_VALID);
    answers(active());
    user(authenticator, TOKEN); // a fault is not remembered
  }

  @Test
  void anIssuerThatDoesNotAnswerAsItShouldIsAFaultAndNeverARefusal() {
    KnownSecrets.add(SECRET);
    try (CapturedLog log = new CapturedLog("sallyport.jwt")) {
      for (KeyServer.Answer answer :
          List.<KeyServer.Answer>of(
              KeyServer.text(500, "down"),
              KeyServer.text(401, "{\"error\":\"invalid_client\"}"),
              KeyServer.text(200, ""),
              KeyServer.text(200, "{}"),
              KeyServer.text(200, "{\"active\":\"true\",\"sub\":\"u\"}"),
              KeyServer.text(200, "{\"active\":1}"),
              KeyServer.text(200, "<html>"),
              KeyServer.redirect(server.url().resolve("/elsewhere").toString()),
              exchange -> exchange.close())) {
        server.answers(answer);
        assertThatThrownBy(() -> show(authenticator, TOKEN))
            .isInstanceOf(IssuerUnavailableException.class)
            .hasMessage("issuer main can't be asked");
      }
      assertThat(log.lines())
          .filteredOn(line -> !line.startsWith("FINE"))
          .containsExactly(
              "WARNING Issuer main could not be asked about a token: the status is 500");
      answers(active());
      user(authenticator, TOKEN);
      assertThat(log.lines()).contains("INFO Issuer main answers again about tokens");
    }
  }

  @Test
  void whatHasADotIsAJwtAndIsNeverAskedAbout() {
    answers(active());
    invalid(authenticator, "a.b");
    invalid(authenticator, "a.b.c");
    invalid(authenticator, Signer.rsa("other").token(Bench.claims()));
    user(authenticator, Bench.RSA.token(Bench.claims()));
    assertThat(asked).isEmpty();
    try (JwtAuthenticator nobody = Bench.open(Bench.issuer())) {
      assertThat(invalid(nobody, TOKEN)).isEqualTo("The token does not have three parts.");
    }
  }

  @Test
  void manyThreadsWithTheSameTokenAskOnce() throws Exception {
    answers(active());
    ExecutorService threads = Executors.newFixedThreadPool(32);
    CyclicBarrier start = new CyclicBarrier(32);
    try {
      List<Future<Authentication>> all = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        all.add(
            threads.submit(
                () -> {
                  start.await();
                  return show(authenticator, TOKEN);
                }));
      }
      for (Future<Authentication> each : all) {
        assertThat(each.get()).isInstanceOf(Authentication.Known.class);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(asked).hasSize(1);
  }

  private static Map<String, Object> active(String name, Object value) {
    Map<String, Object> answer = active();
    answer.put(name, value);
    return answer;
  }

  private static Map<String, Object> active() {
    Map<String, Object> answer = new HashMap<>();
    answer.put("active", true);
    answer.put("iss", Bench.ISS);
    answer.put("sub", "u-17");
    answer.put("aud", "orders");
    answer.put("client_id", "web");
    answer.put("token_type", "Bearer");
    answer.put("scope", "orders:read orders:write");
    answer.put("exp", NOW.plusSeconds(300).getEpochSecond());
    return answer;
  }

  private void answers(Map<String, ?> answer) {
    server.answers(
        exchange -> {
          var headers = exchange.getRequestHeaders();
          asked.add(
              String.join(
                  " ",
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  headers.getFirst("Content-Type"),
                  headers.getFirst("Authorization").replace("=", ""),
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
          KeyServer.text(200, Json.write(answer)).to(exchange);
        });
  }

  private JwtAuthenticator open(boolean remembers) {
    Issuer keys = Bench.issuer();
    Issuer issuer =
        new Issuer(
            keys.name(),
            keys.iss(),
            keys.keys(),
            keys.algorithms(),
            keys.audiences(),
            Set.of(),
            Set.of(),
            keys.nameClaims(),
            keys.rolesClaim(),
            keys.scopesClaims(),
            Duration.ZERO,
            null,
            "aud",
            Map.of(),
            new IntrospectionEndpoint(
                server.url().resolve("/introspect"), "orders/api", new Secret(SECRET)));
    List<Issuer> issuers = List.of(issuer);
    JwksHttp http = new JwksHttp(Duration.ofSeconds(5));
    OpaqueTokens opaque =
        remembers
            ? JwtAuthenticator.opaque(
                issuers,
                http,
                clock,
                new VerifiedTokens(
                    caches.remembered("sallyport.active", 100, OpaqueTokens.LONGEST_ACTIVE)),
                caches.remembered("sallyport.inactive", 100, OpaqueTokens.LONGEST_INACTIVE))
            : JwtAuthenticator.opaque(issuers, http, clock, null, null);
    return JwtAuthenticator.open(issuers, null, opaque, token -> revoked, clock, nanos::get, http);
  }
}
