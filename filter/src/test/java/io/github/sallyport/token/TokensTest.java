package io.github.sallyport.token;

import static io.github.sallyport.token.TokenBench.ANNA;
import static io.github.sallyport.token.TokenBench.BEHIND;
import static io.github.sallyport.token.TokenBench.IDP;
import static io.github.sallyport.token.TokenBench.NOW;
import static io.github.sallyport.token.TokenBench.OURS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyEdit;
import io.github.sallyport.key.KeyKind;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.token.RevocationRequests.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application issues and takes back itself, and what is told of tokens. */
class TokensTest {
  @TempDir Path folder;
  private TokenBench bench;
  private final AtomicInteger looked = new AtomicInteger();

  @BeforeEach
  void open() {
    bench = new TokenBench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Login login(String name, boolean right, Actor by) {
    return bench.api.login(
        name,
        () -> {
          looked.incrementAndGet();
          return right
              ? Optional.of(new LoginUser(name, Set.of("a"), Set.of("user")))
              : Optional.empty();
        },
        by);
  }

  private static Actor from(String address) {
    return new Actor(null, null, address, null, null);
  }

  @Test
  void aLoginThatIsRightIsDone() {
    Login login = login("alice", true, ANNA);
    assertThat(login)
        .isInstanceOfSatisfying(
            Login.Done.class,
            done ->
                assertThat(bench.claims(done.tokens().access().text()))
                    .containsEntry("sub", "alice"));
    assertThat(bench.events()).last().isEqualTo("login.done alice");
  }

  @Test
  void whoFailedTooOftenWaitsAndIsNotLookedAt() {
    for (int i = 0; i < 3; i++) {
      assertThat(login("alice", false, from("192.0.2." + i))).isInstanceOf(Login.Failed.class);
    }
    assertThat(looked).hasValue(3);
    assertThat(login("Alice", true, from("198.51.100.1")))
        .isInstanceOfSatisfying(
            Login.Wait.class,
            wait ->
                assertThat(wait.time()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20)));
    assertThat(looked).as("nothing was looked at").hasValue(3);
    assertThat(login("bob", true, from("198.51.100.1"))).isInstanceOf(Login.Done.class);
    assertThat(bench.events())
        .startsWith(
            "login.failed alice", "login.failed alice", "login.failed alice", "login.slowed Alice");
    bench.nanos.addAndGet(Duration.ofSeconds(21).toNanos());
    assertThat(login("alice", true, from("198.51.100.1"))).isInstanceOf(Login.Done.class);
  }

  @Test
  void whoGuessesManyNamesFromOneAddressWaits() {
    for (int i = 0; i < 3; i++) {
      assertThat(login("user" + i, false, from("192.0.2.1"))).isInstanceOf(Login.Failed.class);
    }
    assertThat(login("user9", true, from("192.0.2.1"))).isInstanceOf(Login.Wait.class);
    assertThat(login("user9", true, from("192.0.2.2"))).isInstanceOf(Login.Done.class);
  }

  @Test
  void loginsThatAreRightAreNotCounted() {
    for (int i = 0; i < 10; i++) {
      assertThat(login("alice", true, from("192.0.2.1"))).isInstanceOf(Login.Done.class);
    }
  }

