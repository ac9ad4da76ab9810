package io.github.sallyport.endpoint;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.http.Outcome;
import io.github.sallyport.http.Problem;
import io.github.sallyport.json.Json;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.NewApiKey;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Administration of API keys: {@code GET} and {@code POST /sallyport/keys}, {@code GET} and {@code
 * DELETE /sallyport/keys/{id}}. The filter stands before it; here only the scope is asked for.
 */
public final class KeysServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int MAX_BODY_BYTES = 16 * 1024;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;
  private static final String OWN_SCOPES = "sallyport:";
  private static final Set<String> LIST_PARAMETERS = Set.of("owner", "limit", "cursor");

  private final transient ApiKeys keys;
  private final String adminScope;

  /**
   * @param keys what is administered
   * @param settings which scope that takes
   */
  public KeysServlet(ApiKeys keys, AdminSettings settings) {
    this.keys = keys;
    this.adminScope = settings.scope();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    Caller caller = CurrentCaller.find().orElseThrow();
    caller.require(adminScope);
    String id = id(request.getPathInfo());
    try {
      if (id == null) {
        switch (request.getMethod()) {
          case "GET", "HEAD" -> list(request, response);
          case "POST" -> issue(caller, request, response);
          default -> notAllowed("GET, HEAD, POST", request, response);
        }
      } else {
        switch (request.getMethod()) {
          case "GET", "HEAD" -> show(id, request, response);
          case "DELETE" -> revoke(id, request, response);
          default -> notAllowed("GET, HEAD, DELETE", request, response);
        }
      }
    } catch (MalformedException e) {
      new Problem(400, "Bad Request", e.getMessage()).write(request, response);
    }
  }

  /** The id in the path; null for the collection itself. */
  private static @Nullable String id(@Nullable String pathInfo) {
    return pathInfo == null || pathInfo.equals("/") ? null : pathInfo.substring(1);
  }

  private void issue(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException, MalformedException {
    String type = request.getContentType();
    if (type == null || !type.split(";", 2)[0].trim().equalsIgnoreCase("application/json")) {
      new Problem(415, "Unsupported Media Type", "Send the body as application/json.")
          .write(request, response);
      return;
    }
    byte[] body = request.getInputStream().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      new Problem(413, "Content Too Large", "The body may have " + MAX_BODY_BYTES + " bytes.")
          .write(request, response);
      return;
    }
    NewApiKey wanted = KeyJson.read(body);
    requireGrantable(caller, wanted);
    IssuedKey issued;
    try {
      issued = keys.issue(wanted, Outcome.actorOf(request));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(e);
    }
    response.setHeader(
        "Location", request.getContextPath() + "/sallyport/keys/" + issued.record().id());
    write(201, KeyJson.of(issued), response);
  }

  /** An administrator grants anything but those of our own scopes that it does not hold itself. */
  private static void requireGrantable(Caller caller, NewApiKey wanted) {
    Set<String> ours =
        wanted.scopes().stream()
            .filter(scope -> scope.startsWith(OWN_SCOPES))
            .collect(Collectors.toCollection(TreeSet::new));
    caller.require(ours.toArray(String[]::new));
  }

  private void list(HttpServletRequest request, HttpServletResponse response)
      throws IOException, MalformedException {
    for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
      if (!LIST_PARAMETERS.contains(parameter.getKey()) || parameter.getValue().length > 1) {
        throw new MalformedException(
            "The query may have "
                + String.join(", ", new TreeSet<>(LIST_PARAMETERS))
                + ", once each.");
      }
    }
    int limit = limit(request.getParameter("limit"));
    String cursor = request.getParameter("cursor");
    List<ApiKeyRecord> found;
    try {
      // One more than asked for tells whether there is a next page.
      found = keys.list(request.getParameter("owner"), limit + 1, cursor);
    } catch (IllegalArgumentException e) {
      throw new MalformedException("The cursor must be the \"next\" of an earlier answer.");
    }
    List<Object> items = new ArrayList<>();
    for (ApiKeyRecord key : found.subList(0, Math.min(limit, found.size()))) {
      items.add(KeyJson.of(key));
    }
    Map<String, @Nullable Object> page = new LinkedHashMap<>();
    page.put("items", items);
    page.put("next", found.size() > limit ? found.get(limit - 1).id() : null);
    write(200, page, response);
  }

  private static int limit(@Nullable String text) throws MalformedException {
    if (text == null) return DEFAULT_LIMIT;
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) return limit;
    } catch (NumberFormatException e) {
      // Answered below, like any other number that it can't be.
    }
    throw new MalformedException("The limit must be a number from 1 to " + MAX_LIMIT + ".");
  }

  private void show(String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<ApiKeyRecord> found = keys.find(id);
    if (found.isEmpty()) notFound(request, response);
    else write(200, KeyJson.of(found.get()), response);
  }

  private void revoke(String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (keys.revoke(id, Outcome.actorOf(request))) response.setStatus(204);
    else notFound(request, response);
  }

  private static void notFound(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    new Problem(404, "Not Found", "There is no key with this id.").write(request, response);
  }

  private static void notAllowed(
      String methods, HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setHeader("Allow", methods);
    new Problem(405, "Method Not Allowed", "Here " + methods + " are understood.")
        .write(request, response);
  }

  private static void write(int status, Map<String, ?> json, HttpServletResponse response)
      throws IOException {
    byte[] body = Json.write(json).getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
