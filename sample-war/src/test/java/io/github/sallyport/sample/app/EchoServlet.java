package io.github.sallyport.sample.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells what the servlet API says of a request: its caller, and all headers by every accessor. */
@WebServlet(
    urlPatterns = {"/echo", "/in/echo", "/open/echo"},
    asyncSupported = true)
public final class EchoServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("application/json");
    response.getWriter().write(JSON.writeValueAsString(seen(request)));
  }

  static Map<String, @Nullable Object> seen(HttpServletRequest request) {
    Principal principal = request.getUserPrincipal();
    Map<String, @Nullable Object> seen = new LinkedHashMap<>();
    seen.put("principal", principal == null ? null : principal.getName());
    seen.put("remoteUser", request.getRemoteUser());
    seen.put("authType", request.getAuthType());
    seen.put("admin", request.isUserInRole("admin"));
    seen.put("session", request.getSession(false) != null);
    seen.put("headers", headers(request));
    seen.put(
        "cookies", request.getCookies() == null ? 0 : Arrays.asList(request.getCookies()).size());
    return seen;
  }

  private static Map<String, @Nullable Object> headers(HttpServletRequest request) {
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      headers.put(name.toLowerCase(Locale.ROOT), request.getHeader(name));
    }
    for (String name : new String[] {"x-api-key", "X-API-Key", "authorization", "Authorization"}) {
      headers.put("get " + name, request.getHeader(name));
      headers.put("all " + name, Collections.list(request.getHeaders(name)));
    }
    // Of a header that is there, and is no number and no date, these two would throw.
    headers.put("int X-API-Key", request.getIntHeader("X-API-Key"));
    headers.put("date X-API-Key", request.getDateHeader("X-API-Key"));
    return headers;
  }
}
