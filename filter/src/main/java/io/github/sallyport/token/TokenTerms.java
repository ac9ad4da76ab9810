package io.github.sallyport.token;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an access token is to say.
 *
 * @param subject the {@code sub} claim: a user's name, or the id of a key
 * @param clientId the {@code client_id} claim: who asked for it
 * @param audience the {@code aud} claim
 * @param idStart what the {@code jti} begins with; empty: nothing
 * @param version the subject's token version
 * @param notAfter when it ends at the latest; null: as late as any
 * @param others further claims
 */
record TokenTerms(
    String subject,
    String clientId,
    Set<String> audience,
    Set<String> scopes,
    Set<String> roles,
    String idStart,
    long version,
    @Nullable Instant notAfter,
    Map<String, @Nullable Object> others) {

  TokenTerms {
    audience = Set.copyOf(audience);
    scopes = Set.copyOf(scopes);
    roles = Set.copyOf(roles);
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }

  /** Leaves the claims out: they may be anybody's personal data. */
  @Override
  public String toString() {
    return "TokenTerms[" + subject + ", " + clientId + "]";
  }
}
