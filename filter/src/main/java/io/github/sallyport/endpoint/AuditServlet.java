package io.github.sallyport.endpoint;

import io.github.sallyport.Caller;
import io.github.sallyport.audit.AuditQuery;
import io.github.sallyport.audit.AuditStore.Position;
import io.github.sallyport.audit.AuditTrail;
import io.github.sallyport.audit.Link;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads events of audit, under {@code /sallyport/audit}, where they are in a table. The filter
 * stands before it; here only the scope is asked for.
 */
public final class AuditServlet extends JsonServlet {
  private static final long serialVersionUID = 1L;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;
  private static final int LONGEST = 255; // of what is looked for
  private static final Set<String> PARAMETERS =
      Set.of("requestId", "key", "subject", "code", "from", "to", "limit", "cursor");
  private static final Pattern CURSOR =
      Pattern.compile("^([0-9]{1,15}+)\\.([0-9a-f]{32})\\.([0-9]{1,18}+)$");

  private final transient AuditTrail audit;
  private final AdminSettings settings;

  /**
   * @param settings who may read
   */
  public AuditServlet(AuditTrail audit, AdminSettings settings) {
    this.audit = audit;
    this.settings = settings;
  }

  @Override
  void answer(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    caller.require(settings.scope());
    if (segments(request).length > 0) {
      throw new ProblemException(404, "Not Found", "There is nothing here.");
    }
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) throw notAllowed("GET, HEAD", response);
    if (!audit.isReadable()) {
      throw new ProblemException(
          409,
          "Conflict",
          "Events can be read where sallyport.audit.sink is jdbc; here they go elsewhere.");
    }
    list(request, response);
  }

  private void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
    for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
      if (!PARAMETERS.contains(parameter.getKey()) || parameter.getValue().length > 1) {
        throw ProblemException.malformed(
            "The query may have " + String.join(", ", new TreeSet<>(PARAMETERS)) + ", once each.");
      }
    }
    int limit = KeysServlet.limit(request.getParameter("limit"), DEFAULT_LIMIT, MAX_LIMIT);
    Position after = position(request.getParameter("cursor"));
    // One more than asked for tells whether there is a next page.
    List<Link> found = audit.find(query(request), limit + 1, after);
    List<Object> items = new ArrayList<>();
    for (Link link : found.subList(0, Math.min(limit, found.size()))) items.add(json(link));
    Map<String, @Nullable Object> page = new LinkedHashMap<>();
    page.put("items", items);
    page.put("next", found.size() > limit ? cursor(found.get(limit - 1)) : null);
    write(200, page, response);
  }

  private static AuditQuery query(HttpServletRequest request) {
    return new AuditQuery(
        text(request, "requestId"),
        text(request, "key"),
        text(request, "subject"),
        text(request, "code"),
        time(request, "from"),
        time(request, "to"));
  }

  private static @Nullable String text(HttpServletRequest request, String name) {
    String text = request.getParameter(name);
    if (text == null || (!text.isEmpty() && text.length() <= LONGEST)) return text;
    throw ProblemException.malformed(
        "The parameter \"" + name + "\" must have 1 to " + LONGEST + " characters.");
  }

  private static @Nullable Position position(@Nullable String cursor) {
    if (cursor == null) return null;
    Matcher parts = CURSOR.matcher(cursor);
    if (!parts.matches()) {
      throw ProblemException.malformed("The cursor must be the \"next\" of an earlier answer.");
    }
    return new Position(
        Instant.ofEpochMilli(Long.parseLong(parts.group(1))),
        parts.group(2),
        Long.parseLong(parts.group(3)));
  }

  private static String cursor(Link link) {
    return link.event().time().toEpochMilli() + "." + link.chain() + "." + link.seq();
  }

  private static Map<String, Object> json(Link link) {
    Map<String, Object> json = new LinkedHashMap<>(link.event().fields());
    json.put("chain", link.chain());
    json.put("seq", link.seq());
    return json;
  }
}
