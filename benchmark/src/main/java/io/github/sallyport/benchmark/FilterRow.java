package io.github.sallyport.benchmark;

import static io.github.sallyport.benchmark.Variant.require;

import io.github.sallyport.Authentication;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.access.AccessRules;
import io.github.sallyport.access.AccessSettings;
import io.github.sallyport.access.PathRule;
import io.github.sallyport.access.Policy;
import io.github.sallyport.access.Unauthenticated;
import io.github.sallyport.http.Corridor;
import io.github.sallyport.http.FilterCoverage;
import io.github.sallyport.http.HttpSettings;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.http.Witnesses;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.Limiter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request goes through the filter to an application that does nothing. All requests show a key
 * and differ in it and in the path alone; making request and response is part of every variant, the
 * reference too. Refusals are audited to nobody ({@code sallyport.audit.sink=none}).
 */
final class FilterRow implements Row {
  private static final String PUBLIC = "/public/ping";
  private static final String GUARDED = "/api/orders";

  private final KeyRoom room;
  private final int keys;
  private final List<Variant> variants;

  private FilterRow(KeyRoom room, int keys) throws ServletException {
    this.room = room;
    this.keys = keys;
    SallyportFilter filter = filter(room);
    byte[][] good = room.issue(keys);
    byte[] revoked = room.issueRevoked();
    variants =
        List.of(
            bare(good),
            letIn("permitted path, nobody", filter, PUBLIC, null, good),
            letIn("key", filter, GUARDED, "API_KEY", good),
            refused("revoked key, refused", filter, revoked));
  }

  /**
   * @param keys how many, in rotation
   */
  static Row open(int keys) throws ServletException {
    return new FilterRow(KeyRoom.open("filter"), keys);
  }

  private static SallyportFilter filter(KeyRoom room) throws ServletException {
    PathRule open =
        new PathRule(
            "open", List.of("/public/*"), Set.of(), Policy.PERMIT, Set.of(), Set.of(), Set.of(), 1);
    PathRule orders =
        new PathRule(
            "orders",
            List.of("/api/orders", "/api/orders/*"),
            Set.of(),
            Policy.AUTHENTICATED,
            Set.of("orders:read"),
            Set.of(),
            Set.of(),
            1);
    Corridor corridor =
        new Corridor(
            new HttpSettings("sallyport", true, true, false, "X-API-Key", true, "sp", 8192),
            new AccessRules(new AccessSettings(Unauthenticated.REJECT, List.of(open, orders))),
            room.authenticator(),
            token ->
                new Authentication.No(Refused.of(Refusal.TOKEN_INVALID, "No issuer is known.")),
            false,
            Limiter.of(LimitSettings.NONE, System::nanoTime),
            Witnesses.of(event -> {}),
            Clock.systemUTC());
    ServletContext context = PlainContext.open();
    corridor.openIn(context, new FilterCoverage(Set.of("/*"), Set.of()));
    SallyportFilter filter = new SallyportFilter();
    filter.init(PlainContext.config(context));
    return filter;
  }

  @Override
  public String title() {
    return "a request in-process, X-API-Key, " + keys + " keys in rotation";
  }

  @Override
  public List<Variant> variants() {
    return variants;
  }

  /** Remembers what reached it. */
  private static final class Application implements FilterChain {
    private @Nullable HttpServletRequest reachedBy;

    @Override
    public void doFilter(ServletRequest request, ServletResponse response) {
      reachedBy = (HttpServletRequest) request;
    }
  }

  private static Variant bare(byte[][] keys) {
    Application application = new Application();
    Rotation rotation = new Rotation(keys);
    Operation call =
        () -> {
          PlainResponse response = new PlainResponse();
          application.doFilter(new PlainRequest(GUARDED, rotation.next()), response);
          return response;
        };
    return new Variant(
        "limit: the bare chain",
        () -> {
          call.run();
          require(application.reachedBy != null, "it does not reach the application");
        },
        call);
  }

  private static Variant letIn(
      String name, SallyportFilter filter, String path, @Nullable String authType, byte[][] keys) {
    Application application = new Application();
    Rotation rotation = new Rotation(keys);
    return new Variant(
        name,
        () -> {
          for (byte[] key : keys) {
            application.reachedBy = null;
            call(filter, application, path, new Rotation(key));
            HttpServletRequest seen = application.reachedBy;
            if (seen == null) throw new IllegalStateException("it does not let the request in");
            boolean known = seen.getUserPrincipal() != null;
            require(known == (authType != null), "it establishes the wrong caller");
            require(!known || seen.getAuthType().equals(authType), "it establishes another kind");
          }
        },
        () -> call(filter, application, path, rotation));
  }

  private static Variant refused(String name, SallyportFilter filter, byte[] key) {
    Application application = new Application();
    Rotation rotation = new Rotation(key);
    return new Variant(
        name,
        () -> {
          PlainResponse response = call(filter, application, GUARDED, rotation);
          require(application.reachedBy == null, "a refused request reaches the application");
          require(response.getStatus() == 401, "it answers " + response.getStatus());
          require(response.bodyLength() > 0, "the refusal has no body");
        },
        () -> call(filter, application, GUARDED, rotation));
  }

  private static PlainResponse call(
      SallyportFilter filter, Application application, String path, Rotation rotation)
      throws IOException, ServletException {
    PlainResponse response = new PlainResponse();
    filter.doFilter(new PlainRequest(path, rotation.next()), response, application);
    return response;
  }

  @Override
  public void close() {
    room.close();
  }
}
