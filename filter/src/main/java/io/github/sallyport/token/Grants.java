package io.github.sallyport.token;

import io.github.sallyport.Application;
import io.github.sallyport.Secret;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.audit.AuditSink.Place;
import io.github.sallyport.token.RefreshStore.Found;
import io.github.sallyport.token.RefreshTokens.Exchange;
import io.github.sallyport.token.TokenAnswer.Denied;
import io.github.sallyport.token.TokenAnswer.Issued;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Grants access tokens for API keys and for refresh tokens (RFC 6749 sections 4.4 and 6). Safe for
 * use by many threads. Every method may throw {@link
 * io.github.sallyport.StoreUnavailableException}, also where audit has no room; the same may then
 * be asked again.
 */
public final class Grants {
  private static final Denied NO_SUCH_TOKEN =
      new Denied(
          TokenError.INVALID_GRANT,
          "The refresh token is unknown, has ended, was used before or was taken back.");

  private final TokenSettings settings;
  private final AccessTokens access;
  private final RefreshTokens refresh;
  private final Revocations revocations;
  private final AuditSink audit;
  private final Clock clock;

  /** Joins the parts. */
  public Grants(
      TokenSettings settings,
      AccessTokens access,
      RefreshTokens refresh,
      Revocations revocations,
      AuditSink audit,
      Clock clock) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.access = Objects.requireNonNull(access, "access");
    this.refresh = Objects.requireNonNull(refresh, "refresh");
    this.revocations = Objects.requireNonNull(revocations, "revocations");
    this.audit = Objects.requireNonNull(audit, "audit");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * A token for an application that showed its key: no more than the key may do, and no longer than
   * it lives. There is no refresh token, since the key is one.
   */
  public TokenAnswer clientCredentials(Application client, ScopeRequest wanted, Actor by) {
    if (client.publishable()) return PUBLISHABLE;
    Optional<Set<String>> scopes = wanted.within(client.scopes());
    if (scopes.isEmpty()) return MORE_THAN_THE_KEY;
    TokenTerms terms =
        new TokenTerms(
            client.keyId(),
            client.keyId(),
            settings.audience(),
            scopes.get(),
            client.roles(),
            "",
            revocations.version(client.keyId()),
            client.expiresAt(),
            claimsOf(client));
    return new Issued(new IssuedTokens(sign(terms, "client_credentials", by), null));
  }

  static final Denied PUBLISHABLE =
      new Denied(
          TokenError.UNAUTHORIZED_CLIENT,
          "Everybody can read a publishable key, so that no token is given for it.");

  static final Denied MORE_THAN_THE_KEY =
      new Denied(TokenError.INVALID_SCOPE, "More scopes are asked for than the API key has.");

  static Map<String, @Nullable Object> claimsOf(Application application) {
    Map<String, @Nullable Object> claims = new LinkedHashMap<>();
    claims.put(OwnClaims.OWNER, application.owner());
    if (application.plan() != null) claims.put(OwnClaims.PLAN, application.plan());
    return claims;
  }

  /**
   * Exchanges a refresh token for its successor and a new access token.
   *
   * @param clientId who shows it: the id of a key that was shown too, or whom the request names;
   *     null: it says nothing
   */
  public TokenAnswer refresh(
      Secret token, @Nullable String clientId, ScopeRequest wanted, Actor by) {
    // What is wrong with the request is found before the token is used up by it.
    Optional<Found> found = refresh.find(token);
    if (found.isEmpty()) return NO_SUCH_TOKEN;
    RefreshFamily family = found.get().family();
    if (clientId != null && !clientId.equals(family.clientId())) {
      return new Denied(TokenError.INVALID_GRANT, "The refresh token was given to another client.");
    }
    Optional<Set<String>> scopes = wanted.within(family.scopes());
    if (scopes.isEmpty()) {
      return new Denied(
          TokenError.INVALID_SCOPE, "More scopes are asked for than the login was granted.");
    }
    Instant now = clock.instant();
    Exchange exchange = refresh.use(token, now, by);
    if (exchange instanceof Exchange.Reused reused) {
      revocations.revokeFamily(reused.family().id(), now.plus(settings.accessTtl()));
    }
    if (!(exchange instanceof Exchange.Good good)) return NO_SUCH_TOKEN;
    AccessToken issued = sign(terms(good.family(), scopes.get()), "refresh_token", by);
    return new Issued(new IssuedTokens(issued, good.successor()));
  }

  /** A login's first tokens. */
  IssuedTokens begin(RefreshFamily family, Actor by) {
    Secret first = refresh.start(family);
    return new IssuedTokens(sign(terms(family, family.scopes()), "login", by), first);
  }

  private TokenTerms terms(RefreshFamily family, Set<String> scopes) {
    Map<String, @Nullable Object> claims = new LinkedHashMap<>(family.claims());
    claims.put(OwnClaims.AUTH_TIME, family.createdAt().getEpochSecond());
    return new TokenTerms(
        family.subject(),
        family.clientId(),
        settings.audience(),
        scopes,
        family.roles(),
        OwnClaims.idStart(family.id()),
        // The store is asked anyway; an older one would make a token that is refused.
        revocations.versionNow(family.subject()),
        family.endsAt(),
        claims);
  }

  AccessToken sign(TokenTerms terms, String why, Actor by) {
    try (Place place = audit.reserve()) {
      AccessToken token = access.sign(terms);
      place.record(
          new AuditEvent(
              clock.instant(),
              "token.issued",
              null,
              by,
              token.id(),
              why + " of " + terms.clientId() + " for " + terms.subject()));
      return token;
    }
  }
}
