package io.github.sallyport;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The user that a token names, always by issuer and subject together, with what the token granted.
 *
 * @param name what the issuer's settings take for the name, by default the subject; never empty
 * @param subject the {@code sub} claim (RFC 7519 section 4.1.2); never empty
 * @param issuer the {@code iss} claim (section 4.1.1)
 * @param tokenId the {@code jti} claim (section 4.1.7); null where the token has none
 * @param scopes what the token was granted; null where it has no scope claim at all, which is not
 *     the same as having none of them
 * @param roles what the user is
 * @param claims all claims of the verified token
 * @param issuedAt the {@code iat} claim; null where the token has none
 * @param expiresAt the {@code exp} claim
 */
public record User(
    String name,
    String subject,
    String issuer,
    @Nullable String tokenId,
    @Nullable Set<String> scopes,
    Set<String> roles,
    Map<String, @Nullable Object> claims,
    @Nullable Instant issuedAt,
    Instant expiresAt) {

  public User {
    if (name.isEmpty()) throw new IllegalArgumentException("name must not be empty");
    if (subject.isEmpty()) throw new IllegalArgumentException("subject must not be empty");
    Objects.requireNonNull(issuer, "issuer");
    Objects.requireNonNull(expiresAt, "expiresAt");
    scopes = scopes == null ? null : Set.copyOf(scopes);
    roles = Set.copyOf(roles);
    // Map.copyOf would refuse a claim that is null, which JSON allows.
    claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
  }

  /** Leaves the claims out: they may be anybody's personal data. */
  @Override
  public String toString() {
    return "User[name=" + name + ", subject=" + subject + ", issuer=" + issuer + "]";
  }
}
