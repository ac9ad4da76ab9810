package io.github.sallyport.http;

import io.github.sallyport.Telemetry;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.usage.EndedRequests;
import java.util.Objects;

/**
 * Who is told what happens in the corridor. None of them decides anything.
 *
 * @param audit of refusals, and of what the application wants audited
 * @param telemetry of all, in numbers
 * @param usage of each request that has ended
 */
public record Witnesses(AuditSink audit, Telemetry telemetry, EndedRequests usage) {
  public Witnesses {
    Objects.requireNonNull(audit, "audit");
    Objects.requireNonNull(telemetry, "telemetry");
    Objects.requireNonNull(usage, "usage");
  }

  /** Audit alone. */
  public static Witnesses of(AuditSink audit) {
    return new Witnesses(audit, Telemetry.NONE, (keyId, rule, why, status, bytes, nanos) -> {});
  }
}
