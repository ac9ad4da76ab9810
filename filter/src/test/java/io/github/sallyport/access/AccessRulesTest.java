package io.github.sallyport.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessRulesTest {

  private static PathRule rule(Policy policy, String methods, String... patterns) {
    Set<String> names = methods.isEmpty() ? Set.of() : Set.of(methods.split(","));
    return new PathRule("r", List.of(patterns), names, policy, Set.of(), Set.of(), Set.of(), 1);
  }

  private static AccessRules rules(Unauthenticated unauthenticated, PathRule... rules) {
    return new AccessRules(new AccessSettings(unauthenticated, List.of(rules)));
  }

  private static Policy policy(AccessRules rules, String method, String path) {
    return rules.ruleFor(path, method).policy();
  }

  @Test
  void withoutAnyRuleEverythingNeedsACredential() {
    AccessRules rules = rules(Unauthenticated.REJECT);
    assertThat(policy(rules, "GET", "/anything")).isEqualTo(Policy.AUTHENTICATED);
    assertThat(policy(rules, "GET", "")).isEqualTo(Policy.AUTHENTICATED);
  }

  @Test
  void whereAnonymousRequestsAreAllowedACredentialIsStillRead() {
    assertThat(policy(rules(Unauthenticated.ALLOW), "GET", "/x")).isEqualTo(Policy.OPTIONAL);
  }

  @Test // catalogue L12
  void theMostSpecificPatternDecidesWhateverTheOrder() {
    AccessRules rules =
        rules(
            Unauthenticated.REJECT,
            rule(Policy.PERMIT, "", "/*"),
            rule(Policy.DENY, "", "/a/b/*"),
            rule(Policy.AUTHENTICATED, "", "/a/*"),
            rule(Policy.OPTIONAL, "", "/a/b/c"));
    assertThat(policy(rules, "GET", "/a/b/c")).isEqualTo(Policy.OPTIONAL);
    assertThat(policy(rules, "GET", "/a/b/d")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "GET", "/a/b")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "GET", "/a/x")).isEqualTo(Policy.AUTHENTICATED);
    assertThat(policy(rules, "GET", "/z")).isEqualTo(Policy.PERMIT);
  }

  @Test
  void aPrefixEndsAtASlash() {
    AccessRules rules = rules(Unauthenticated.REJECT, rule(Policy.PERMIT, "", "/health/*"));
    assertThat(policy(rules, "GET", "/health")).isEqualTo(Policy.PERMIT);
    assertThat(policy(rules, "GET", "/health/x")).isEqualTo(Policy.PERMIT);
    assertThat(policy(rules, "GET", "/healthz")).isEqualTo(Policy.AUTHENTICATED);
  }

  @Test
  void aSlashAtTheEndChangesNothing() {
    AccessRules rules =
        rules(
            Unauthenticated.REJECT, rule(Policy.DENY, "", "/admin"), rule(Policy.PERMIT, "", "/*"));
    assertThat(policy(rules, "GET", "/admin")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "GET", "/admin/")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "GET", "/admin//")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "GET", "/admins")).isEqualTo(Policy.PERMIT);
  }

  @Test
  void aSlashAtTheEndDoesNotLeadPastAnExtension() {
    AccessRules rules =
        rules(
            Unauthenticated.REJECT, rule(Policy.DENY, "", "*.json"), rule(Policy.PERMIT, "", "/"));
    assertThat(policy(rules, "GET", "/report.json")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "GET", "/report.json/")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "GET", "/report.json/x")).isEqualTo(Policy.PERMIT);
  }

  @Test
  void aPatternWithASlashAtItsEndIsTheSameAsWithoutIt() {
    assertThatThrownBy(
            () ->
                rules(
                    Unauthenticated.REJECT,
                    rule(Policy.DENY, "", "/admin"),
                    rule(Policy.PERMIT, "", "/admin/")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/admin");
    AccessRules rules =
        rules(
            Unauthenticated.REJECT,
            rule(Policy.DENY, "POST", "/admin"),
            rule(Policy.PERMIT, "GET", "/admin/"));
    assertThat(policy(rules, "POST", "/admin")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "GET", "/admin")).isEqualTo(Policy.PERMIT);
  }

  @Test
  void anExtensionComesAfterPrefixesAndBeforeTheDefault() {
    AccessRules rules =
        rules(
            Unauthenticated.REJECT,
            rule(Policy.PERMIT, "", "*.css"),
            rule(Policy.DENY, "", "/private/*"),
            rule(Policy.OPTIONAL, "", "/"));
    assertThat(policy(rules, "GET", "/x/y.css")).isEqualTo(Policy.PERMIT);
    assertThat(policy(rules, "GET", "/private/y.css")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "GET", "/x.css/y")).isEqualTo(Policy.OPTIONAL);
  }

  @Test
  void theEmptyPatternIsTheContextRootAlone() {
    AccessRules rules = rules(Unauthenticated.REJECT, rule(Policy.PERMIT, "", ""));
    assertThat(policy(rules, "GET", "")).isEqualTo(Policy.PERMIT);
    assertThat(policy(rules, "GET", "/")).isEqualTo(Policy.PERMIT);
    assertThat(policy(rules, "GET", "/x")).isEqualTo(Policy.AUTHENTICATED);
  }

  @Test
  void getCoversHeadAndAMethodThatNoRuleNamesIsDenied() {
    AccessRules rules =
        rules(
            Unauthenticated.ALLOW,
            rule(Policy.PERMIT, "GET", "/orders/*"),
            rule(Policy.AUTHENTICATED, "POST", "/orders/*"));
    assertThat(policy(rules, "GET", "/orders")).isEqualTo(Policy.PERMIT);
    assertThat(policy(rules, "HEAD", "/orders")).isEqualTo(Policy.PERMIT);
    assertThat(policy(rules, "POST", "/orders")).isEqualTo(Policy.AUTHENTICATED);
    assertThat(policy(rules, "DELETE", "/orders")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "get", "/orders")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "DELETE", "/elsewhere")).isEqualTo(Policy.OPTIONAL);
  }

  @Test
  void twoRulesForOnePatternAndMethodAreRefused() {
    assertThatThrownBy(
            () ->
                rules(
                    Unauthenticated.REJECT,
                    rule(Policy.PERMIT, "GET,POST", "/x"),
                    rule(Policy.DENY, "POST", "/x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two rules for the pattern /x and one method");
    assertThatThrownBy(
            () ->
                rules(
                    Unauthenticated.REJECT,
                    rule(Policy.PERMIT, "GET", "/x"),
                    rule(Policy.DENY, "", "/x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                rules(
                    Unauthenticated.REJECT,
                    rule(Policy.PERMIT, "", "/x"),
                    rule(Policy.DENY, "GET", "/x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsNoServletPatternIsRefused() {
    assertThatThrownBy(() -> rules(Unauthenticated.REJECT, rule(Policy.PERMIT, "", "orders/*")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a servlet pattern: orders/*");
  }

  @Test
  void ourOwnEndpointsNeedACallerWhateverTheRulesSay() {
    AccessRules rules =
        rules(
            Unauthenticated.ALLOW,
            rule(Policy.PERMIT, "", "/*"),
            rule(Policy.PERMIT, "", "/sallyport/keys"));
    assertThat(policy(rules, "GET", "/sallyport/keys")).isEqualTo(Policy.AUTHENTICATED);
    assertThat(policy(rules, "DELETE", "/sallyport/keys/x")).isEqualTo(Policy.AUTHENTICATED);
    assertThat(policy(rules, "GET", "/sallyports")).isEqualTo(Policy.PERMIT);
  }

  @Test
  void aPathIsJudgedOnlyWhereARuleWouldJudgeIt() {
    AccessRules none = rules(Unauthenticated.REJECT);
    assertThat(none.judges("/x")).isFalse();
    assertThat(none.judges("/sallyport/keys")).isTrue();
    for (String pattern : new String[] {"/a", "/a/*", "*.a", "/"}) {
      assertThat(rules(Unauthenticated.REJECT, rule(Policy.PERMIT, "", pattern)).judges("/x"))
          .as(pattern)
          .isTrue();
    }
  }

  @Test
  void aPrefixThatBeginsAtTheSlashKnowsThePathWithTheSlashBetter() {
    AccessRules rules =
        rules(
            Unauthenticated.ALLOW,
            rule(Policy.PERMIT, "", "/docs"),
            rule(Policy.AUTHENTICATED, "", "/docs/*"));
    assertThat(policy(rules, "GET", "/docs")).isEqualTo(Policy.PERMIT);
    assertThat(policy(rules, "GET", "/docs/")).isEqualTo(Policy.AUTHENTICATED);
    assertThat(policy(rules, "GET", "/docs/x")).isEqualTo(Policy.AUTHENTICATED);
  }

  @Test
  void anExactPatternWithTheSlashIsExact() {
    AccessRules rules =
        rules(
            Unauthenticated.ALLOW,
            rule(Policy.DENY, "", "/docs/"),
            rule(Policy.PERMIT, "", "/docs/*"));
    assertThat(policy(rules, "GET", "/docs/")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "GET", "/docs")).isEqualTo(Policy.DENY);
    assertThat(policy(rules, "GET", "/docs/x")).isEqualTo(Policy.PERMIT);
  }
}
