package io.github.sallyport.limit;

import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.audit.AuditSink.Place;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gives keys the whole quota of this period anew, and has audit know of it. */
public final class QuotaReset {
  private final Limiter limiter;
  private final AuditSink audit;
  private final Clock clock;

  public QuotaReset(Limiter limiter, AuditSink audit, Clock clock) {
    this.limiter = Objects.requireNonNull(limiter, "limiter");
    this.audit = Objects.requireNonNull(audit, "audit");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Sets what a key, and all of its lineage, has used to nothing.
   *
   * @param plan the key's own; null: it has none
   * @throws PlanConflictException if no quota holds for it
   */
  public void reset(String keyId, String lineage, @Nullable String plan, Actor by) {
    try (Place place = audit.reserve()) {
      if (!limiter.resetQuota(lineage, plan)) {
        throw new PlanConflictException("No quota holds for this key.");
      }
      place.record(new AuditEvent(clock.instant(), "quota.reset", null, by, keyId, null));
    }
  }
}
