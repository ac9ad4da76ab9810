package io.github.sallyport.limit;

import java.time.Duration;
import java.time.Instant;

/**
 * For how long a quota holds, before the next one begins.
 *
 * @param start its first instant
 * @param end the first one after it
 */
public record Period(Instant start, Instant end) {
  public Period {
    if (!start.isBefore(end)) throw new IllegalArgumentException("a period has a length");
  }

  /** How long it is: a day has 23 to 25 hours, a month 28 to 31 days. */
  public Duration length() {
    return Duration.between(start, end);
  }

  boolean contains(Instant now) {
    return !now.isBefore(start) && now.isBefore(end);
  }
}
