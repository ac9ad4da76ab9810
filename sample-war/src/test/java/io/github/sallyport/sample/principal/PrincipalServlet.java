package io.github.sallyport.sample.principal;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;

/** Names the injected principal. */
@WebServlet("/principal")
public class PrincipalServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient Principal principal;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    response.getWriter().write(principal.getName());
  }
}
