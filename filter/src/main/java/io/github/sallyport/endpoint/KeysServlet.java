package io.github.sallyport.endpoint;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.RefusedException;
import io.github.sallyport.http.Outcome;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.ForeignKey;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyEdit;
import io.github.sallyport.key.KeyQuery;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.limit.QuotaReset;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Administration of API keys, under {@code /sallyport/keys}. The filter stands before it; here only
 * the scope is asked for.
 */
public final class KeysServlet extends JsonServlet {
  private static final long serialVersionUID = 1L;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;
  private static final String OWN_SCOPES = "sallyport:";
  static final Duration DEFAULT_OVERLAP = Duration.ofHours(24);
  private static final Set<String> LIST_PARAMETERS =
      Set.of("owner", "status", "plan", "q", "expiresBefore", "unusedSince", "limit", "cursor");

  private final transient ApiKeys keys;
  private final transient UsageReader usage;
  private final transient QuotaReset quotas;
  private final String adminScope;

  /**
   * @param keys what is administered
   * @param usage what they were used for
   * @param quotas what they have used of their quotas
   * @param settings which scope that takes
   */
  public KeysServlet(ApiKeys keys, UsageReader usage, QuotaReset quotas, AdminSettings settings) {
    this.keys = keys;
    this.usage = usage;
    this.quotas = quotas;
    this.adminScope = settings.scope();
  }

  @Override
  void answer(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    caller.require(adminScope);
    String[] path = segments(request);
    String method = request.getMethod();
    if (path.length == 0) {
      switch (method) {
        case "GET", "HEAD" -> list(request, response);
        case "POST" -> issue(caller, request, response);
        default -> throw notAllowed("GET, HEAD, POST", response);
      }
    } else if (path.length == 1 && path[0].equals("import")) {
      if (!method.equals("POST")) throw notAllowed("POST", response);
      importForeign(caller, request, response);
    } else if (path.length == 1) {
      switch (method) {
        case "GET", "HEAD" -> show(path[0], response);
        case "PATCH" -> change(caller, path[0], request, response);
        case "DELETE" -> revoke(path[0], request, response);
        default -> throw notAllowed("GET, HEAD, PATCH, DELETE", response);
      }
    } else if (path.length == 2 && path[1].equals("rotate")) {
      if (!method.equals("POST")) throw notAllowed("POST", response);
      rotate(caller, path[0], request, response);
    } else if (path.length == 2 && path[1].equals("usage")) {
      if (!method.equals("GET") && !method.equals("HEAD")) throw notAllowed("GET, HEAD", response);
      usage.answer(keys.find(path[0]).orElseThrow(JsonServlet::notFound).id(), request, response);
    } else if (path.length == 3 && path[1].equals("quota") && path[2].equals("reset")) {
      if (!method.equals("POST")) throw notAllowed("POST", response);
      resetQuota(path[0], request, response);
    } else {
      throw notFound();
    }
  }

  private void resetQuota(String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    new Members(bodyIfAny(request), Set.of());
    ApiKeyRecord key = keys.find(id).orElseThrow(JsonServlet::notFound);
    quotas.reset(id, key.lineage().id(), key.terms().plan(), Outcome.actorOf(request));
    response.setStatus(204);
  }

  private void issue(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Map<String, @Nullable Object> body = body(request, JSON);
    KeyTerms wanted = attempt(() -> KeyJson.terms(body));
    requireGrantable(caller, wanted.scopes());
    answerIssued(attempt(() -> keys.issue(wanted, Outcome.actorOf(request))), request, response);
  }

  private void importForeign(
      Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
    Map<String, @Nullable Object> body = body(request, JSON);
    KeyTerms wanted = attempt(() -> KeyJson.importedTerms(body));
    ForeignKey key = attempt(() -> KeyJson.foreignKey(body));
    requireGrantable(caller, wanted.scopes());
    ApiKeyRecord imported =
        attempt(() -> keys.importForeign(key, wanted, Outcome.actorOf(request)));
    locate(imported, request, response);
    write(201, json(imported), response);
  }

  private void rotate(
      Caller caller, String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Members members = new Members(bodyIfAny(request), Set.of("overlap"));
    Duration overlap = members.duration("overlap", DEFAULT_OVERLAP);
    // Whoever rotates a key gets a text that may do all that the key may.
    Consumer<KeyTerms> permission = terms -> requireGrantable(caller, terms.scopes());
    IssuedKey next =
        attempt(() -> keys.rotate(id, overlap, permission, Outcome.actorOf(request)))
            .orElseThrow(JsonServlet::notFound);
    answerIssued(next, request, response);
  }

