package io.github.sallyport.sample.app;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Hands a request on, in the way that {@code by} names, to the path that {@code to} names. */
@WebServlet(
    urlPatterns = {"/dispatch", "/in/dispatch", "/open/dispatch"},
    asyncSupported = true)
public final class DispatchServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String to = request.getParameter("to");
    switch (request.getParameter("by")) {
      case "forward" -> request.getRequestDispatcher(to).forward(request, response);
      case "include" -> request.getRequestDispatcher(to).include(request, response);
      case "async" -> request.startAsync().dispatch(to);
      case "error" -> response.sendError(418);
      case "unauthorized" -> response.sendError(401);
      default -> throw new ServletException("by what?");
    }
  }
}
