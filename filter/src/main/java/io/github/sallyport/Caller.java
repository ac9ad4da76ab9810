package io.github.sallyport;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who was established: an application by its API key, a user by a token, or both.
 *
 * <p>A caller that is not authenticated exists too, so that code can ask; then {@link
 * #isAuthenticated()} is false, the sets are empty, every {@code require} refuses, and {@link
 * #getName()}, {@link #credentials()} and {@link #authenticatedAt()} throw {@link
 * IllegalStateException}, because there is nothing true that they could say.
 */
public interface Caller extends Principal {

  /** Tells whether anybody was established. */
  boolean isAuthenticated();

  /** The user's name where there is a user, else the key id; never the key's owner. */
  @Override
  String getName();

  /** What was shown. */
  CredentialKind credentials();

  /** The application, where an API key was shown, or a token that was made of one. */
  Optional<Application> application();

  /** The user, where a token was shown that names one. */
  Optional<User> user();

  /**
   * What was granted: the key's scopes, the token's, or where both were shown those that both have.
   * A token without a scope claim does not narrow the key's.
   */
  Set<String> scopes();

  /** What the caller is: the user's roles where there is a user, else the key's. */
  Set<String> roles();

  /** All claims of the token, by name; empty without a token. */
  Map<String, @Nullable Object> claims();

  /** When this caller was established: at the request, by our clock. */
  Instant authenticatedAt();

  /** When the first of the shown credentials ends; empty if none ever does. */
  Optional<Instant> expiresAt();

  /** Tells whether this scope was granted. Exact, case-sensitive comparison. */
  default boolean hasScope(String scope) {
    return scopes().contains(scope);
  }

  /** Tells whether the caller has this role. Exact, case-sensitive comparison. */
  default boolean hasRole(String role) {
    return roles().contains(role);
  }

  /**
   * Lets the code go on only for a caller with all of these scopes.
   *
   * @param scopes none: any authenticated caller will do
   * @throws RefusedException otherwise; let it pass, and the client gets the published answer
   */
  default void require(String... scopes) {
    requireAuthenticated();
    if (!scopes().containsAll(Arrays.asList(scopes))) {
      throw new RefusedException(
          new Refused(
              Refusal.SCOPE_INSUFFICIENT,
              "The credential lacks a scope that this needs.",
              Set.copyOf(Arrays.asList(scopes)),
              null,
              null));
    }
  }

  /**
   * Lets the code go on only for a caller with any of these roles.
   *
   * @param roles at least one
   * @throws RefusedException otherwise; let it pass, and the client gets the published answer
   */
  default void requireRole(String... roles) {
    if (roles.length == 0) throw new IllegalArgumentException("name at least one role");
    requireAuthenticated();
    if (Collections.disjoint(roles(), new LinkedHashSet<>(Arrays.asList(roles)))) {
      throw new RefusedException(
          Refused.of(Refusal.ROLE_MISSING, "The caller has none of the roles that this needs."));
    }
  }

  /**
   * Lets the code go on only for a user who has logged in not longer ago than this: by the token's
   * {@code auth_time}, else by its {@code iat}, measured at the request.
   *
   * @param maxAge more than nothing
   * @throws RefusedException otherwise, and for every caller without a user; let it pass, and the
   *     client is told to have its user log in again (RFC 9470 section 3)
   */
  default void requireFresh(Duration maxAge) {
    Optional<Refused> judged = new Freshness(maxAge).judge(this);
    if (judged.isPresent()) throw new RefusedException(judged.get());
  }

  private void requireAuthenticated() {
    if (!isAuthenticated()) {
      throw new RefusedException(
          Refused.of(Refusal.CREDENTIAL_MISSING, "This needs a credential, and none was shown."));
    }
  }

  /**
   * Takes this caller along to another thread.
   *
   * @param task what is to run there
   * @return a task during which {@link CurrentCaller} is this caller, and after which it is whoever
   *     it was before
   */
  default Runnable wrap(Runnable task) {
    return () -> {
      CurrentCaller.Scope scope = CurrentCaller.enter(this);
      try {
        task.run();
      } finally {
        scope.close();
      }
    };
  }
}
