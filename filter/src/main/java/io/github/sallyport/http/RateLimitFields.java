package io.github.sallyport.http;

import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.limit.Standing;
import jakarta.servlet.http.HttpServletResponse;

/**
 * What a limited caller is told with each answer: lists of RFC 9651, by
 * draft-ietf-httpapi-ratelimit-headers. The names in them need no escape.
 */
final class RateLimitFields {
  private static final String POLICY = "RateLimit-Policy";
  private static final String LIMIT = "RateLimit";

  private RateLimitFields() {}

  static void put(Standing standing, HttpServletResponse response) {
    response.setHeader(POLICY, policy(standing.plan()));
    response.setHeader(LIMIT, limit(standing));
  }

  /** Every limit: how many permits ({@code q}) are put in over how many seconds ({@code w}). */
  private static String policy(Plan plan) {
    StringBuilder list = new StringBuilder();
    for (Limit limit : plan.limits()) {
      if (!list.isEmpty()) list.append(", ");
      appendName(plan, limit, list)
          .append(";q=")
          .append(limit.permits())
          .append(";w=")
          .append(limit.window().toSeconds());
    }
    return list.toString();
  }

  /** The limit with the least left: that ({@code r}), and when it is full again ({@code t}). */
  private static String limit(Standing standing) {
    return appendName(standing.plan(), standing.least(), new StringBuilder())
        .append(";r=")
        .append(standing.left())
        .append(";t=")
        .append(standing.full().plusNanos(999_999_999).toSeconds())
        .toString();
  }

  private static StringBuilder appendName(Plan plan, Limit limit, StringBuilder to) {
    return to.append('"').append(plan.nameOf(limit)).append('"');
  }
}
