package io.github.sallyport.sample.claims;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.microprofile.jwt.Claim;
import org.jspecify.annotations.Nullable;

/** Would show the first user's claim to all others, if it were ever made. */
@WebServlet("/frozen")
public class FrozenServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject
  @Claim("email")
  transient @Nullable String email;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.getWriter().write(String.valueOf(email));
  }
}