  @Test
  void refusedLoginsAreAuditedAsSuch() {
    login("alice", false, ANNA);
    assertThat(bench.audited)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.result().word()).isEqualTo("refused");
              assertThat(event.by().address()).isEqualTo("203.0.113.9");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0123456789abcd", "AdministratorX", "a\nb", "a\u0000"})
  void aNameThatIsNoneIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LoginUser(name, Set.of(), Set.of()))
        .withMessageStartingWith("name must");
  }

  @Test
  void aNameMayHave255Characters() {
    assertThat(new LoginUser("a".repeat(255), Set.of(), Set.of()).name()).hasSize(255);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LoginUser("a".repeat(256), Set.of(), Set.of()));
    assertThat(new LoginUser("alice.0123456.x", Set.of(), Set.of()).toString())
        .isEqualTo("LoginUser[alice.0123456.x]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "scope",
        "roles",
        "client_id",
        "act",
        "may_act",
        "cnf",
        "auth_time",
        "sallyport_ver",
        "sallyport_owner",
        "sallyport_anything"
      })
  void reservedClaimsCanNotBeSet(String claim) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LoginUser("alice", Set.of(), Set.of(), Map.of(claim, "x")))
        .withMessageContaining(claim);
    assertThat(new LoginUser("alice", Set.of(), Set.of(), Map.of("x" + claim, "x")).claims())
        .hasSize(1);
  }

  @Test
  void scopesAndClaimsHaveTheirBounds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LoginUser("alice", Set.of("a b"), Set.of()));
    LoginUser fits = new LoginUser("alice", Set.of(), Set.of(), Map.of("x", "a".repeat(2040)));
    assertThat(bench.api.issue(fits, ANNA).access().id()).isNotEmpty();
    LoginUser large = new LoginUser("alice", Set.of(), Set.of(), Map.of("x", "a".repeat(2041)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bench.api.issue(large, ANNA))
        .withMessageContaining("2048");
  }

  @Test
  void theApplicationRefreshesAndRevokesToo() {
    IssuedTokens login = bench.login("alice");
    IssuedTokens next = TokenBench.issued(bench.api.refresh(requireNonNull(login.refresh()), ANNA));
    bench.known(next.access().text());
    bench.events();
    assertThat(bench.api.revoke(requireNonNull(next.refresh()), ANNA)).isTrue();
    assertThat(bench.events())
        .containsExactly("refresh.revoked " + OwnClaims.family(login.access().id()).orElseThrow());
    assertThat(bench.refused(login.access().text()).refusal().code()).isEqualTo("token_revoked");
    assertThat(bench.refused(next.access().text()).refusal().code()).isEqualTo("token_revoked");
    assertThat(bench.api.revoke(requireNonNull(next.refresh()), ANNA)).isFalse();
    assertThat(bench.api.revoke(new Secret("A".repeat(43)), ANNA)).isFalse();
    assertThat(TokenBench.denied(bench.api.refresh(requireNonNull(next.refresh()), ANNA)))
        .isEqualTo(TokenError.INVALID_GRANT);
  }

  @Test
  void aTokenForAServiceBehindNamesItAndGivesNoMore() {
    Caller caller = bench.byKey(bench.key("a"), Sender.UNKNOWN);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bench.api.issueFor(caller, OURS, null, ANNA))
        .withMessageContaining("sallyport.token.exchange-audiences");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bench.api.issueFor(caller, BEHIND, Set.of("a", "b"), ANNA));
    assertThatIllegalStateException()
        .isThrownBy(() -> bench.api.issueFor(AnonymousCaller.INSTANCE, BEHIND, null, ANNA));
    Caller oddlyNamed = bench.known(bench.foreign(IDP, "0123456789abcd", Map.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bench.api.issueFor(oddlyNamed, BEHIND, null, ANNA));
    assertThat(bench.api.issueFor(caller, BEHIND, null, ANNA).scopes()).containsExactly("a");
  }

  @Test
  void aTokenForAServiceBehindEndsWithWhatItsCallerShowed() {
    Caller caller =
        bench.known(bench.foreign(IDP, "u-1", Map.of("exp", NOW.plusSeconds(9).getEpochSecond())));
    AccessToken token = bench.api.issueFor(caller, BEHIND, null, ANNA);
    assertThat(token.lifetime()).isEqualTo(Duration.ofSeconds(9));
    assertThat(InternalClaims.of(token))
        .contains(entry("client_id", "login"), entry("sallyport_ver", 0L));
    IssuedTokens login = bench.login("alice");
    bench.api.revokeAll("alice", ANNA);
    assertThat(
            InternalClaims.of(
                bench.api.issueFor(
                    bench.known(bench.login("alice").access().text()), BEHIND, null, ANNA)))
        .contains(entry("sallyport_ver", 1L), entry("auth_time", NOW.getEpochSecond()));
    assertThat(login.access().id()).isNotEmpty();
  }

  private Map<String, Object> introspect(Secret token, String... scopes) {
    return bench.introspection.of(token, bench.byKey(bench.key(scopes), Sender.UNKNOWN));
  }

  private static final Map<String, Object> INACTIVE = Map.of("active", false);

  @Test
  void introspectionTellsAllThatATokenSaysAndWhatItMayNow() {
    IssuedKey key =
        bench.issue(KeyTerms.of("acme").scopes("a", "b").plan("pro").addresses("10.0.0.0/8"));
    Secret token =
        TokenBench.issued(
                bench.grants.clientCredentials(
                    bench.application(key, new Sender("10.0.0.1", null)), ScopeRequest.ALL, ANNA))
            .access()
            .text();
    bench.keys.change(
        key.record().id(),
        OptionalLong.empty(),
        edit -> new KeyEdit(edit.terms().edit().scopes("a").build(), true),
        ANNA);
    assertThat(introspect(token, Introspection.SCOPE))
        .contains(
            entry("active", true),
            entry("scope", "a"),
            entry("sub", key.record().id()),
            entry("username", key.record().id()),
            entry("client_id", key.record().id()),
            entry("token_type", "Bearer"),
            entry("iss", OURS),
            entry("aud", OURS),
            entry("iat", NOW.getEpochSecond()),
            entry("exp", NOW.plusSeconds(900).getEpochSecond()),
            entry("sallyport_plan", "pro"));
    assertThat(introspect(key.key(), Introspection.SCOPE))
        .containsExactly(
            entry("active", true),
            entry("iss", OURS),
            entry("sub", key.record().id()),
            entry("username", key.record().id()),
            entry("client_id", key.record().id()),
            entry("scope", "a"),
            entry("iat", NOW.getEpochSecond()),
            entry("sallyport_owner", "acme"),
            entry("sallyport_plan", "pro"));
  }

  @Test
  void introspectionTellsOfARefreshTokenUntilItIsUsedOrEnds() {
    IssuedTokens login = bench.login("alice");
    Secret first = requireNonNull(login.refresh());
    assertThat(introspect(first, Introspection.SCOPE))
        .containsExactly(
            entry("active", true),
            entry("iss", OURS),
            entry("sub", "alice"),
            entry("username", "alice"),
            entry("client_id", "login"),
            entry("scope", "orders:read orders:write"),
            entry("iat", NOW.getEpochSecond()),
            entry("exp", NOW.plus(Duration.ofDays(30)).getEpochSecond()));
    Secret next = requireNonNull(TokenBench.issued(bench.api.refresh(first, ANNA)).refresh());
    assertThat(introspect(first, Introspection.SCOPE)).isEqualTo(INACTIVE);
    assertThat(introspect(next, Introspection.SCOPE)).containsEntry("active", true);
    Secret revoked = requireNonNull(bench.login("bob").refresh());
    bench.api.revoke(revoked, ANNA);
    assertThat(introspect(revoked, Introspection.SCOPE)).isEqualTo(INACTIVE);
    bench.clock.now = NOW.plus(Duration.ofDays(30)).minusMillis(1);
    assertThat(introspect(next, Introspection.SCOPE)).containsEntry("active", true);
    bench.clock.now = NOW.plus(Duration.ofDays(30));
    assertThat(introspect(next, Introspection.SCOPE)).isEqualTo(INACTIVE);
  }

  @Test
  void introspectionTellsOfNothingElse() {
    IssuedKey key = bench.issue(KeyTerms.of("acme").scopes("a").expiresAt(NOW.plusSeconds(60)));
    Secret token = bench.tokenOf(key);
    assertThat(introspect(key.key(), Introspection.SCOPE))
        .containsEntry("exp", NOW.plusSeconds(60).getEpochSecond());
    assertThat(introspect(token, "other")).isEqualTo(INACTIVE);
    assertThat(introspect(key.key(), "other")).isEqualTo(INACTIVE);
    assertThat(bench.introspection.of(token, bench.byKey(key, Sender.UNKNOWN)))
        .containsEntry("active", true);
    assertThat(introspect(bench.foreign(IDP, "u-1", Map.of()), Introspection.SCOPE))
        .isEqualTo(INACTIVE);
    bench.keys.setEnabled(key.record().id(), false, ANNA);
    assertThat(introspect(token, Introspection.SCOPE)).isEqualTo(INACTIVE);
    assertThat(introspect(key.key(), Introspection.SCOPE)).isEqualTo(INACTIVE);
  }

  private Result revoke(Secret token, Caller by, @Nullable String clientId) {
    return bench.requests.revoke(token, by, clientId, ANNA);
  }

  private Result revoke(Secret token) {
    return revoke(token, AnonymousCaller.INSTANCE, null);
  }

  private static TokenError no(Result result) {
    assertThat(result).isInstanceOf(Result.No.class);
    assertThat(((Result.No) result).why().description()).endsWith(".");
    return ((Result.No) result).why().error();
  }

  @Test
  void whoeverHasASecretMayEndIt() {
    Secret refresh = requireNonNull(bench.login("alice").refresh());
    assertThat(no(revoke(refresh, AnonymousCaller.INSTANCE, "other")))
        .isEqualTo(TokenError.INVALID_GRANT);
    assertThat(revoke(refresh, AnonymousCaller.INSTANCE, "login")).isInstanceOf(Result.Done.class);
    Secret another = requireNonNull(bench.login("alice").refresh());
    assertThat(revoke(another)).isInstanceOf(Result.Done.class);
    for (Secret each : List.of(refresh, another)) {
      assertThat(TokenBench.denied(bench.api.refresh(each, ANNA)))
          .isEqualTo(TokenError.INVALID_GRANT);
    }

    IssuedKey key = bench.key("a");
    bench.events();
    assertThat(revoke(key.key())).isInstanceOf(Result.Done.class);
    assertThat(bench.audited)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.action()).isEqualTo("key.revoked");
              assertThat(event.target()).isEqualTo(key.record().id());
              assertThat(event.detail()).isEqualTo("shown at the revocation endpoint");
            });
    assertThat(revoke(new Secret("x"))).isInstanceOf(Result.Unknown.class);
    assertThat(revoke(new Secret("a.b.c"))).isInstanceOf(Result.Unknown.class);
    assertThat(revoke(new Secret(key.record().id()))).isInstanceOf(Result.Unknown.class);
  }

  @Test
  void aPublishableKeyIsNoSecret() {
    IssuedKey key =
        bench.issue(
            KeyTerms.of("acme")
                .scopes("orders:read")
                .kind(KeyKind.PUBLISHABLE)
                .origins("https://shop.example"));
    assertThat(no(revoke(key.key()))).isEqualTo(TokenError.UNSUPPORTED_TOKEN_TYPE);
    Caller admin = bench.byKey(bench.key("sallyport:admin"), Sender.UNKNOWN);
    assertThat(revoke(key.key(), admin, null)).isInstanceOf(Result.Done.class);
  }

  @Test
  void anAccessTokenIsItsClientsToEnd() {
    IssuedKey key = bench.key("a");
    Secret token = bench.tokenOf(key);
    assertThat(no(revoke(token))).isEqualTo(TokenError.INVALID_CLIENT);
    assertThat(no(revoke(token, AnonymousCaller.INSTANCE, key.record().id())))
        .isEqualTo(TokenError.INVALID_CLIENT);
    assertThat(no(revoke(token, bench.byKey(bench.key("a"), Sender.UNKNOWN), null)))
        .isEqualTo(TokenError.UNAUTHORIZED_CLIENT);
    bench.known(token);
    assertThat(revoke(token, bench.byKey(key, Sender.UNKNOWN), null))
        .isInstanceOf(Result.Done.class);
    assertThat(bench.refused(token).refusal().code()).isEqualTo("token_revoked");

    Secret login = bench.login("alice").access().text();
    assertThat(no(revoke(login))).isEqualTo(TokenError.INVALID_CLIENT);
    assertThat(no(revoke(login, AnonymousCaller.INSTANCE, "other")))
        .isEqualTo(TokenError.INVALID_CLIENT);
    bench.known(login);
    assertThat(revoke(login, AnonymousCaller.INSTANCE, "login")).isInstanceOf(Result.Done.class);
    assertThat(bench.refused(login).refusal().code()).isEqualTo("token_revoked");
  }

  @Test
  void anotherIssuersTokenIsAnAdministratorsToEnd() {
    Secret token = bench.foreign(IDP, "u-1", Map.of("client_id", "login"));
    assertThat(no(revoke(token, AnonymousCaller.INSTANCE, "login")))
        .isEqualTo(TokenError.INVALID_CLIENT);
    Caller admin = bench.byKey(bench.key("sallyport:admin"), Sender.UNKNOWN);
    assertThat(revoke(token, admin, null)).isInstanceOf(Result.Done.class);
    assertThat(bench.refused(token).refusal().code()).isEqualTo("token_revoked");
    long until = bench.store.revocations().read(RevocationStore.DENIED, null, 10).get(0).number();
    assertThat(until).isEqualTo(NOW.getEpochSecond() + 300 + 600);
  }
}
