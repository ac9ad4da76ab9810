package io.github.sallyport.access;

import io.github.sallyport.Caller;
import io.github.sallyport.CredentialKind;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;

/**
 * What a caller must bring: computed once, asked at each request.
 *
 * @param scopes all of them are needed
 * @param roles any of them is needed; empty means none
 * @param credentials the kinds let in; empty means all. {@code API_KEY} and {@code BEARER} also let
 *     in a request that shows both; {@code BOTH} alone demands both
 */
public record Requirement(Set<String> scopes, Set<String> roles, Set<CredentialKind> credentials) {

  /** Any authenticated caller will do. */
  public static final Requirement AUTHENTICATED = new Requirement(Set.of(), Set.of(), Set.of());

  public Requirement {
    scopes = Set.copyOf(scopes);
    roles = Set.copyOf(roles);
    credentials = Set.copyOf(credentials);
  }

  /** Says why this caller may not go on; empty if it may. */
  public Optional<Refused> judge(Caller caller) {
    if (!caller.isAuthenticated()) {
      return refuse(Refusal.CREDENTIAL_MISSING, "This needs a credential, and none was shown.");
    }
    if (!letsIn(caller.credentials())) {
      return refuse(
          Refusal.CREDENTIAL_KIND_REFUSED, "This kind of credential does not open this resource.");
    }
    if (!caller.scopes().containsAll(scopes)) {
      return Optional.of(
          new Refused(
              Refusal.SCOPE_INSUFFICIENT,
              "The credential lacks a scope that this needs.",
              scopes,
              null,
              null));
    }
    if (!roles.isEmpty() && Collections.disjoint(roles, caller.roles())) {
      return refuse(Refusal.ROLE_MISSING, "The caller has none of the roles that this needs.");
    }
    return Optional.empty();
  }

  private boolean letsIn(CredentialKind shown) {
    if (credentials.isEmpty() || credentials.contains(shown)) return true;
    return shown == CredentialKind.BOTH
        && (credentials.contains(CredentialKind.API_KEY)
            || credentials.contains(CredentialKind.BEARER));
  }

  private static Optional<Refused> refuse(Refusal refusal, String detail) {
    return Optional.of(Refused.of(refusal, detail));
  }
}
