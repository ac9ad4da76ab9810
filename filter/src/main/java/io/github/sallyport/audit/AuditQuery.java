package io.github.sallyport.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which events are wanted; what is null is not asked for.
 *
 * @param key done by this key, or to it
 * @param from not before this
 * @param to before this
 */
public record AuditQuery(
    @Nullable String requestId,
    @Nullable String key,
    @Nullable String subject,
    @Nullable String code,
    @Nullable Instant from,
    @Nullable Instant to) {
  /** All. */
  public static final AuditQuery ALL = new AuditQuery(null, null, null, null, null, null);

  public AuditQuery {
    requestId = EventText.fit(requestId, AuditEvent.REQUEST_ID);
    key = EventText.fit(key, AuditEvent.TARGET);
    subject = EventText.fit(subject, AuditEvent.SUBJECT);
    code = EventText.fit(code, AuditEvent.CODE);
  }
}
