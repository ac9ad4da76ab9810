package io.github.sallyport.sample.doors;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;

/** Tells what the container itself knows of the caller, past every wrapper. */
@WebServlet({"/unwrap", "/open/unwrap"})
public class UnwrapServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ServletRequest innermost = request;
    while (innermost instanceof ServletRequestWrapper wrapper) innermost = wrapper.getRequest();
    Principal principal = ((HttpServletRequest) innermost).getUserPrincipal();
    response.setContentType("text/plain");
    response.getWriter().write(principal == null ? "nobody" : principal.getName());
  }
}
