package io.github.sallyport.jwt;

import io.github.sallyport.Refusal;
import io.github.sallyport.User;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Judges the claims of a token whose signature stands, and makes its user from them. Safe for use
 * by many threads.
 */
final class ClaimRules {
  private static final System.Logger LOG = System.getLogger("sallyport.jwt");
  private static final Duration ODD_CLOCK = Duration.ofMinutes(1);
  private static final Duration BETWEEN_WARNINGS = Duration.ofHours(1);

  private final Issuer issuer;
  private final AtomicLong warnedAtSecond = new AtomicLong(Long.MIN_VALUE);

  ClaimRules(Issuer issuer) {
    this.issuer = issuer;
  }

  /**
   * The claims that are dates.
   *
   * @param expiresAt {@code exp}
   * @param notBefore {@code nbf}; null: it has none
   * @param issuedAt {@code iat}; null: it has none
   */
  record Times(Instant expiresAt, @Nullable Instant notBefore, @Nullable Instant issuedAt) {
    static Times of(Claims claims) throws TokenFault {
      return new Times(
          claims.date("exp").orElseThrow(() -> missing("exp")),
          claims.date("nbf").orElse(null),
          claims.date("iat").orElse(null));
    }
  }

  /** Holds a token that says to be an access token to RFC 9068 section 2.2. */
  static void requireAccessToken(Claims claims) throws TokenFault {
    for (String name : List.of("iss", "sub", "client_id", "jti")) {
      if (claims.text(name).orElseThrow(() -> missing(name)).isBlank()) throw empty(name);
    }
    if (claims.textOrTexts("aud").orElseThrow(() -> missing("aud")).isEmpty()) throw empty("aud");
    if (claims.date("iat").isEmpty()) throw missing("iat"); // exp every token has
  }

  /**
   * Makes the user, if the claims allow it.
   *
   * @param claims of a token that names this issuer, and that one of its keys signed
   * @param times its dates, which were judged
   */
  User user(Claims claims, Times times) throws TokenFault {
    judgeAudience(claims);
    for (String required : issuer.requiredClaims()) {
      if (claims.find(required).isEmpty()) throw missing(required);
    }
    for (Map.Entry<String, String> required : issuer.requiredValues().entrySet()) {
      String value = claims.text(required.getKey()).orElseThrow(() -> missing(required.getKey()));
      if (!value.equals(required.getValue())) {
        throw TokenFault.invalid(
            "The token's claim " + required.getKey() + " says that it is no access token.");
      }
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
        times.issuedAt(),
        times.expiresAt());
  }

  /**
   * Judges the dates. Ends are exclusive: at the very second of {@code exp} plus the skew, a token
   * is over.
   */
  void judge(Times times, Instant now) throws TokenFault {
    Duration skew = issuer.clockSkew();
    if (!now.isBefore(times.expiresAt().plus(skew))) {
      throw TokenFault.of(Refusal.TOKEN_EXPIRED, "The token has expired.");
    }
    Instant notBefore = times.notBefore();
    if (notBefore != null && now.isBefore(notBefore.minus(skew))) {
      throw TokenFault.of(Refusal.TOKEN_NOT_YET_VALID, "The token is not valid yet.");
    }
    Instant born = times.issuedAt();
    if (born != null && born.isAfter(now.plus(ODD_CLOCK))) warnOfClocks(born, now);
    if (born != null && now.isBefore(born.minus(skew))) {
      throw TokenFault.invalid("The token's claim iat lies in the future.");
    }
    Duration maxAge = issuer.maxAge();
    if (maxAge == null) return;
    if (born == null) throw missing("iat");
    // Subtracting: a very long age added to a date could leave what Instant can hold.
    if (Duration.between(born, now).minus(skew).compareTo(maxAge) >= 0) {
      throw TokenFault.of(
          Refusal.TOKEN_EXPIRED, "The token is older than its issuer's tokens may be.");
    }
  }

  /** Only the issuer can sign such a token, so that nobody else has us say this. */
  private void warnOfClocks(Instant born, Instant now) {
    long last = warnedAtSecond.get();
    if (last > now.minus(BETWEEN_WARNINGS).getEpochSecond()) return;
    if (!warnedAtSecond.compareAndSet(last, now.getEpochSecond())) return;
    LOG.log(
        Level.WARNING,
        "A token of the issuer {0} was issued {1} seconds from now, by this node''s clock: set the"
            + " clocks of both by NTP. Tokens that are ahead by more than {2} seconds are refused.",
        issuer.name(),
        Long.toString(Duration.between(now, born).toSeconds()),
        Long.toString(issuer.clockSkew().toSeconds()));
  }

  private void judgeAudience(Claims claims) throws TokenFault {
    if (issuer.audiences().isEmpty()) return;
    String claim = issuer.audienceClaim();
    List<String> audience = claims.textOrTexts(claim).orElseThrow(() -> missing(claim));
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
