package io.github.sallyport.sample.beside;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Takes the places that hold one thing each. */
@WebServlet("/beside")
public class BesideServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /**
   * Java 17 has a component's type of the record whose {@code equals} was linked last, and so its
   * class loader, in {@code ObjectMethods.OBJECT_EQ.asTypeCache}.
   */
  private record Last(String name) {}

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    response.getWriter().print(new Last("it").equals(new Last(request.getServletPath())));
  }
}
