package io.github.sallyport.key;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An API key as it is kept: all about it but its text, which nobody has but its owner.
 *
 * @param id its public name, safe to log
 * @param owner whom it belongs to
 * @param name what the owner calls it; null where it has no name
 * @param environment {@code live}, {@code test} or what the deployer named
 * @param plan the name of its plan; null where it has none
 * @param status how it stands, apart from its times
 * @param createdBy the name of the caller who had it issued
 * @param notBefore from when on it is good; null: at once
 * @param expiresAt from when on it is no longer good; null: never
 * @param version grows with every change, from 1
 * @param digest what its text is compared with
 */
public record ApiKeyRecord(
    String id,
    String owner,
    @Nullable String name,
    String environment,
    Set<String> scopes,
    Set<String> roles,
    @Nullable String plan,
    Status status,
    Instant createdAt,
    String createdBy,
    @Nullable Instant notBefore,
    @Nullable Instant expiresAt,
    long version,
    KeyDigest digest) {

  public ApiKeyRecord {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(environment, "environment");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(createdBy, "createdBy");
    Objects.requireNonNull(digest, "digest");
    scopes = Set.copyOf(scopes);
    roles = Set.copyOf(roles);
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
