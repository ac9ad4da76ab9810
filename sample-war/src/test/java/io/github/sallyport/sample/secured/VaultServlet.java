package io.github.sallyport.sample.secured;

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

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String said =
        switch (String.valueOf(request.getQueryString())) {
          case "open" -> vault.open();
          case "look" -> vault.look();
          case "who" -> vault.whoIsThere();
          default -> "served";
        };
    response.setContentType("text/plain");
    response.getWriter().write(said);
  }
}
