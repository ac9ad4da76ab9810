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
 * the filter is mapped to, and leaves the outcome for the filter, which answers what is refused;
 * only where the container itself would, on a path that it protects, the answer is written here.
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
    if (caller.isAuthenticated()) {
      return context.notifyContainerAboutLogin(SallyportPrincipal.of(caller), caller.roles());
    }
    if (!context.isProtected()) return context.doNothing();
    try {
      if (outcome.isRefused()) outcome.writeRefusal(request, response);
      else outcome.writeMissing(request, response);
      // Else the container would put a page of its own in the place of an answer not yet sent.
      response.flushBuffer();
    } catch (IOException e) {
      throw new AuthenticationException(e);
    }
    return AuthenticationStatus.SEND_FAILURE;
  }
}
