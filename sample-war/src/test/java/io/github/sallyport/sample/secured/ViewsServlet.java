package io.github.sallyport.sample.secured;

import io.github.sallyport.Caller;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the servlet API, Jakarta Security and the injected caller say, as the query asks. */
@WebServlet(
    urlPatterns = {"/in/views", "/out/views"},
    asyncSupported = true)
public class ViewsServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient SecurityContext security;
  @Inject transient Caller caller;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    response
        .getWriter()
        .write(
            switch (request.getQueryString()) {
              case "servlet" -> View.of(request.getUserPrincipal(), request::isUserInRole);
              case "security" -> View.of(security.getCallerPrincipal(), security::isCallerInRole);
              case "type" -> View.of(callerByType(), security::isCallerInRole);
              default ->
                  caller.isAuthenticated()
                      ? View.of(caller, caller::hasRole)
                      : View.of(null, r -> false);
            });
  }

  private @Nullable Caller callerByType() {
    Set<Caller> callers = security.getPrincipalsByType(Caller.class);
    // Open Liberty says null of nobody; Jakarta Security 3.0 says empty.
    return callers == null ? null : callers.stream().findAny().orElse(null);
  }
}
