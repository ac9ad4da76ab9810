package io.github.sallyport.key;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An API key as it is kept: all about it but its text, which nobody has but its owner.
 *
 * @param id its public name, safe to log
 * @param terms whom it belongs to, and what it may do
 * @param status how it stands, apart from its times
 * @param revokedBecause why it was revoked; null: it was not, or nobody said
 * @param createdBy the name of the caller who had it issued
 * @param changedAt when it was issued or last changed; its use is no change
 * @param changedBy who did that
 * @param lineage where it comes from
 * @param lastUse null: it was never used
 * @param version grows with every change, from 1
 * @param digest what its text is compared with
 */
public record ApiKeyRecord(
    String id,
    KeyTerms terms,
    Status status,
    @Nullable String revokedBecause,
    Instant createdAt,
    String createdBy,
    Instant changedAt,
    String changedBy,
    Lineage lineage,
    @Nullable LastUse lastUse,
    long version,
    KeyDigest digest) {

  public ApiKeyRecord {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(terms, "terms");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(createdBy, "createdBy");
    Objects.requireNonNull(changedAt, "changedAt");
    Objects.requireNonNull(changedBy, "changedBy");
    Objects.requireNonNull(lineage, "lineage");
    Objects.requireNonNull(digest, "digest");
  }

  /** Tells whether a text could be the id of a key. Nothing else may be called so. */
  public static boolean isId(String text) {
    return KeyFormat.isId(text);
  }

  /**
   * From when on it is no longer good: at the end that was agreed, or when its text gets too old.
   *
   * @param maxAge the oldest that any key's text may get; null: any age
   * @return null: never
   */
  @Nullable Instant end(@Nullable Duration maxAge) {
    Instant agreed = terms.expiresAt();
    if (maxAge == null) return agreed;
    Instant oldest = createdAt.plus(maxAge);
    return agreed == null || oldest.isBefore(agreed) ? oldest : agreed;
  }

  ApiKeyRecord with(KeyTerms other) {
    return copy(other, status, revokedBecause, lineage);
  }

  ApiKeyRecord with(Status other) {
    return copy(terms, other, revokedBecause, lineage);
  }

  ApiKeyRecord with(Lineage other) {
    return copy(terms, status, revokedBecause, other);
  }

  ApiKeyRecord revoked(@Nullable String because) {
    return copy(terms, Status.REVOKED, because, lineage);
  }

  /** The same, changed once more. */
  ApiKeyRecord changed(Instant at, String by) {
    return new ApiKeyRecord(
        id,
        terms,
        status,
        revokedBecause,
        createdAt,
        createdBy,
        at,
        by,
        lineage,
        lastUse,
        version + 1,
        digest);
  }

  private ApiKeyRecord copy(
      KeyTerms newTerms, Status newStatus, @Nullable String because, Lineage newLineage) {
    return new ApiKeyRecord(
        id,
        newTerms,
        newStatus,
        because,
        createdAt,
        createdBy,
        changedAt,
        changedBy,
        newLineage,
        lastUse,
        version,
        digest);
  }

  /** How a key stands. */
  public enum Status {
    /** It may be used. */
    ACTIVE,
    /** It may not be used for now. */
    DISABLED,
    /** It has ended for good. */
    REVOKED
  }
}
