package io.github.sallyport.limit;

import java.time.Instant;
import java.util.Objects;

/**
 * A plan as it is kept.
 *
 * @param version 1 at first; it grows with every change, also where the plan was deleted between
 * @param changedAt when that was, by whole milliseconds
 * @param changedBy the name of who changed it
 */
public record PlanRecord(Plan plan, long version, Instant changedAt, String changedBy) {
  public PlanRecord {
    Objects.requireNonNull(plan, "plan");
    Objects.requireNonNull(changedAt, "changedAt");
    Objects.requireNonNull(changedBy, "changedBy");
  }
}
