package io.github.sallyport.endpoint;

import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.limit.PlanRecord;
import io.github.sallyport.limit.Quota;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A plan as JSON; its parts are written as in the configuration. */
final class PlanJson {
  private static final Set<String> MEMBERS = Set.of("limits", "quota", "concurrency");

  private PlanJson() {}

  /** A plan that shall be. */
  static Plan plan(String name, Map<String, @Nullable Object> json) {
    Members members = new Members(json, MEMBERS);
    List<Limit> limits =
        members.texts("limits").stream()
            .map(
                text ->
                    parsed(text, Limit::parse, "limits", "limits, as 100/PT1M or 9/PT1S;burst=20"))
            .toList();
    String quota = members.text("quota");
    return new Plan(
        name,
        limits,
        quota == null
            ? null
            : parsed(
                quota,
                Quota::parse,
                "quota",
                "a quota, as 1000000/P1M, 1000000/P1M@15[Europe/Zurich] or 5000/P1D"),
        members.count("concurrency", Plan.MOST_AT_ONCE));
  }

  private static <T> T parsed(
      String text, Function<String, T> parser, String member, String expected) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed("The member \"" + member + "\" must be " + expected + ".");
    }
  }

  static Map<String, @Nullable Object> of(PlanRecord record) {
    Plan plan = record.plan();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", plan.name());
    json.put("limits", plan.limits().stream().map(Limit::text).toList());
    json.put("quota", plan.quota() == null ? null : plan.quota().text());
    json.put("concurrency", plan.concurrency());
    json.put("changedAt", record.changedAt().toString());
    json.put("changedBy", record.changedBy());
    json.put("version", record.version());
    return json;
  }
}
