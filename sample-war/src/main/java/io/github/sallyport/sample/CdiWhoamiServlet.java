package io.github.sallyport.sample;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sallyport.Caller;
import jakarta.inject.Inject;
import jakarta.security.enterprise.SecurityContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Tells callers who they are, by Jakarta Security: the name and the roles are what it says, and
 * what it has no words for is the injected caller's.
 */
@WebServlet(urlPatterns = "/cdi/whoami", asyncSupported = true)
public class CdiWhoamiServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Inject transient SecurityContext security;
  @Inject transient Caller caller;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Whoami known =
        Whoami.of(caller)
            .named(security.getCallerPrincipal().getName())
            .withRoles(security::isCallerInRole);
    response.setContentType("application/json");
    JSON.writeValue(response.getOutputStream(), known);
  }
}
