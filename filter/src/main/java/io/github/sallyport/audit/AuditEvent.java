package io.github.sallyport.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened and that somebody may have to answer for.
 *
 * @param time when, by our clock
 * @param action what: {@code request.refused}, {@code key.issued}, {@code key.revoked}, …
 * @param code the refusal's code; null where nothing was refused
 * @param by who did it, and in which request
 * @param target the public id of what it was done to: a key id, a {@code jti}; null where there is
 *     none
 * @param detail the exact reason, for people inside; no secret
 */
public record AuditEvent(
    Instant time,
    String action,
    @Nullable String code,
    Actor by,
    @Nullable String target,
    @Nullable String detail) {

  public AuditEvent {
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(by, "by");
  }

  /** The event as names and values, in a stable order, without those that are null. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", time.toString());
    fields.put("action", action);
    put(fields, "code", code);
    put(fields, "requestId", by.requestId());
    put(fields, "actor", by.name());
    put(fields, "target", target);
    put(fields, "address", by.address());
    put(fields, "method", by.method());
    put(fields, "path", by.path());
    put(fields, "detail", detail);
    return fields;
  }

  private static void put(Map<String, Object> fields, String name, @Nullable String value) {
    if (value != null) fields.put(name, value);
  }
}
