package io.github.sallyport.http;

import io.github.sallyport.limit.Allowance;
import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.limit.Standing;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;

/**
 * What a limited caller is told with each answer: lists of RFC 9651, by
 * draft-ietf-httpapi-ratelimit-headers. The names in them need no escape.
 */
final class RateLimitFields {
  private static final String POLICY = "RateLimit-Policy";
  private static final String LIMIT = "RateLimit";

  private RateLimitFields() {}

  static void put(Standing standing, HttpServletResponse response) {
    response.setHeader(POLICY, policy(standing));
    response.setHeader(LIMIT, limit(standing));
  }

  /**
   * Every limit: how many permits ({@code q}) are put in over how many seconds ({@code w}); and the
   * quota, where those seconds are as long as its period, this month's or today's.
   */
  private static String policy(Standing standing) {
    Plan plan = standing.plan();
    StringBuilder list = new StringBuilder();
    for (Limit limit : plan.limits()) append(plan, limit, limit.window(), list);
    if (plan.quota() != null && standing.period() != null) {
      append(plan, plan.quota(), standing.period().length(), list);
    }
    return list.toString();
  }

  private static void append(Plan plan, Allowance each, Duration window, StringBuilder list) {
    if (!list.isEmpty()) list.append(", ");
    appendName(plan, each, list)
        .append(";q=")
        .append(each.permits())
        .append(";w=")
        .append(window.toSeconds());
  }

  /** That with the least left: that ({@code r}), and when it is full again ({@code t}). */
  private static String limit(Standing standing) {
    return appendName(standing.plan(), standing.least(), new StringBuilder())
        .append(";r=")
        .append(standing.left())
        .append(";t=")
        .append(standing.full().plusNanos(999_999_999).toSeconds())
        .toString();
  }

  private static StringBuilder appendName(Plan plan, Allowance limit, StringBuilder to) {
    return to.append('"').append(plan.nameOf(limit)).append('"');
  }
}
