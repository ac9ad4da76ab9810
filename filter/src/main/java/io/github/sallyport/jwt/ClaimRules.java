package io.github.sallyport.jwt;

import io.github.sallyport.Refusal;
import io.github.sallyport.User;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Judges the claims of a token whose signature stands, and makes its user from them. */
final class ClaimRules {
  private final Issuer issuer;

  ClaimRules(Issuer issuer) {
    this.issuer = issuer;
  }

  /**
   * Judges.
   *
   * @param claims of a token that names this issuer, and that one of its keys signed
   */
  User judge(Claims claims, Instant now) throws TokenFault {
    Instant expiresAt = claims.date("exp").orElseThrow(() -> missing("exp"));
    Optional<Instant> issuedAt = claims.date("iat");
    judgeTimes(claims, expiresAt, issuedAt, now);
    judgeAudience(claims);
    for (String required : issuer.requiredClaims()) {
      if (claims.find(required).isEmpty()) throw missing(required);
    }
    String subject = claims.text("sub").orElseThrow(() -> missing("sub"));
    if (subject.isBlank()) throw empty("sub");
    return new User(
        name(claims),
        subject,
        issuer.iss(),
        claims.text("jti").orElse(null),
        scopes(claims).orElse(null),
        claims.words(issuer.rolesClaim()).orElse(Set.of()),
        claims.all(),
        issuedAt.orElse(null),
        expiresAt);
  }

  /** Ends are exclusive: at the very second of {@code exp} plus the skew, a token is over. */
  private void judgeTimes(Claims claims, Instant expiresAt, Optional<Instant> issuedAt, Instant now)
      throws TokenFault {
    Duration skew = issuer.clockSkew();
    if (!now.isBefore(expiresAt.plus(skew))) {
      throw TokenFault.of(Refusal.TOKEN_EXPIRED, "The token has expired.");
    }
    Optional<Instant> notBefore = claims.date("nbf");
    if (notBefore.isPresent() && now.isBefore(notBefore.get().minus(skew))) {
      throw TokenFault.of(Refusal.TOKEN_NOT_YET_VALID, "The token is not valid yet.");
    }
    if (issuedAt.isPresent() && now.isBefore(issuedAt.get().minus(skew))) {
      throw TokenFault.invalid("The token's claim iat lies in the future.");
    }
    Duration maxAge = issuer.maxAge();
    if (maxAge == null) return;
    Instant born = issuedAt.orElseThrow(() -> missing("iat"));
    // Subtracting: a very long age added to a date could leave what Instant can hold.
    if (Duration.between(born, now).minus(skew).compareTo(maxAge) >= 0) {
      throw TokenFault.of(
          Refusal.TOKEN_EXPIRED, "The token is older than its issuer's tokens may be.");
    }
  }

  private void judgeAudience(Claims claims) throws TokenFault {
    if (issuer.audiences().isEmpty()) return;
    List<String> audience = claims.textOrTexts("aud").orElseThrow(() -> missing("aud"));
    if (Collections.disjoint(audience, issuer.audiences())) {
      throw TokenFault.invalid("The token is for another audience.");
    }
  }

  private String name(Claims claims) throws TokenFault {
    for (String path : issuer.nameClaims()) {
      Optional<String> name = claims.text(path);
      if (name.isEmpty()) continue;
      if (name.get().isBlank()) throw empty(path);
      return name.get();
    }
    throw TokenFault.invalid("The token has none of the claims that could name its user.");
  }

  private Optional<Set<String>> scopes(Claims claims) throws TokenFault {
    for (String path : issuer.scopesClaims()) {
      Optional<Set<String>> scopes = claims.words(path);
      if (scopes.isPresent()) return scopes;
    }
    return Optional.empty();
  }

  private static TokenFault missing(String claim) {
    return TokenFault.invalid("The token's claim " + claim + " is missing.");
  }

  private static TokenFault empty(String claim) {
    return TokenFault.invalid("The token's claim " + claim + " is empty.");
  }
}
