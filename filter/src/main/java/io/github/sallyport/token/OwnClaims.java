package io.github.sallyport.token;

import io.github.sallyport.User;
import io.github.sallyport.jwt.VerifiedToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of the claims in our tokens, and how those are read that only we write. */
final class OwnClaims {
  static final String CLIENT_ID = "client_id";
  static final String OWNER = "sallyport_owner";
  static final String PLAN = "sallyport_plan";
  static final String VERSION = "sallyport_ver";

  /** The tokens that a token was exchanged for, the last one first; each is an {@link Origin}. */
  static final String ORIGINS = "sallyport_origins";

  /** RFC 8693 section 4.1. */
  static final String ACTOR = "act";

  /** OpenID Connect Core 1.0, section 2; RFC 9068 section 2.2.1. */
  static final String AUTH_TIME = "auth_time";

  /** Those of which every other part of a token depends: nobody outside sets them. */
  private static final Set<String> RESERVED =
      Set.of(
          "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "typ", "azp", "cnf", "scope", "scp",
          "roles", "groups", CLIENT_ID, ACTOR, "may_act", AUTH_TIME, "acr", "amr", "sid");

  private static final String OURS = "sallyport_";
  private static final char AFTER_FAMILY = '.';

  private OwnClaims() {}

  static boolean isReserved(String name) {
    return RESERVED.contains(name) || name.startsWith(OURS);
  }

  /** What the {@code jti} of a family's access tokens begins with. */
  static String idStart(String familyId) {
    return familyId + AFTER_FAMILY;
  }

  /** The family from which a token of ours comes; empty: from none. */
  static Optional<String> family(String tokenId) {
    int end = tokenId.indexOf(AFTER_FAMILY);
    return end < 0 ? Optional.empty() : Optional.of(tokenId.substring(0, end));
  }

  /** The version of the subject that a token of ours was issued under. */
  static long version(Map<String, @Nullable Object> claims) {
    return claims.get(VERSION) instanceof Number number ? number.longValue() : 0;
  }

  static @Nullable String text(Map<String, @Nullable Object> claims, String name) {
    return claims.get(name) instanceof String text ? text : null;
  }

  /**
   * A token that another was exchanged for.
   *
   * @param issuer its {@code iss} claim
   * @param id its name among the tokens of its issuer
   * @param issuedAt its {@code iat} claim; null: it had none
   */
  record Origin(String issuer, String id, @Nullable Instant issuedAt) {
    static Origin of(VerifiedToken token) {
      return new Origin(token.user().issuer(), token.id(), token.user().issuedAt());
    }

    Map<String, Object> claim() {
      Map<String, Object> claim = new LinkedHashMap<>();
      claim.put("iss", issuer);
      claim.put("jti", id);
      if (issuedAt != null) claim.put("iat", issuedAt.getEpochSecond());
      return claim;
    }
  }

  /** The tokens that a token of ours was exchanged for; empty: it was not. */
  static List<Origin> origins(Map<String, @Nullable Object> claims) {
    if (!(claims.get(ORIGINS) instanceof List<?> list)) return List.of();
    List<Origin> origins = new ArrayList<>();
    for (Object each : list) {
      if (each instanceof Map<?, ?> origin
          && origin.get("iss") instanceof String issuer
          && origin.get("jti") instanceof String id) {
        Instant issuedAt =
            origin.get("iat") instanceof Number iat ? Instant.ofEpochSecond(iat.longValue()) : null;
        origins.add(new Origin(issuer, id, issuedAt));
      }
    }
    return origins;
  }

  /** Who says who the user is: of an exchanged token the issuer of the very first. */
  static String issuerOfSubject(User user) {
    List<Origin> origins = origins(user.claims());
    return origins.isEmpty() ? user.issuer() : origins.get(origins.size() - 1).issuer();
  }

  /**
   * The actors of a token, the one who acts now first (RFC 8693 section 4.1); of one that has no
   * subject an empty text.
   */
  static List<String> actors(Map<String, @Nullable Object> claims) {
    List<String> actors = new ArrayList<>();
    Object act = claims.get(ACTOR);
    while (act instanceof Map<?, ?> actor) {
      actors.add(actor.get("sub") instanceof String subject ? subject : "");
      act = actor.get(ACTOR);
    }
    return actors;
  }
}
