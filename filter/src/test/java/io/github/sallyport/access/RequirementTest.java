package io.github.sallyport.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.CredentialKind;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.User;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequirementTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Application APPLICATION =
      new Application(
          "id", "id", false, "owner", null, "live", Set.of("a", "b"), Set.of("robot"), null, false);
  private static final User USER =
      new User("al", "al", "iss", null, Set.of("b"), Set.of("user"), Map.of(), null, NOW);
  private static final Caller KEY = EstablishedCaller.byKey(APPLICATION, NOW);
  private static final Caller TOKEN = EstablishedCaller.byToken(USER, NOW);
  private static final Caller BOTH = EstablishedCaller.byBoth(APPLICATION, USER, NOW);

  private static Optional<Refusal> judge(
      Caller caller, Set<String> scopes, Set<String> roles, CredentialKind... kinds) {
    return new Requirement(scopes, roles, Set.of(kinds)).judge(caller).map(Refused::refusal);
  }

  @Test
  void nobodyIsRefusedEvenWhereNothingElseIsAsked() {
    assertThat(judge(AnonymousCaller.INSTANCE, Set.of(), Set.of()))
        .contains(Refusal.CREDENTIAL_MISSING);
    assertThat(judge(KEY, Set.of(), Set.of())).isEmpty();
  }

  @Test
  void allScopesAreNeeded() {
    assertThat(judge(KEY, Set.of("a", "b"), Set.of())).isEmpty();
    assertThat(judge(KEY, Set.of("a", "c"), Set.of())).contains(Refusal.SCOPE_INSUFFICIENT);
    assertThat(judge(BOTH, Set.of("a"), Set.of())).contains(Refusal.SCOPE_INSUFFICIENT);
    assertThat(new Requirement(Set.of("c"), Set.of(), Set.of()).judge(KEY).orElseThrow().scopes())
        .containsExactly("c");
  }

  @Test
  void aScopeIsComparedWhole() {
    assertThat(judge(KEY, Set.of("A"), Set.of())).contains(Refusal.SCOPE_INSUFFICIENT);
    assertThat(judge(KEY, Set.of("ab"), Set.of())).contains(Refusal.SCOPE_INSUFFICIENT);
  }

  @Test
  void anyOfTheRolesWillDo() {
    assertThat(judge(TOKEN, Set.of(), Set.of("admin", "user"))).isEmpty();
    assertThat(judge(TOKEN, Set.of(), Set.of("admin"))).contains(Refusal.ROLE_MISSING);
    assertThat(judge(BOTH, Set.of(), Set.of("robot"))).contains(Refusal.ROLE_MISSING);
  }

  @Test
  void oneKindAlsoLetsBothInAndBothAloneDemandsBoth() {
    assertThat(judge(KEY, Set.of(), Set.of(), CredentialKind.API_KEY)).isEmpty();
    assertThat(judge(BOTH, Set.of(), Set.of(), CredentialKind.API_KEY)).isEmpty();
    assertThat(judge(BOTH, Set.of(), Set.of(), CredentialKind.BEARER)).isEmpty();
    assertThat(judge(BOTH, Set.of(), Set.of(), CredentialKind.BOTH)).isEmpty();
    assertThat(judge(TOKEN, Set.of(), Set.of(), CredentialKind.API_KEY))
        .contains(Refusal.CREDENTIAL_KIND_REFUSED);
    assertThat(judge(KEY, Set.of(), Set.of(), CredentialKind.BOTH))
        .contains(Refusal.CREDENTIAL_KIND_REFUSED);
    assertThat(judge(KEY, Set.of(), Set.of(), CredentialKind.API_KEY, CredentialKind.BEARER))
        .isEmpty();
  }
}
