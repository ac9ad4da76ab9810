package io.github.sallyport.limit;

import java.time.Duration;
import java.util.Objects;

/**
 * How a caller stood with its plan, after a request took its permits or was refused them.
 *
 * @param plan what holds for the caller
 * @param least of the plan's limits, the one with the fewest permits left
 * @param left how many those are
 * @param full how long it takes until its bucket is full again, if nothing more is taken
 */
public record Standing(Plan plan, Limit least, long left, Duration full) {
  public Standing {
    Objects.requireNonNull(plan, "plan");
    Objects.requireNonNull(least, "least");
    Objects.requireNonNull(full, "full");
  }
}
