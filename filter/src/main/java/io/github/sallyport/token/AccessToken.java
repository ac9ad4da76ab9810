package io.github.sallyport.token;

import io.github.sallyport.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * An access token of ours (RFC 9068), as it was issued just now.
 *
 * @param text what its holder shows
 * @param id the {@code jti} claim, safe to log
 * @param issuedAt the {@code iat} claim
 * @param expiresAt the {@code exp} claim
 * @param scopes what it was granted
 */
public record AccessToken(
    Secret text, String id, Instant issuedAt, Instant expiresAt, Set<String> scopes) {

  public AccessToken {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(issuedAt, "issuedAt");
    Objects.requireNonNull(expiresAt, "expiresAt");
    scopes = Set.copyOf(scopes);
  }

  /** How long it lives from its issue on. */
  public Duration lifetime() {
    return Duration.between(issuedAt, expiresAt);
  }
}
