package io.github.sallyport.sample.doors;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What path rules protect, where each of them begins; also at the paths that the vectors of others
 * mean. {@code TRACE} and {@code OPTIONS} are the servlet API's own.
 */
@WebServlet(
    urlPatterns = {
      "/shut/*",
      "/exact",
      "*.shut",
      "/path/*",
      "/info",
      "/foo/*",
      "/bar",
      "/context/*",
      "/context-root/*",
      "/dir/*",
      "/something/*"
    },
    asyncSupported = true)
public class ShutServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    open(request, response);
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    open(request, response);
  }

  @Override
  protected void doDelete(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    open(request, response);
  }

  private static void open(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    long read = 0;
    byte[] some = new byte[8192];
    for (int n; (n = request.getInputStream().read(some)) >= 0; ) read += n;
    response.setContentType("text/plain");
    response.getWriter().write("opened by " + request.getMethod() + " of " + read + " bytes");
  }
}
