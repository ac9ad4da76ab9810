package io.github.sallyport.limit;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A named bundle of what its callers may: a request takes its permits from all of its limits, or
 * from none; then it is one of those in flight; then it takes from the quota. It has at least one
 * of the three.
 *
 * @param name {@code [a-z][a-z0-9]*}, 100 characters at most
 * @param limits one a window
 * @param quota null: however much
 * @param concurrency how many requests may be in flight at one time, 1 to {@value #MOST_AT_ONCE};
 *     null: however many
 */
public record Plan(
    String name, List<Limit> limits, @Nullable Quota quota, @Nullable Integer concurrency) {
  /** The most requests at one time that a plan may allow. */
  public static final int MOST_AT_ONCE = 999_999_999;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]{0,99}");

  public Plan {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("name must be of the form " + NAME.pattern());
    }
    limits = List.copyOf(limits);
    if (limits.isEmpty() && quota == null && concurrency == null) {
      throw new IllegalArgumentException("a plan needs a limit, a quota or a concurrency");
    }
    Set<Duration> windows = new HashSet<>();
    for (Limit limit : limits) {
      if (!windows.add(limit.window())) {
        throw new IllegalArgumentException("two limits for " + limit.window());
      }
    }
    if (concurrency != null && (concurrency < 1 || concurrency > MOST_AT_ONCE)) {
      throw new IllegalArgumentException(
          "concurrency must be 1 to " + MOST_AT_ONCE + ", was " + concurrency);
    }
  }

  /** A plan of rate limits alone. */
  public Plan(String name, List<Limit> limits) {
    this(name, limits, null, null);
  }

  /** What one of its limits, or its quota, is called: {@code free-1m}, {@code free-1mo}. */
  public String nameOf(Allowance allowance) {
    return name + "-" + allowance.shortWindow();
  }

  /** The most permits that a request may take: no bucket of it ever holds more. */
  public long most() {
    return limits.stream().mapToLong(Limit::burst).min().orElse(Limit.MOST);
  }
}
