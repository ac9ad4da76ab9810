package io.github.sallyport.sample.doors;

import io.github.sallyport.sample.secured.Vault;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Asks a bean that is {@code @Secured}, of whoever comes here by whatever way. */
@WebServlet(
    urlPatterns = {"/secured/*", "/open/secured"},
    asyncSupported = true)
public class SecuredServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient Vault vault;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    response.getWriter().write(vault.open());
  }
}
