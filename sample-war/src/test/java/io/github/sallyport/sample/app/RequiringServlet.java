package io.github.sallyport.sample.app;

import io.github.sallyport.Caller;
import io.github.sallyport.RefusedException;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Requires a scope in code; {@code ?wrapped} as a framework would pass the refusal on. */
@WebServlet("/requires")
public final class RequiringServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    try {
      ((Caller) request.getUserPrincipal()).require("ships:sink");
    } catch (RefusedException e) {
      if (request.getParameter("wrapped") == null) throw e;
      throw new ServletException("as a framework does", new IllegalStateException(e));
    }
    response.getWriter().write("sunk");
  }
}
