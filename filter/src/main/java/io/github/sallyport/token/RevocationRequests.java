package io.github.sallyport.token;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.KeyKind;
import io.github.sallyport.token.TokenAnswer.Denied;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes back what somebody shows (RFC 7009). Whoever has a refresh token or a secret key's whole
 * text may end it: that is all a thief could want to keep alive. An access token is its client's to
 * end, or an administrator's, who may also end those of other issuers that are let in here.
 *
 * <p>Safe for use by many threads.
 */
public final class RevocationRequests {
  private final TokenSettings settings;
  private final String adminScope;
  private final TokenFinder finder;
  private final Tokens tokens;
  private final Revocations revocations;
  private final ApiKeys keys;

  /**
   * @param adminScope what makes a caller an administrator
   */
  public RevocationRequests(
      TokenSettings settings,
      String adminScope,
      TokenFinder finder,
      Tokens tokens,
      Revocations revocations,
      ApiKeys keys) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.adminScope = Objects.requireNonNull(adminScope, "adminScope");
    this.finder = Objects.requireNonNull(finder, "finder");
    this.tokens = Objects.requireNonNull(tokens, "tokens");
    this.revocations = Objects.requireNonNull(revocations, "revocations");
    this.keys = Objects.requireNonNull(keys, "keys");
  }

  /** How a request ended. */
  public sealed interface Result {
    /** It is taken back. */
    record Done() implements Result {}

    /** There is no such token that stands. */
    record Unknown() implements Result {}

    /** It is not taken back. */
    record No(Denied why) implements Result {}
  }

  /**
   * Takes a token back. One that is not known, or has ended, is as good as taken back (section
   * 2.2).
   *
   * @param asking who was established by what the request shows; not authenticated: it shows
   *     nothing
   * @param clientId the {@code client_id} parameter; null: there is none
   * @return empty: it is done
   */
  public Result revoke(Secret text, Caller asking, @Nullable String clientId, Actor by) {
    TokenShown shown = finder.find(text);
    if (shown instanceof TokenShown.Refresh refresh) {
      boolean isAnothers =
          clientId != null && !clientId.equals(refresh.found().family().clientId());
      if (isAnothers) {
        return new Result.No(
            new Denied(TokenError.INVALID_GRANT, "The token was given to another client."));
      }
      boolean unused = tokens.revoke(text, by);
      return new Result.Done();
    }
    if (shown instanceof TokenShown.Key key) return revoke(key.key(), asking, by);
    if (shown instanceof TokenShown.Access access) {
      return revoke(access, asking, clientId, by);
    }
    return new Result.Unknown();
  }

  private Result revoke(ApiKeyRecord key, Caller asking, Actor by) {
    if (key.terms().kind() == KeyKind.PUBLISHABLE && !asking.hasScope(adminScope)) {
      // Everybody can read it, and everybody could end it.
      return new Result.No(
          new Denied(
              TokenError.UNSUPPORTED_TOKEN_TYPE,
              "A publishable key is ended by an administrator alone."));
    }
    boolean unused = keys.revoke(key.id(), "shown at the revocation endpoint", by);
    return new Result.Done();
  }

  private Result revoke(
      TokenShown.Access access, Caller asking, @Nullable String clientId, Actor by) {
    User said = access.token().user();
    if (!asking.hasScope(adminScope) && !isOfClient(said, asking, clientId)) {
      return new Result.No(
          asking.isAuthenticated()
              ? new Denied(TokenError.UNAUTHORIZED_CLIENT, "The token was given to another client.")
              : new Denied(
                  TokenError.INVALID_CLIENT,
                  "An access token is taken back by the client that it was given to: show its API"
                      + " key, or an administrator's."));
    }
    revocations.revoke(said.issuer(), access.token().id(), said.expiresAt(), by);
    return new Result.Done();
  }

  /** Who logs in here is a public client: it has no secret, and its {@code client_id} is enough. */
  private boolean isOfClient(User said, Caller asking, @Nullable String clientId) {
    if (!said.issuer().equals(settings.issuer())) return false;
    String client = OwnClaims.text(said.claims(), OwnClaims.CLIENT_ID);
    if (client == null) return false;
    if (client.equals(settings.loginClientId())) return client.equals(clientId);
    return asking.application().map(Application::keyId).filter(client::equals).isPresent();
  }
}
