package io.github.sallyport.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened and that somebody may have to answer for. It has these fields and no
 * others, each of a bounded length, and nothing in it that a reader would not see: what came from
 * outside is cut and written out when the event is made.
 *
 * @param time when, by our clock, to the millisecond
 * @param action what: {@code request.refused}, {@code key.issued}, {@code key.revoked}, …
 * @param result how it ended
 * @param code the refusal's code; null where nothing was refused
 * @param by who did it, and in which request
 * @param target the public id of what it was done to, or of the credential that was shown: a key
 *     id, a {@code jti}; null where there is none
 * @param detail the exact reason, for people inside; no secret
 */
public record AuditEvent(
    Instant time,
    String action,
    Result result,
    @Nullable String code,
    Actor by,
    @Nullable String target,
    @Nullable String detail) {

  // The longest that each field may be, in chars. The columns of the table are as wide.
  static final int ACTION = 64;
  static final int CODE = 64;
  static final int NAME = 200;
  static final int KEY_ID = 64;
  static final int SUBJECT = 255;
  static final int ISSUER = 500;
  static final int REQUEST_ID = 64;
  static final int ADDRESS = 64;
  static final int USER_AGENT = 255;
  static final int METHOD = 32;
  static final int PATH = 1000;
  static final int TARGET = 255;
  static final int DETAIL = 500;

  /** How it ended. */
  public enum Result {
    /** It was done. */
    DONE,
    /** Somebody was let in, and what he called returned. */
    ALLOWED,
    /** Somebody was not let in. */
    REFUSED,
    /** Somebody was let in, and what he called failed. */
    FAILED,
    /** Somebody wrote into the table what we never would. */
    UNKNOWN;

    /** As events spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public AuditEvent {
    time = time.truncatedTo(ChronoUnit.MILLIS);
    action = Objects.requireNonNull(EventText.fit(action, ACTION), "action");
    Objects.requireNonNull(result, "result");
    code = EventText.fit(code, CODE);
    by = by.fit();
    target = EventText.fit(target, TARGET);
    detail = EventText.fit(detail, DETAIL);
  }

  /** What was done, or where there is a code, refused. */
  public AuditEvent(
      Instant time,
      String action,
      @Nullable String code,
      Actor by,
      @Nullable String target,
      @Nullable String detail) {
    this(time, action, code == null ? Result.DONE : Result.REFUSED, code, by, target, detail);
  }

  /** The event as names and values, in a stable order, without those that are null. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", time.toString());
    fields.put("action", action);
    fields.put("result", result.word());
    put(fields, "code", code);
    put(fields, "requestId", by.requestId());
    put(fields, "actor", by.name());
    put(fields, "keyId", by.keyId());
    put(fields, "owner", by.owner());
    put(fields, "subject", by.subject());
    put(fields, "issuer", by.issuer());
    put(fields, "target", target);
    put(fields, "address", by.address());
    put(fields, "method", by.method());
    put(fields, "path", by.path());
    put(fields, "userAgent", by.userAgent());
    put(fields, "detail", detail);
    return fields;
  }

  private static void put(Map<String, Object> fields, String name, @Nullable String value) {
    if (value != null) fields.put(name, value);
  }
}
