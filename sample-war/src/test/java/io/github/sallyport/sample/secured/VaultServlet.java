package io.github.sallyport.sample.secured;

import io.github.sallyport.Caller;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Calls the bean as the query says. */
@WebServlet(
    urlPatterns = {"/in/vault", "/out/vault", "/in/guarded", "/out/guarded"},
    asyncSupported = true)
public class VaultServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient Vault vault;
  @Inject transient LockedRoom locked;
  @Inject transient Caller caller;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String said =
        switch (String.valueOf(request.getQueryString())) {
          case "open" -> vault.open();
          case "look" -> vault.look();
          case "who" -> vault.whoIsThere();
          case "locked" -> locked.open();
          case "start" -> AtStart.outcome();
          case "session" -> request.getSession().isNew() ? "begun" : "had";
          case "principal" -> Written.of(request.getUserPrincipal()) + Written.of(caller);
          default -> "served";
        };
    response.setContentType("text/plain");
    response.getWriter().write(said);
  }
}
