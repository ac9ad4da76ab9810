package io.github.sallyport.key;

import io.github.sallyport.key.ApiKeyRecord.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** What the settings and the state of a key allow. Each rule passes, or throws its sentence. */
final class KeyRules {
  private final KeySettings settings;
  private final Supplier<Set<String>> plans;
  private final Clock clock;

  KeyRules(KeySettings settings, Supplier<Set<String>> plans, Clock clock) {
    this.settings = settings;
    this.plans = plans;
    this.clock = clock;
  }

  void requireUsable(ApiKeyRecord key) {
    Instant end = key.end(settings.maxAge());
    if (key.status() != Status.ACTIVE || (end != null && !clock.instant().isBefore(end))) {
      throw new KeyConflictException("The key is disabled or has ended.");
    }
  }

  static void requireParent(ApiKeyRecord parent, Set<String> scopes) {
    if (parent.terms().kind() != KeyKind.SECRET || parent.lineage().parent() != null) {
      throw new KeyConflictException(
          "From a publishable key, and from one that was derived, none can be derived.");
    }
    if (!parent.terms().scopes().containsAll(scopes)) {
      throw new IllegalArgumentException("scopes must be some of the parent's");
    }
  }

  void requireAllowed(KeyTerms terms, Instant createdAt) {
    requireScopes(terms);
    requirePlan(terms);
    requireAge(terms, createdAt);
  }

  private void requireScopes(KeyTerms terms) {
    requireScopes(terms.kind(), terms.scopes());
  }

  /**
   * @param added which a key of this kind shall have; those that it has stay, and are not read from
   *     it any more once the settings lack them
   */
  void requireScopes(KeyKind kind, Set<String> added) {
    if (kind == KeyKind.PUBLISHABLE && !settings.publishableScopes().containsAll(added)) {
      throw new IllegalArgumentException(
          "scopes of a publishable key must be among sallyport.api-key.publishable-scopes");
    }
  }

  void requirePlan(KeyTerms terms) {
    if (terms.plan() == null) return;
    Set<String> known = plans.get();
    if (!known.isEmpty() && !known.contains(terms.plan())) {
      throw new IllegalArgumentException(
          "plan must be one of " + String.join(", ", new TreeSet<>(known)));
    }
  }

  void requireAge(KeyTerms terms, Instant createdAt) {
    Duration maxAge = settings.maxAge();
    if (maxAge == null || terms.expiresAt() == null) return;
    if (terms.expiresAt().isAfter(createdAt.plus(maxAge))) {
      throw new IllegalArgumentException(
          "expiresAt must be no later than " + maxAge + " after the key was issued");
    }
  }

  void requireForeign(KeyTerms terms) {
    if (!settings.foreign()) {
      throw new IllegalArgumentException(
          "sallyport.api-key.foreign is false: an imported key would not be read");
    }
    if (terms.kind() != KeyKind.SECRET) {
      throw new IllegalArgumentException("kind of an imported key must be secret");
    }
  }
}
