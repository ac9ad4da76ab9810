package io.github.sallyport.token;

import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * How we issue tokens.
 *
 * @param issuer the {@code iss} claim, an absolute URL; what stands before {@code /sallyport/} in
 *     the endpoints' own
 * @param audience whom access tokens are for, unless something else is asked for; at least one
 * @param algorithm by which keys that we make sign: {@code RS256}, {@code ES256} or {@code EdDSA}
 * @param accessTtl how long an access token lives at most
 * @param refreshTtl how long a family of refresh tokens lives, however often it is renewed
 * @param reuseGrace how long after its first use a refresh token still leads to the same successor;
 *     zero: it does not
 * @param ownKeys the keys that the deployer brings, of which the first signs and all are published;
 *     empty: we make them, and keep them in the store
 * @param keyRotation how long a key that we made signs
 * @param keyOverlap how long it is published before that
 * @param exchangeAudiences for whom else a token may be exchanged
 * @param loginClientId the {@code client_id} of tokens from a login
 */
public record TokenSettings(
    String issuer,
    Set<String> audience,
    SignatureAlgorithm algorithm,
    Duration accessTtl,
    Duration refreshTtl,
    Duration reuseGrace,
    List<SigningKey> ownKeys,
    Duration keyRotation,
    Duration keyOverlap,
    Set<String> exchangeAudiences,
    String loginClientId) {

  public TokenSettings {
    if (issuer.isEmpty()) throw new IllegalArgumentException("issuer must not be empty");
    audience = Set.copyOf(audience);
    if (audience.isEmpty()) throw new IllegalArgumentException("name at least one audience");
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(accessTtl, "accessTtl");
    Objects.requireNonNull(refreshTtl, "refreshTtl");
    Objects.requireNonNull(reuseGrace, "reuseGrace");
    ownKeys = List.copyOf(ownKeys);
    Objects.requireNonNull(keyRotation, "keyRotation");
    Objects.requireNonNull(keyOverlap, "keyOverlap");
    exchangeAudiences = Set.copyOf(exchangeAudiences);
    Objects.requireNonNull(loginClientId, "loginClientId");
  }
}
