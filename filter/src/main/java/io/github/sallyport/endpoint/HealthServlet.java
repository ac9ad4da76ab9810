package io.github.sallyport.endpoint;

import io.github.sallyport.Caller;
import io.github.sallyport.Health;
import io.github.sallyport.http.Corridor;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Whether requests can be answered, for who balances load and who restarts nodes. Everybody may ask
 * and hears one word; an administrator hears of each part. {@code ?probe=live} looks at nothing
 * outside this process: a node is not restarted because its database is away.
 */
public final class HealthServlet extends JsonServlet {
  private static final long serialVersionUID = 1L;

  private final transient Supplier<Health> health;
  private final transient AdminSettings admin;

  /**
   * @param health asked on each request; answers from what is known, and waits for nothing
   */
  public HealthServlet(Supplier<Health> health, AdminSettings admin) {
    this.health = health;
    this.admin = admin;
  }

  /** The filter lets everybody in here, so the caller is nobody: what is shown is read here. */
  @Override
  void answer(Caller nobody, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) throw notAllowed("GET, HEAD", response);
    if (isForLife(request)) {
      write(200, Map.of("status", "UP"), response);
      return;
    }
    Health now = health.get();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("status", now.isUp() ? "UP" : "DOWN");
    if (Corridor.whoShows(request).filter(this::isAdministrator).isPresent()) {
      json.put("parts", parts(now));
    }
    write(now.isUp() ? 200 : 503, json, response);
  }

  private static boolean isForLife(HttpServletRequest request) {
    String[] probes = request.getParameterValues("probe");
    if (probes == null) return false;
    if (probes.length == 1 && probes[0].equals("live")) return true;
    throw ProblemException.malformed("The parameter probe may be live, once.");
  }

  private boolean isAdministrator(Caller caller) {
    return caller.scopes().contains(admin.scope());
  }

  static Map<String, Object> parts(Health health) {
    Map<String, Object> parts = new LinkedHashMap<>();
    for (Health.Part part : health.parts()) {
      parts.put(part.name(), Map.of("status", part.status().name(), "detail", part.detail()));
    }
    return parts;
  }
}