  private void change(
      Caller caller, String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Map<String, @Nullable Object> patch = body(request, MERGE_PATCH);
    ApiKeyRecord before = keys.find(id).orElseThrow(JsonServlet::notFound);
    OptionalLong version = EntityTags.wanted(request, before.version());
    UnaryOperator<KeyEdit> edit = edit(caller, isOfOwnLineage(caller, before), patch);
    ApiKeyRecord after =
        attempt(() -> keys.change(id, version, edit, Outcome.actorOf(request)))
            .orElseThrow(JsonServlet::notFound);
    response.setHeader("ETag", EntityTags.of(after.version()));
    write(200, json(after), response);
  }

  /**
   * What a patch makes of a key. Whoever lets a key do more grants all that it may then do, as if
   * it were issued.
   */
  private static UnaryOperator<KeyEdit> edit(
      Caller caller, boolean own, Map<String, @Nullable Object> patch) {
    return before -> {
      KeyEdit after = KeyJson.edit(before, patch);
      if (after.allowsNoMoreThan(before)) return after;
      requireGrantable(caller, after.terms().scopes());
      if (own) {
        throw new RefusedException(
            Refused.of(Refusal.SCOPE_INSUFFICIENT, "Nobody raises what its own key may do."));
      }
      return after;
    };
  }

  /** A key that was rotated or derived is still its holder's own, under another id. */
  private boolean isOfOwnLineage(Caller caller, ApiKeyRecord key) {
    Optional<String> callers = caller.application().map(Application::keyId);
    if (callers.isEmpty()) return false;
    Optional<ApiKeyRecord> own = keys.find(callers.get());
    return own.isEmpty() || own.get().lineage().id().equals(key.lineage().id());
  }

  private void revoke(String id, HttpServletRequest request, HttpServletResponse response) {
    String because = request.getParameter("reason");
    if (!attempt(() -> keys.revoke(id, because, Outcome.actorOf(request)))) throw notFound();
    response.setStatus(204);
  }

  /** An administrator grants anything but those of our own scopes that it does not hold itself. */
  private static void requireGrantable(Caller caller, Collection<String> scopes) {
    caller.require(scopes.stream().filter(s -> s.startsWith(OWN_SCOPES)).toArray(String[]::new));
  }

  private void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
    for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
      if (!LIST_PARAMETERS.contains(parameter.getKey()) || parameter.getValue().length > 1) {
        throw ProblemException.malformed(
            "The query may have "
                + String.join(", ", new TreeSet<>(LIST_PARAMETERS))
                + ", once each.");
      }
    }
    int limit = limit(request.getParameter("limit"), DEFAULT_LIMIT, MAX_LIMIT);
    String cursor = request.getParameter("cursor");
    KeyQuery query = query(request);
    List<ApiKeyRecord> found;
    try {
      // One more than asked for tells whether there is a next page.
      found = keys.list(query, limit + 1, cursor);
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed("The cursor must be the \"next\" of an earlier answer.");
    }
    List<Object> items = new ArrayList<>();
    for (ApiKeyRecord key : found.subList(0, Math.min(limit, found.size()))) items.add(json(key));
    Map<String, @Nullable Object> page = new LinkedHashMap<>();
    page.put("items", items);
    page.put("next", found.size() > limit ? found.get(limit - 1).id() : null);
    write(200, page, response);
  }

  private static KeyQuery query(HttpServletRequest request) {
    return new KeyQuery(
        request.getParameter("owner"),
        status(request.getParameter("status")),
        request.getParameter("plan"),
        request.getParameter("q"),
        time(request, "expiresBefore"),
        time(request, "unusedSince"));
  }

  private static @Nullable Status status(@Nullable String text) {
    if (text == null) return null;
    return switch (text) {
      case "active" -> Status.ACTIVE;
      case "disabled" -> Status.DISABLED;
      case "revoked" -> Status.REVOKED;
      default ->
          throw ProblemException.malformed(
              "The parameter \"status\" must be active, disabled or revoked.");
    };
  }

  static int limit(@Nullable String text, int usual, int most) {
    if (text == null) return usual;
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= most) return limit;
    } catch (NumberFormatException e) {
      // Answered below, like any other number that it can't be.
    }
    throw ProblemException.malformed("The limit must be a number from 1 to " + most + ".");
  }

  private void show(String id, HttpServletResponse response) throws IOException {
    ApiKeyRecord key = keys.find(id).orElseThrow(JsonServlet::notFound);
    response.setHeader("ETag", EntityTags.of(key.version()));
    write(200, json(key), response);
  }

  private void answerIssued(
      IssuedKey issued, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    locate(issued.record(), request, response);
    write(201, KeyJson.of(issued, keys.end(issued.record()).orElse(null)), response);
  }

  private static void locate(
      ApiKeyRecord key, HttpServletRequest request, HttpServletResponse response) {
    response.setHeader("Location", request.getContextPath() + "/sallyport/keys/" + key.id());
    response.setHeader("ETag", EntityTags.of(key.version()));
  }

  private Map<String, @Nullable Object> json(ApiKeyRecord key) {
    return KeyJson.of(key, keys.end(key).orElse(null));
  }
}
