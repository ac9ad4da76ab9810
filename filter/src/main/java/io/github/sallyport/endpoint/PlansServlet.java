package io.github.sallyport.endpoint;

import io.github.sallyport.Caller;
import io.github.sallyport.http.Outcome;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.KeyQuery;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.limit.PlanRecord;
import io.github.sallyport.limit.Plans;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Administration of plans, under {@code /sallyport/plans}. */
public final class PlansServlet extends JsonServlet {
  private static final long serialVersionUID = 1L;

  private final transient Plans plans;
  private final transient ApiKeys keys;
  private final String adminScope;

  /**
   * @param plans what is administered
   * @param keys which have them
   * @param settings which scope that takes
   */
  public PlansServlet(Plans plans, ApiKeys keys, AdminSettings settings) {
    this.plans = plans;
    this.keys = keys;
    this.adminScope = settings.scope();
  }

  @Override
  void answer(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    caller.require(adminScope);
    String[] path = segments(request);
    String method = request.getMethod();
    if (path.length == 0) {
      if (!method.equals("GET") && !method.equals("HEAD")) throw notAllowed("GET, HEAD", response);
      list(response);
    } else if (path.length == 1) {
      switch (method) {
        case "GET", "HEAD" -> write(200, find(path[0]), response);
        case "PUT" -> put(path[0], request, response);
        case "DELETE" -> delete(path[0], request, response);
        default -> throw notAllowed("GET, HEAD, PUT, DELETE", response);
      }
    } else {
      throw missing();
    }
  }

  private void list(HttpServletResponse response) throws IOException {
    List<Map<String, @Nullable Object>> items =
        plans.all().all().stream().map(PlanJson::of).toList();
    Map<String, @Nullable Object> page = new LinkedHashMap<>();
    page.put("items", items);
    page.put("next", null); // they are few: there is one page
    write(200, page, response);
  }

  private PlanRecord find(String name) {
    return plans.all().find(name).orElseThrow(PlansServlet::missing);
  }

  private void put(String name, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Map<String, @Nullable Object> body = body(request, JSON);
    Plan plan = attempt(() -> PlanJson.plan(name, body));
    OptionalLong before =
        plans.all().find(name).map(p -> OptionalLong.of(p.version())).orElse(OptionalLong.empty());
    OptionalLong version =
        EntityTags.wantsNone(request)
            ? OptionalLong.of(0)
            : EntityTags.wanted(request, before, "plan");
    PlanRecord after = attempt(() -> plans.put(plan, version, Outcome.actorOf(request)));
    if (before.isEmpty()) {
      response.setHeader("Location", request.getContextPath() + "/sallyport/plans/" + name);
    }
    write(before.isEmpty() ? 201 : 200, after, response);
  }

  private void delete(String name, HttpServletRequest request, HttpServletResponse response) {
    OptionalLong version =
        EntityTags.wanted(request, OptionalLong.of(find(name).version()), "plan");
    if (!plans.delete(name, version, this::isUsed, Outcome.actorOf(request))) throw missing();
    response.setStatus(204);
  }

  /** A revoked key is over: it may go on naming what is gone. */
  private boolean isUsed(String plan) {
    return List.of(Status.ACTIVE, Status.DISABLED).stream()
        .map(status -> new KeyQuery(null, status, plan, null, null, null))
        .anyMatch(query -> !keys.list(query, 1, null).isEmpty());
  }

  private static void write(int status, PlanRecord plan, HttpServletResponse response)
      throws IOException {
    response.setHeader("ETag", EntityTags.of(plan.version()));
    write(status, PlanJson.of(plan), response);
  }

  private static ProblemException missing() {
    return new ProblemException(404, "Not Found", "There is no such plan, and nothing else here.");
  }
}
