package io.github.sallyport;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not let in: the row of the table, and what this event adds to it.
 *
 * @param refusal the row
 * @param detail a sentence for a person; never echoes input, never holds a secret
 * @param scopes the scopes that were needed; empty unless scopes were the reason
 * @param retryAfter after which time the request could succeed; null where waiting does not help
 * @param publicId the key id or {@code jti} that audit names; null where none was established
 * @param maxAge how long ago the user's login may be (RFC 9470 section 3); null unless its age was
 *     the reason
 */
public record Refused(
    Refusal refusal,
    String detail,
    Set<String> scopes,
    @Nullable Duration retryAfter,
    @Nullable String publicId,
    @Nullable Duration maxAge) {

  public Refused {
    Objects.requireNonNull(refusal, "refusal");
    Objects.requireNonNull(detail, "detail");
    scopes = Set.copyOf(scopes);
  }

  /** A refusal of which a login's age is not the reason. */
  public Refused(
      Refusal refusal,
      String detail,
      Set<String> scopes,
      @Nullable Duration retryAfter,
      @Nullable String publicId) {
    this(refusal, detail, scopes, retryAfter, publicId, null);
  }

  /** A refusal that a new login would mend. */
  static Refused tooOld(String detail, Duration maxAge) {
    return new Refused(Refusal.AUTHENTICATION_TOO_OLD, detail, Set.of(), null, null, maxAge);
  }

  /** A refusal that adds a sentence and nothing else. */
  public static Refused of(Refusal refusal, String detail) {
    return new Refused(refusal, detail, Set.of(), null, null);
  }

  /** The same refusal, naming whom it is about. */
  public Refused about(@Nullable String id) {
    return new Refused(refusal, detail, scopes, retryAfter, id, maxAge);
  }
}
