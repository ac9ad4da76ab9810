package io.github.sallyport.limit;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a caller stood with its plan, after a request took its permits or was refused them.
 *
 * @param plan what holds for the caller
 * @param least of the plan's limits and its quota, the one with the fewest permits left
 * @param left how many those are, as far as this node knows
 * @param full how long it takes until all of them are there again, if nothing more is taken
 * @param period of the plan's quota, the one that holds now; null: it has none
 */
public record Standing(
    Plan plan, Allowance least, long left, Duration full, @Nullable Period period) {
  /** Under a plan without a quota. */
  public Standing(Plan plan, Allowance least, long left, Duration full) {
    this(plan, least, left, full, null);
  }

  Standing in(@Nullable Period now) {
    return now == null ? this : new Standing(plan, least, left, full, now);
  }

  public Standing {
    Objects.requireNonNull(plan, "plan");
    Objects.requireNonNull(least, "least");
    Objects.requireNonNull(full, "full");
  }
}
