package io.github.sallyport.key;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last use of a key that was noted: at most one a minute is.
 *
 * @param at when, to the millisecond
 * @param from the client's address, as the container gave it; null where there was none
 */
public record LastUse(Instant at, @Nullable String from) {
  public LastUse {
    Objects.requireNonNull(at, "at");
  }
}
