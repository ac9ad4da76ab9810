package io.github.sallyport.sample.doors;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What everybody may ask; {@code /statusz} is no such thing, though it begins like one. */
@WebServlet(urlPatterns = {"/open/*", "/status", "/statusz"})
public class OpenServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    response.getWriter().write("let in");
  }
}
