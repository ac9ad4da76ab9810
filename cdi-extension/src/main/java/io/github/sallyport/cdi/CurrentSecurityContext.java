package io.github.sallyport.cdi;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.http.Outcome;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.SecurityContext;
import jakarta.security.enterprise.authentication.mechanism.http.AuthenticationParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Jakarta Security's view of the current caller (3.0, chapter 4), for a container that has none of
 * its own. It answers from the same caller as everything else.
 */
class CurrentSecurityContext implements SecurityContext {
  private final HttpServletRequest request;

  /**
   * @param request the current request, by a proxy
   */
  @Inject
  CurrentSecurityContext(HttpServletRequest request) {
    this.request = request;
  }

  private static Caller current() {
    return CurrentCaller.find().orElse(AnonymousCaller.INSTANCE);
  }

  @Override
  public @Nullable Principal getCallerPrincipal() {
    Caller caller = current();
    return caller.isAuthenticated() ? caller : null;
  }

  @Override
  public <T extends Principal> Set<T> getPrincipalsByType(Class<T> type) {
    Caller caller = current();
    return caller.isAuthenticated() && type.isInstance(caller)
        ? Set.of(type.cast(caller))
        : Set.of();
  }

  @Override
  public boolean isCallerInRole(String role) {
    return current().hasRole(role);
  }

  /** Part of Jakarta Security 4.0, which also runs with this. */
  public Set<String> getAllDeclaredCallerRoles() {
    return current().roles();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Judged by the path rules alone: a container without Jakarta Security can't be asked about
   * its own constraints.
   */
  @Override
  public boolean hasAccessToWebResource(String resource, String... methods) {
    return Outcome.mayAccess(request, resource, Arrays.asList(methods));
  }

  @Override
  public AuthenticationStatus authenticate(
      HttpServletRequest shown, HttpServletResponse response, AuthenticationParameters parameters) {
    // What a request showed was judged on its way in, and nothing that it shows later is read.
    return current().isAuthenticated()
        ? AuthenticationStatus.SUCCESS
        : AuthenticationStatus.NOT_DONE;
  }
}
