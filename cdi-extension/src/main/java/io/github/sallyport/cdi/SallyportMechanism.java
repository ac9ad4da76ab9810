package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.http.Corridor;
import io.github.sallyport.http.Outcome;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.security.enterprise.AuthenticationException;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * Tells a container that runs Jakarta Security who calls, so that everything that asks the
 * container knows it too. It runs before any filter, walks the same corridor, for the requests that
 * the filter is mapped to, and leaves the outcome for the filter.
 */
@ApplicationScoped
class SallyportMechanism implements HttpAuthenticationMechanism {

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws AuthenticationException {
    Optional<Outcome> entered = Corridor.enter(request);
    if (entered.isEmpty()) {
      // doNothing() on a protected path has made containers answer 200 with an empty body.
      return context.isProtected() ? context.responseUnauthorized() : context.doNothing();
    }
    Outcome outcome = entered.get();
    Caller caller = outcome.caller();
    try {
      if (outcome.isRefused()) {
        outcome.writeRefusal(request, response);
        return AuthenticationStatus.SEND_FAILURE;
      }
      if (!caller.isAuthenticated() && context.isProtected()) {
        outcome.writeMissing(request, response);
        return AuthenticationStatus.SEND_FAILURE;
      }
    } catch (IOException e) {
      throw new AuthenticationException(e);
    }
    return caller.isAuthenticated()
        ? context.notifyContainerAboutLogin(new SallyportPrincipal(caller), caller.roles())
        : context.doNothing();
  }
}
