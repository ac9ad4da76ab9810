package io.github.sallyport.jwt;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One issuer whose tokens are let in, and by which rules.
 *
 * @param name the NAME of {@code sallyport.issuer.NAME}, or {@code mp.jwt}; for logs
 * @param iss the exact {@code iss} claim (RFC 7519 section 4.1.1)
 * @param keys where its keys come from
 * @param algorithms the algorithms it may sign with; at least one
 * @param audiences any of them must be in {@code aud}; empty: the claim is not looked at
 * @param types the {@code typ} headers let in, compared without case and without {@code
 *     application/} (RFC 8725 section 3.11); empty: a missing one, {@code JWT} and {@code at+jwt}
 * @param requiredClaims claims that must be there beside {@code exp}
 * @param nameClaims paths of which the first that is there is the user's name
 * @param rolesClaim path of the roles
 * @param scopesClaims paths of which the first that is there holds the scopes
 * @param clockSkew how far clocks may differ; at most {@value #MAX_SKEW_MINUTES} minutes
 * @param maxAge how long after {@code iat} a token is let in; null: the claim is not looked at
 * @param audienceClaim where the audience is; {@code aud} but for issuers that have none
 * @param requiredValues claims that must be there with this very text
 * @param introspection where to ask about tokens that say nothing themselves; null: nowhere
 */
public record Issuer(
    String name,
    String iss,
    KeySource keys,
    Set<SignatureAlgorithm> algorithms,
    Set<String> audiences,
    Set<String> types,
    Set<String> requiredClaims,
    List<String> nameClaims,
    String rolesClaim,
    List<String> scopesClaims,
    Duration clockSkew,
    @Nullable Duration maxAge,
    String audienceClaim,
    Map<String, String> requiredValues,
    @Nullable IntrospectionEndpoint introspection) {

  /** The largest difference of clocks that can be set. */
  public static final int MAX_SKEW_MINUTES = 10;

  /** One whose audience is in {@code aud}, without required values and without introspection. */
  public Issuer(
      String name,
      String iss,
      KeySource keys,
      Set<SignatureAlgorithm> algorithms,
      Set<String> audiences,
      Set<String> types,
      Set<String> requiredClaims,
      List<String> nameClaims,
      String rolesClaim,
      List<String> scopesClaims,
      Duration clockSkew,
      @Nullable Duration maxAge) {
    this(
        name,
        iss,
        keys,
        algorithms,
        audiences,
        types,
        requiredClaims,
        nameClaims,
        rolesClaim,
        scopesClaims,
        clockSkew,
        maxAge,
        "aud",
        Map.of(),
        null);
  }

  public Issuer {
    Objects.requireNonNull(name, "name");
    if (iss.isEmpty()) throw new IllegalArgumentException("iss must not be empty");
    Objects.requireNonNull(keys, "keys");
    algorithms = Set.copyOf(algorithms);
    audiences = Set.copyOf(audiences);
    types = Set.copyOf(types);
    requiredClaims = Set.copyOf(requiredClaims);
    nameClaims = List.copyOf(nameClaims);
    scopesClaims = List.copyOf(scopesClaims);
    requiredValues = Map.copyOf(requiredValues);
    Objects.requireNonNull(audienceClaim, "audienceClaim");
    Objects.requireNonNull(rolesClaim, "rolesClaim");
    if (algorithms.isEmpty()) throw new IllegalArgumentException("name at least one algorithm");
    if (algorithms.stream().map(SignatureAlgorithm::isSymmetric).distinct().count() > 1) {
      // Or a public key, which everybody has, could be taken for the secret of an HMAC.
      throw new IllegalArgumentException("an issuer has either a shared secret or public keys");
    }
    if (nameClaims.isEmpty()) throw new IllegalArgumentException("name at least one name claim");
    if (clockSkew.isNegative() || clockSkew.compareTo(Duration.ofMinutes(MAX_SKEW_MINUTES)) > 0) {
      throw new IllegalArgumentException(
          "clockSkew must be from 0 to " + MAX_SKEW_MINUTES + " minutes, was " + clockSkew);
    }
  }
}
