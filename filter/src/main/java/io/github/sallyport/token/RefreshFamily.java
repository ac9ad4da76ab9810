package io.github.sallyport.token;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one login granted, and all refresh tokens that come from it.
 *
 * @param id 22 characters of base64url, never a secret; the access tokens' {@code jti} begin with
 *     it
 * @param subject the user's name
 * @param clientId to whom the refresh tokens were given
 * @param scopes what was granted
 * @param roles what the user was when it was granted
 * @param claims what else access tokens say
 * @param createdAt when the login was
 * @param endsAt when all refresh tokens of the family end, whatever they did before
 */
public record RefreshFamily(
    String id,
    String subject,
    String clientId,
    Set<String> scopes,
    Set<String> roles,
    Map<String, @Nullable Object> claims,
    Instant createdAt,
    Instant endsAt) {

  public RefreshFamily {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(clientId, "clientId");
    scopes = Set.copyOf(scopes);
    roles = Set.copyOf(roles);
    claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(endsAt, "endsAt");
  }

  /** Leaves the claims out: they may be anybody's personal data. */
  @Override
  public String toString() {
    return "RefreshFamily[" + id + ", " + subject + "]";
  }
}
