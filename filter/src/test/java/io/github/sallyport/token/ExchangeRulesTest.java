package io.github.sallyport.token;

import static io.github.sallyport.token.TokenBench.ANNA;
import static io.github.sallyport.token.TokenBench.BEHIND;
import static io.github.sallyport.token.TokenBench.IDP;
import static io.github.sallyport.token.TokenBench.LOOSE;
import static io.github.sallyport.token.TokenBench.NOW;
import static io.github.sallyport.token.TokenBench.OURS;
import static io.github.sallyport.token.TokenBench.denied;
import static io.github.sallyport.token.TokenBench.issued;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyKind;
import io.github.sallyport.key.KeyTerms;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a token may be exchanged for (RFC 8693), by a clock that is moved by hand. */
class ExchangeRulesTest {
  @TempDir Path folder;
  private TokenBench bench;
  private IssuedKey key;

  @BeforeEach
  void open() {
    bench = new TokenBench(folder);
    key = bench.key("orders:read", TokenExchange.SCOPE);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private TokenAnswer exchange(Secret subject, String type, Set<String> audience) {
    return exchange(key, subject, type, audience, ScopeRequest.ALL);
  }

  private TokenAnswer exchange(
      IssuedKey by, Secret subject, String type, Set<String> audience, ScopeRequest scopes) {
    return bench.exchange.exchange(
        bench.application(by),
        new ExchangeRequest(subject, type, null, audience, scopes),
        Sender.UNKNOWN,
        ANNA);
  }

  private TokenAnswer exchange(Secret subject) {
    return exchange(subject, ExchangeRequest.ACCESS_TOKEN, Set.of());
  }

  private Map<String, @Nullable Object> claims(TokenAnswer answer) {
    return bench.claims(issued(answer).access().text());
  }

  private Secret foreign(Map<String, ?> more) {
    return bench.foreign(IDP, "u-1", more);
  }

  @Test
  void theNewTokenSaysForWhomAndWhoActsAndWhereItComesFrom() {
    bench.events();
    IssuedTokens issued = issued(exchange(foreign(Map.of("auth_time", 1700000000))));
    assertThat(issued.refresh()).isNull();
    assertThat(bench.claims(issued.access().text()))
        .contains(
            entry("iss", OURS),
            entry("aud", OURS),
            entry("sub", "u-1"),
            entry("client_id", key.record().id()),
            entry("act", Map.of("sub", key.record().id())),
            entry("scope", "orders:read"),
            entry("roles", List.of("staff")),
            entry("auth_time", 1700000000L),
            entry("sallyport_ver", 0L),
            entry(
                "sallyport_origins",
                List.of(Map.of("iss", IDP, "jti", "jti-u-1", "iat", NOW.getEpochSecond()))))
        .doesNotContainKeys("sallyport_owner", "sallyport_plan");
    assertThat(bench.events()).containsExactly("token.issued " + issued.access().id());
  }

  @Test
  void itEndsWithTheSubjectsTokenAndWithTheKey() {
    Instant soon = NOW.plusSeconds(30);
    assertThat(
            issued(exchange(foreign(Map.of("exp", soon.getEpochSecond()))))
                .access()
                .expiresAt()
                .getEpochSecond())
        .isEqualTo(soon.getEpochSecond());
    IssuedKey ending =
        bench.issue(KeyTerms.of("acme").scopes("orders:read", TokenExchange.SCOPE).expiresAt(soon));
    assertThat(
            issued(
                    exchange(
                        ending, foreign(Map.of()), ExchangeRequest.JWT, Set.of(), ScopeRequest.ALL))
                .access()
                .expiresAt()
                .getEpochSecond())
        .isEqualTo(soon.getEpochSecond());
    assertThat(issued(exchange(foreign(Map.of()))).access().lifetime().toSeconds()).isEqualTo(300);
  }

  @Test
  void anIssuerWhoseAudienceIsNotLookedAtIsNotExchanged() {
    assertThat(bench.known(bench.foreign(LOOSE, "u-1", Map.of())).isAuthenticated()).isTrue();
    assertThat(denied(exchange(bench.foreign(LOOSE, "u-1", Map.of()))))
        .isEqualTo(TokenError.INVALID_REQUEST);
  }

  @Test
  void withTheSubjectsTokenGoesTheNewOne() {
    // By its name, and where it has none by what was signed.
    for (Map<String, String> more : List.of(Map.<String, String>of(), Map.of("jti", ""))) {
      Secret subject = foreign(more);
      Secret token = issued(exchange(subject)).access().text();
      Secret again =
          issued(exchange(token, ExchangeRequest.ACCESS_TOKEN, Set.of())).access().text();
      bench.known(again);
      assertThat(
              bench.requests.revoke(
                  subject, bench.byKey(bench.key("sallyport:admin"), Sender.UNKNOWN), null, ANNA))
          .isInstanceOf(RevocationRequests.Result.Done.class);
      for (Secret each : List.of(subject, token, again)) {
        assertThat(bench.refused(each).refusal().code()).isEqualTo("token_revoked");
      }
    }
  }

  @Test
  void withAUsersTokensUpToASecondGoThoseThatCameOfThem() {
    Secret subject = foreign(Map.of());
    bench.clock.now = NOW.plusSeconds(5);
    Secret late = issued(exchange(subject)).access().text();
    // Issued after that second, of a token from before it: a node that hears late makes such.
    bench.revocations.revokeAll(IDP, "u-1", ANNA);
    assertThat(bench.refused(late).refusal().code()).isEqualTo("token_revoked");
    bench.clock.now = NOW.plusSeconds(6);
    Secret next = bench.foreign(IDP, "u-1", Map.of("jti", "another"));
    bench.known(issued(exchange(next)).access().text());
  }

  @Test
  void theVersionOfAUserOfOursIsThatOfTheSubjectsToken() {
    IssuedTokens login = bench.login("alice");
    Secret token = issued(exchange(login.access().text())).access().text();
    bench.api.revokeAll("alice", ANNA);
    assertThat(bench.refused(token).refusal().code()).isEqualTo("token_revoked");
    Secret next = issued(exchange(bench.login("alice").access().text())).access().text();
    assertThat(bench.claims(next)).containsEntry("sallyport_ver", 1L);
  }

  @Test
  void withALoginGoesWhatItsTokensWereExchangedFor() {
    IssuedTokens login = bench.login("alice");
    Secret token = issued(exchange(login.access().text())).access().text();
    bench.known(token);
    assertThat(bench.api.revoke(requireNonNull(login.refresh()), ANNA)).isTrue();
    assertThat(bench.refused(token).refusal().code()).isEqualTo("token_revoked");
  }

  @Test
  void anExchangedTokenIsTheSameUserAsBefore() {
    Secret token = issued(exchange(foreign(Map.of()))).access().text();
    Secret again = issued(exchange(token)).access().text();
    for (Secret each : List.of(token, again)) {
      assertThat(bench.known(each).user())
          .hasValueSatisfying(
              user -> {
                assertThat(user.issuer()).isEqualTo(IDP);
                assertThat(user.subject()).isEqualTo("u-1");
                assertThat(user.roles()).containsExactly("staff");
                assertThat(user.tokenId()).isNotEqualTo("jti-u-1").isNotNull();
              });
      assertThat(bench.known(each).claims()).containsEntry("iss", OURS);
    }
    assertThat(claims(exchange(bench.login("alice").access().text())))
        .containsEntry("sub", "alice");
    assertThat(
            bench
                .known(issued(exchange(bench.login("alice").access().text())).access().text())
                .user()
                .orElseThrow()
                .issuer())
        .isEqualTo(OURS);
  }

  @Test
  void aKeyAsSubjectKeepsItsOwnScopesOwnerAndEnd() {
    Instant end = NOW.plusSeconds(20);
    IssuedKey subject =
        bench.issue(
            KeyTerms.of("umbrella")
                .scopes("orders:read", "other")
                .roles("robot")
                .plan("free")
                .expiresAt(end));
    IssuedTokens issued = issued(exchange(subject.key(), ExchangeRequest.API_KEY, Set.of()));
    assertThat(bench.claims(issued.access().text()))
        .contains(
            entry("sub", subject.record().id()),
            entry("client_id", key.record().id()),
            entry("act", Map.of("sub", key.record().id())),
            entry("scope", "orders:read"),
            entry("roles", List.of("robot")),
            entry("sallyport_owner", "umbrella"),
            entry("sallyport_plan", "free"))
        .doesNotContainKey("sallyport_origins");
    assertThat(issued.access().expiresAt().getEpochSecond()).isEqualTo(end.getEpochSecond());
    assertThat(bench.known(issued.access().text()).getName()).isEqualTo(subject.record().id());

    assertThat(denied(exchange(subject.key(), ExchangeRequest.ACCESS_TOKEN, Set.of())))
        .isEqualTo(TokenError.INVALID_REQUEST);
    bench.keys.revoke(subject.record().id(), null, ANNA);
    assertThat(bench.refused(issued.access().text()).refusal().code()).isEqualTo("token_revoked");
    assertThat(denied(exchange(subject.key(), ExchangeRequest.API_KEY, Set.of())))
        .isEqualTo(TokenError.INVALID_REQUEST);
  }

  @Test
  void aPublishableKeyIsNeitherClientNorSubject() {
    Sender page = new Sender(null, "https://shop.example");
    IssuedKey everybodys =
        bench.issue(
            KeyTerms.of("acme")
                .scopes("orders:read")
                .kind(KeyKind.PUBLISHABLE)
                .origins("https://shop.example"));
    ExchangeRequest asSubject =
        new ExchangeRequest(
            everybodys.key(), ExchangeRequest.API_KEY, null, Set.of(), ScopeRequest.ALL);
    assertThat(denied(bench.exchange.exchange(bench.application(key), asSubject, page, ANNA)))
        .isEqualTo(TokenError.UNAUTHORIZED_CLIENT);
    ExchangeRequest asClient =
        new ExchangeRequest(
            foreign(Map.of()), ExchangeRequest.JWT, null, Set.of(), ScopeRequest.ALL);
    assertThat(
            denied(
                bench.exchange.exchange(bench.application(everybodys, page), asClient, page, ANNA)))
        .isEqualTo(TokenError.UNAUTHORIZED_CLIENT);
  }

  @Test
  void whatTheKeyMayDoHereForItselfIsNotTheSubjects() {
    IssuedKey wide = bench.key("orders:read", TokenExchange.SCOPE, "sallyport:admin");
    Secret silent = foreign(Map.of("scope", ""));
    assertThat(
            issued(exchange(wide, silent, ExchangeRequest.JWT, Set.of(), ScopeRequest.ALL))
                .access()
                .scopes())
        .containsExactly("orders:read");
    assertThat(
            denied(
                exchange(
                    wide,
                    silent,
                    ExchangeRequest.JWT,
                    Set.of(),
                    ScopeRequest.parse("sallyport:admin").orElseThrow())))
        .isEqualTo(TokenError.INVALID_SCOPE);
    // By name both may hold it, and it is no secret that they do.
    Secret saying = foreign(Map.of("scope", "sallyport:admin"));
    assertThat(
            issued(exchange(wide, saying, ExchangeRequest.JWT, Set.of(), ScopeRequest.ALL))
                .access()
                .scopes())
        .containsExactly("sallyport:admin");
  }

  @Test
  void anAudienceIsOneOfTheNamedOrOurselves() {
    Secret subject = foreign(Map.of());
    assertThat(
            issued(exchange(subject, ExchangeRequest.JWT, Set.of(BEHIND, OURS))).access().scopes())
        .containsExactly("orders:read");
    assertThat(claims(exchange(subject, ExchangeRequest.JWT, Set.of(BEHIND, OURS))))
        .containsEntry("aud", List.of(BEHIND, OURS));
    assertThat(denied(exchange(subject, ExchangeRequest.JWT, Set.of(BEHIND, "x"))))
        .isEqualTo(TokenError.INVALID_TARGET);
  }

  @Test
  void theEdgeMakesATokenOfWhatItsCallerHas() {
    IssuedKey caller = bench.issue(KeyTerms.of("acme").scopes("a", "b").plan("pro"));
    AccessToken token =
        bench.api.issueFor(bench.byKey(caller, Sender.UNKNOWN), BEHIND, Set.of("a"), ANNA);
    Map<String, @Nullable Object> claims = InternalClaims.of(token);
    assertThat(claims)
        .contains(
            entry("sub", caller.record().id()),
            entry("client_id", caller.record().id()),
            entry("aud", BEHIND),
            entry("scope", "a"),
            entry("sallyport_plan", "pro"));
    assertThat(
            InternalClaims.of(
                bench.api.issueFor(
                    bench.known(foreign(Map.of("azp", "spa", "act", Map.of("sub", "x")))),
                    BEHIND,
                    null,
                    ANNA)))
        .contains(
            entry("sub", "u-1"),
            entry("client_id", "spa"),
            entry("act", Map.of("sub", "x")),
            entry("scope", "orders:read orders:write"))
        .containsKey("sallyport_origins");
  }
}
