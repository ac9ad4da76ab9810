package io.github.sallyport.token;

import static io.github.sallyport.token.TokenBench.ANNA;
import static io.github.sallyport.token.TokenBench.NOW;
import static io.github.sallyport.token.TokenBench.OURS;
import static io.github.sallyport.token.TokenBench.TTL;
import static io.github.sallyport.token.TokenBench.denied;
import static io.github.sallyport.token.TokenBench.issued;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyKind;
import io.github.sallyport.key.KeyTerms;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens for keys and for refresh tokens, by a clock that is moved by hand. */
class GrantsTest {
  @TempDir Path folder;
  private TokenBench bench;

  @BeforeEach
  void open() {
    bench = new TokenBench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private static ScopeRequest scopes(String text) {
    return ScopeRequest.parse(text).orElseThrow();
  }

  private IssuedTokens grant(IssuedKey key, String scopes) {
    return issued(bench.grants.clientCredentials(bench.application(key), scopes(scopes), ANNA));
  }

  @Test
  void aTokenOfAKeySaysAllThatTheKeyMay() {
    IssuedKey key =
        bench.issue(
            KeyTerms.of("acme").scopes("orders:read", "orders:write").roles("robot").plan("pro"));
    bench.events();
    IssuedTokens issued =
        issued(bench.grants.clientCredentials(bench.application(key), ScopeRequest.ALL, ANNA));

    assertThat(issued.refresh()).isNull();
    AccessToken token = issued.access();
    assertThat(token.issuedAt()).isEqualTo(Instant.ofEpochSecond(NOW.getEpochSecond()));
    assertThat(token.lifetime()).isEqualTo(TTL);
    assertThat(token.id()).matches("[A-Za-z0-9_-]{22}");
    assertThat(bench.claims(token.text()))
        .contains(
            entry("iss", OURS),
            entry("aud", OURS),
            entry("sub", key.record().id()),
            entry("client_id", key.record().id()),
            entry("jti", token.id()),
            entry("scope", "orders:read orders:write"),
            entry("roles", List.of("robot")),
            entry("sallyport_owner", "acme"),
            entry("sallyport_plan", "pro"));
    assertThat(issued.members())
        .containsExactly(
            entry("access_token", token.text().reveal()),
            entry("token_type", "Bearer"),
            entry("expires_in", 900L),
            entry("scope", "orders:read orders:write"));
    assertThat(bench.audited)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.action()).isEqualTo("token.issued");
              assertThat(event.target()).isEqualTo(token.id());
              assertThat(event.by().name()).isEqualTo("anna");
              assertThat(event.detail()).contains("client_credentials", key.record().id());
            });
  }

  @Test
  void aTokenThatAuditHasNoRoomForIsNotIssued() {
    IssuedKey key = bench.key("orders:read");
    bench.auditIsFull = true;
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> grant(key, "orders:read"));
    bench.auditIsFull = false;
    grant(key, "orders:read");
  }

  @Test
  void aTokenWithoutScopesSaysSoAndNarrowsAKeyToNone() {
    IssuedKey key = bench.key();
    Secret token = bench.tokenOf(key);
    assertThat(bench.claims(token)).containsEntry("scope", "");
    assertThat(bench.known(token).scopes()).isEmpty();
  }

  @Test
  void itEndsWithItsKeyAtTheSecond() {
    IssuedKey key = bench.issue(KeyTerms.of("acme").scopes("a").expiresAt(NOW.plusMillis(100_900)));
    AccessToken token = grant(key, "a").access();
    assertThat(token.expiresAt())
        .isEqualTo(Instant.ofEpochSecond(NOW.plusMillis(100_900).getEpochSecond()))
        .isBeforeOrEqualTo(NOW.plusMillis(100_900));
    IssuedKey longer =
        bench.issue(KeyTerms.of("acme").scopes("a").expiresAt(NOW.plus(TTL.multipliedBy(2))));
    assertThat(grant(longer, "a").access().lifetime()).isEqualTo(TTL);
  }

  @Test
  void itGivesSomeOfTheKeysScopesAndNeverMore() {
    IssuedKey key = bench.key("a", "b");
    assertThat(grant(key, "b").access().scopes()).containsExactly("b");
    assertThat(denied(bench.grants.clientCredentials(bench.application(key), scopes("b c"), ANNA)))
        .isEqualTo(TokenError.INVALID_SCOPE);
  }

  @Test
  void aPublishableKeyIsGivenNone() {
    IssuedKey key =
        bench.issue(
            KeyTerms.of("acme")
                .scopes("orders:read")
                .kind(KeyKind.PUBLISHABLE)
                .origins("https://shop.example"));
    assertThat(
            denied(
                bench.grants.clientCredentials(
                    bench.application(key, new Sender(null, "https://shop.example")),
                    ScopeRequest.ALL,
                    ANNA)))
        .isEqualTo(TokenError.UNAUTHORIZED_CLIENT);
  }

  @Test
  void theVersionOfAKeyIsInItsTokens() {
    IssuedKey key = bench.key("a");
    Secret before = bench.tokenOf(key);
    bench.api.revokeAll(key.record().id(), ANNA);
    assertThat(bench.refused(before).refusal().code()).isEqualTo("token_revoked");
    assertThat(bench.claims(bench.tokenOf(key))).containsEntry("sallyport_ver", 1L);
  }

  private TokenAnswer refresh(@Nullable Secret token) {
    return refresh(token, null, ScopeRequest.ALL);
  }

  private TokenAnswer refresh(
      @Nullable Secret token, @Nullable String client, ScopeRequest scopes) {
    return bench.grants.refresh(requireNonNull(token), client, scopes, ANNA);
  }

  @Test
  void aRefreshTokenBringsTheLoginAlong() {
    IssuedTokens login = bench.login("alice");
    bench.clock.now = NOW.plusSeconds(600);
    IssuedTokens next = issued(refresh(login.refresh()));
    Map<String, @Nullable Object> claims = bench.claims(next.access().text());
    assertThat(claims)
        .contains(
            entry("sub", "alice"),
            entry("client_id", "login"),
            entry("scope", "orders:read orders:write"),
            entry("roles", List.of("user")),
            entry("a", "b"),
            entry("auth_time", NOW.getEpochSecond()),
            entry("iat", NOW.plusSeconds(600).getEpochSecond()));
    String family = OwnClaims.family(login.access().id()).orElseThrow();
    assertThat(OwnClaims.family(next.access().id())).contains(family);
    assertThat(next.access().id()).isNotEqualTo(login.access().id());
    assertThat(next.members()).containsKey("refresh_token");
    assertThat(bench.events())
        .containsExactly(
            "token.issued " + login.access().id(),
            "login.done alice",
            "token.issued " + next.access().id());
  }

  @Test
  void noTokenOutlivesTheLogin() {
    IssuedTokens login = bench.login("alice");
    bench.clock.now = NOW.plus(Duration.ofDays(30)).minusSeconds(10);
    IssuedTokens last = issued(refresh(login.refresh()));
    assertThat(last.access().lifetime()).isEqualTo(Duration.ofSeconds(10));
    bench.clock.now = NOW.plus(Duration.ofDays(30));
    assertThat(denied(refresh(last.refresh()))).isEqualTo(TokenError.INVALID_GRANT);
  }

  @Test
  void whatIsWrongWithARequestDoesNotUseTheTokenUp() {
    IssuedTokens login = bench.login("alice");
    assertThat(denied(refresh(login.refresh(), "other", ScopeRequest.ALL)))
        .isEqualTo(TokenError.INVALID_GRANT);
    assertThat(denied(refresh(login.refresh(), "login", scopes("orders:read more"))))
        .isEqualTo(TokenError.INVALID_SCOPE);
    IssuedTokens first = issued(refresh(login.refresh(), "login", scopes("orders:read")));
    assertThat(first.access().scopes()).containsExactly("orders:read");
    // Had one of them used it, this would be the second use, and no other successor.
    IssuedTokens second = issued(refresh(first.refresh()));
    assertThat(second.access().scopes()).containsExactlyInAnyOrder("orders:read", "orders:write");
  }

  @Test
  void withAReusedTokenTheAccessTokensOfItsLoginEndToo() {
    IssuedTokens login = bench.login("alice");
    IssuedTokens other = bench.login("alice");
    IssuedTokens second = issued(refresh(login.refresh()));
    IssuedTokens third = issued(refresh(second.refresh()));
    assertThat(denied(refresh(login.refresh()))).isEqualTo(TokenError.INVALID_GRANT);
    for (IssuedTokens each : List.of(login, second, third)) {
      assertThat(bench.refused(each.access().text()).refusal().code()).isEqualTo("token_revoked");
    }
    bench.known(other.access().text());
    assertThat(bench.events())
        .contains("refresh.reused " + OwnClaims.family(login.access().id()).orElseThrow());
  }

  @Test
  void theFamilysEndIsRememberedForAsLongAsItsLastTokenLives() {
    IssuedTokens login = bench.login("alice");
    IssuedTokens second = issued(refresh(login.refresh()));
    issued(refresh(second.refresh()));
    denied(refresh(login.refresh()));
    long until = bench.store.revocations().read(RevocationStore.DENIED, null, 10).get(0).number();
    assertThat(until).isEqualTo(NOW.plus(TTL).plus(Duration.ofMinutes(10)).getEpochSecond());
  }

  @Test
  void aScopeParameterIsReadAsTheStandardHasIt() {
    assertThat(ScopeRequest.parse(null)).contains(ScopeRequest.ALL);
    assertThat(ScopeRequest.parse("b a b").orElseThrow().scopes())
        .containsExactlyInAnyOrder("a", "b");
    for (String no : List.of("", " ", "a  b", " a", "a ", "a\"b", "a\\b", "a\tb", "ä")) {
      assertThat(ScopeRequest.parse(no)).as("[%s]", no).isEmpty();
    }
  }

  @Test
  void nothingOfATokenIsPrinted() {
    IssuedTokens login = bench.login("alice");
    assertThat(login.toString())
        .doesNotContain(login.access().text().reveal())
        .doesNotContain(requireNonNull(login.refresh()).reveal());
    assertThat(new TokenAnswer.Issued(login).toString())
        .doesNotContain(login.access().text().reveal());
  }
}
