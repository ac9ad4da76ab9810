package io.github.sallyport.limit;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A named bundle of limits: a request takes its permits from all of them, or from none.
 *
 * @param name {@code [a-z][a-z0-9]*}
 * @param limits at least one, and one a window
 */
public record Plan(String name, List<Limit> limits) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*");

  public Plan {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("name must be of the form " + NAME.pattern());
    }
    limits = List.copyOf(limits);
    if (limits.isEmpty()) throw new IllegalArgumentException("a plan needs at least one limit");
    Set<Duration> windows = new HashSet<>();
    for (Limit limit : limits) {
      if (!windows.add(limit.window())) {
        throw new IllegalArgumentException("two limits for " + limit.window());
      }
    }
  }

  /** What one of its limits is called: {@code free-1m}. */
  public String nameOf(Limit limit) {
    return name + "-" + limit.shortWindow();
  }

  /** The most permits that a request may take: no bucket of it ever holds more. */
  public long most() {
    return limits.stream().mapToLong(Limit::burst).min().orElseThrow();
  }
}
