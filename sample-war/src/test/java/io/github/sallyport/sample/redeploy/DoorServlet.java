package io.github.sallyport.sample.redeploy;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Names whom the bean lets in. */
@WebServlet("/door")
public class DoorServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient Door door;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    response.getWriter().write(door.enter());
  }
}
