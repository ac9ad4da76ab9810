package io.github.sallyport.sample;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sallyport.Caller;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Tells callers who they are, by the servlet API alone. */
@WebServlet(urlPatterns = "/servlet/whoami", asyncSupported = true)
public final class WhoamiServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Caller caller = (Caller) request.getUserPrincipal();
    response.setContentType("application/json");
    JSON.writeValue(response.getOutputStream(), Whoami.of(caller));
  }
}
