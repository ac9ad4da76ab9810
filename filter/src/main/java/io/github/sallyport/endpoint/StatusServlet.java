package io.github.sallyport.endpoint;

import io.github.sallyport.Caller;
import io.github.sallyport.Health;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What runs here, since when, and how each part does, for administrators. */
public final class StatusServlet extends JsonServlet {
  private static final long serialVersionUID = 1L;

  private final transient Supplier<Health> health;
  private final transient AdminSettings admin;
  private final transient Clock clock;
  private final Instant startedAt;

  /**
   * @param health asked on each request
   * @param admin who may know
   * @param clock by which this node starts now
   */
  public StatusServlet(Supplier<Health> health, AdminSettings admin, Clock clock) {
    this.health = health;
    this.admin = admin;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  @Override
  void answer(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    caller.require(admin.scope());
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) throw notAllowed("GET, HEAD", response);
    Health now = health.get();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("status", now.isUp() ? "UP" : "DOWN");
    json.put("version", version().orElse(null));
    json.put("java", Runtime.version().toString());
    json.put("server", request.getServletContext().getServerInfo());
    json.put("startedAt", startedAt.toString());
    json.put(
        "uptime",
        Duration.between(startedAt, clock.instant()).truncatedTo(ChronoUnit.SECONDS).toString());
    json.put("parts", HealthServlet.parts(now));
    write(200, json, response);
  }

  /** By the jar's manifest; empty where the classes lie in a folder. */
  private static Optional<String> version() {
    return Optional.ofNullable(StatusServlet.class.getPackage().getImplementationVersion());
  }
}
