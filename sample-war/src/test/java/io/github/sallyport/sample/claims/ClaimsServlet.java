package io.github.sallyport.sample.claims;

import io.github.sallyport.Caller;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** What the query asks for, as a line. */
@WebServlet("/claims")
public class ClaimsServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient Values values;
  @Inject transient Holders holders;
  @Inject transient SecurityContext security;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    response
        .getWriter()
        .write(
            switch (request.getQueryString()) {
              case "values" -> values.line();
              case "holders" -> holders.line();
              case "who" -> holders.who();
              case "security" -> principal(security.getCallerPrincipal());
              case "type" ->
                  principal(
                      security.getPrincipalsByType(JsonWebToken.class).stream()
                          .findAny()
                          .orElse(null));
              default -> principal(request.getUserPrincipal());
            });
  }

  static String principal(@Nullable Principal principal) {
    return principal instanceof Caller caller && principal instanceof JsonWebToken token
        ? caller.getName() + "|" + token.getSubject() + "|" + token.getGroups()
        : String.valueOf(principal instanceof JsonWebToken);
  }
}
