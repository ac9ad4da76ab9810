package io.github.sallyport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What holds for a caller by an API key, by a token, and by both. */
class EstablishedCallerTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant SOON = NOW.plus(Duration.ofMinutes(5));
  private static final Instant LATER = NOW.plus(Duration.ofDays(5));

  @Test
  void anApplicationIsNamedByItsKeyIdAndNeverByItsOwner() {
    Caller caller = EstablishedCaller.byKey(application(Set.of("read"), null), NOW);

    assertThat(caller.getName()).isEqualTo("7Qm2Xc9Ra4TbV1");
    assertThat(caller.credentials()).isEqualTo(CredentialKind.API_KEY);
    assertThat(caller.scopes()).containsExactly("read");
    assertThat(caller.roles()).containsExactly("batch");
    assertThat(caller.claims()).isEmpty();
    assertThat(caller.user()).isEmpty();
    assertThat(caller.expiresAt()).isEmpty();
    assertThat(caller.authenticatedAt()).isEqualTo(NOW);
    assertThat(caller.isAuthenticated()).isTrue();
  }

  @Test
  void aUserIsNamedByTheTokenAndHasItsScopesRolesAndEnd() {
    Caller caller = EstablishedCaller.byToken(user(Set.of("read"), SOON), NOW);

    assertThat(caller.getName()).isEqualTo("alice");
    assertThat(caller.credentials()).isEqualTo(CredentialKind.BEARER);
    assertThat(caller.scopes()).containsExactly("read");
    assertThat(caller.roles()).containsExactly("clerk");
    assertThat(caller.claims()).containsEntry("sub", "u-1");
    assertThat(caller.application()).isEmpty();
    assertThat(caller.expiresAt()).contains(SOON);
  }

  @Test
  void aTokenWithoutAScopeClaimGrantsNothingByItself() {
    assertThat(EstablishedCaller.byToken(user(null, SOON), NOW).scopes()).isEmpty();
  }

  @Test
  void bothTogetherAreTheUserInTheApplication() {
    Caller caller = both(Set.of("read"), null, Set.of("read"), SOON);

    assertThat(caller.getName()).isEqualTo("alice");
    assertThat(caller.credentials()).isEqualTo(CredentialKind.BOTH);
    assertThat(caller.credentials().authType()).isEqualTo("API_KEY+BEARER");
    assertThat(caller.application()).map(Application::plan).contains("pro");
    assertThat(caller.user()).map(User::issuer).contains("https://issuer.example/");
  }

  @Test
  void bothTogetherHaveTheScopesThatBothGranted() {
    assertThat(both(Set.of("read", "write"), null, Set.of("write", "admin"), SOON).scopes())
        .containsExactly("write");
    assertThat(both(Set.of("read"), null, Set.of("write"), SOON).scopes()).isEmpty();
  }

  @Test
  void aTokenWithoutAScopeClaimDoesNotNarrowTheKeys() {
    assertThat(both(Set.of("read", "write"), null, null, SOON).scopes())
        .containsExactlyInAnyOrder("read", "write");
  }

  @Test
  void aTokenWithAnEmptyScopeClaimLeavesNothingOfTheKeys() {
    assertThat(both(Set.of("read", "write"), null, Set.of(), SOON).scopes()).isEmpty();
  }

  @Test
  void bothTogetherHaveTheRolesOfTheTokenAlone() {
    assertThat(both(Set.of(), null, null, SOON).roles()).containsExactly("clerk");
  }

  @Test
  void bothTogetherEndWithTheFirstOfThem() {
    assertThat(both(Set.of(), LATER, null, SOON).expiresAt()).contains(SOON);
    assertThat(both(Set.of(), SOON, null, LATER).expiresAt()).contains(SOON);
    assertThat(both(Set.of(), null, null, LATER).expiresAt()).contains(LATER);
  }

  @Test
  void scopesAndRolesCanNotBeAddedToFromOutside() {
    Caller caller = both(Set.of("read"), null, Set.of("read"), SOON);

    assertThatThrownBy(() -> caller.scopes().add("admin"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> caller.roles().add("admin"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> caller.claims().put("admin", true))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void requireLetsACallerOnWithAllOfTheScopes() {
    Caller caller = EstablishedCaller.byKey(application(Set.of("read", "write"), null), NOW);

    assertThatCode(() -> caller.require("read", "write")).doesNotThrowAnyException();
    assertThatCode(caller::require).doesNotThrowAnyException();
    assertThat(refusalOf(() -> caller.require("read", "admin")))
        .isEqualTo(
            new Refused(
                Refusal.SCOPE_INSUFFICIENT,
                "The credential lacks a scope that this needs.",
                Set.of("read", "admin"),
                null,
                null));
  }

  @Test
  void requireComparesScopesToTheLetter() {
    Caller caller = EstablishedCaller.byKey(application(Set.of("read"), null), NOW);

    assertThat(refusalOf(() -> caller.require("Read")).refusal())
        .isEqualTo(Refusal.SCOPE_INSUFFICIENT);
    assertThat(caller.hasScope("read")).isTrue();
    assertThat(caller.hasScope("Read")).isFalse();
  }

  @Test
  void requireRoleLetsACallerOnWithAnyOfTheRoles() {
    Caller caller = EstablishedCaller.byToken(user(null, SOON), NOW);

    assertThatCode(() -> caller.requireRole("chief", "clerk")).doesNotThrowAnyException();
    assertThat(refusalOf(() -> caller.requireRole("chief")).refusal())
        .isEqualTo(Refusal.ROLE_MISSING);
    assertThatThrownBy(caller::requireRole).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nobodyIsLetOnByAnyRequirement() {
    Caller nobody = AnonymousCaller.INSTANCE;

    assertThat(refusalOf(nobody::require).refusal()).isEqualTo(Refusal.CREDENTIAL_MISSING);
    assertThat(refusalOf(() -> nobody.requireRole("clerk")).refusal())
        .isEqualTo(Refusal.CREDENTIAL_MISSING);
    assertThat(nobody.isAuthenticated()).isFalse();
    assertThat(nobody.scopes()).isEmpty();
    assertThat(nobody.roles()).isEmpty();
    assertThatThrownBy(nobody::getName)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Nobody is authenticated in this request: ask isAuthenticated() first.");
  }

  @Test
  void itsToStringNamesTheCallerAndNoClaim() {
    assertThat(both(Set.of(), null, null, SOON)).hasToString("Caller[alice, BOTH]");
    assertThat(user(null, SOON).toString()).doesNotContain("personal");
  }

  private static Refused refusalOf(Runnable task) {
    try {
      task.run();
    } catch (RefusedException e) {
      return e.refused();
    }
    throw new AssertionError("let on");
  }

  private static Caller both(
      Set<String> ofKey, @Nullable Instant keyEnds, @Nullable Set<String> ofToken, Instant ends) {
    return EstablishedCaller.byBoth(application(ofKey, keyEnds), user(ofToken, ends), NOW);
  }

  private static Application application(Set<String> scopes, @Nullable Instant expiresAt) {
    return new Application(
        "7Qm2Xc9Ra4TbV1",
        "7Qm2Xc9Ra4TbV1",
        false,
        "acme",
        "pro",
        "live",
        scopes,
        Set.of("batch"),
        expiresAt,
        false);
  }

  private static User user(@Nullable Set<String> scopes, Instant expiresAt) {
    return new User(
        "alice",
        "u-1",
        "https://issuer.example/",
        "jti-1",
        scopes,
        Set.of("clerk"),
        Map.of("sub", "u-1", "note", "personal"),
        NOW,
        expiresAt);
  }
}
