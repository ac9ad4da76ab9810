package io.github.sallyport.token;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Authenticator;
import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.Sender;
import io.github.sallyport.User;
import io.github.sallyport.jwt.VerifiedToken;
import io.github.sallyport.key.ApiKeyRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Establishes who shows a token of ours, of which we know more than a signature says: one that was
 * made of an API key is the key's application, may do no more than the key may now, and ends with
 * it. Tokens of others pass as they are. Safe for use by many threads.
 */
public final class OwnTokens implements Authenticator<Credential.Bearer> {
  private final Authenticator<Credential.Bearer> tokens;
  private final String issuer;
  private final Keys keys;

  /** Tells how a key stands, as {@link io.github.sallyport.key.KeyAuthenticator#standing}. */
  @FunctionalInterface
  public interface Keys {
    /**
     * Says how a key stands that is named by its id.
     *
     * @param sender whom its addresses and pages are held against; null: they don't matter
     */
    Authentication standing(String id, @Nullable Sender sender);
  }

  /**
   * @param tokens verifies all tokens, ours too
   * @param issuer the {@code iss} claim of ours
   */
  public OwnTokens(Authenticator<Credential.Bearer> tokens, String issuer, Keys keys) {
    this.tokens = Objects.requireNonNull(tokens, "tokens");
    this.issuer = Objects.requireNonNull(issuer, "issuer");
    this.keys = Objects.requireNonNull(keys, "keys");
  }

  @Override
  public Authentication authenticate(Credential.Bearer shown) {
    Authentication found = tokens.authenticate(shown);
    if (!(found instanceof Authentication.Known known)) return found;
    User token = known.caller().user().orElse(null);
    if (token == null || !token.issuer().equals(issuer)) return found;
    return judge(token, shown.sender(), known.caller().authenticatedAt());
  }

  /** Who is known by a token of ours that stands, whoever shows it; empty: nobody any more. */
  Optional<Caller> holder(VerifiedToken token, Instant now) {
    return judge(token.user(), null, now) instanceof Authentication.Known known
        ? Optional.of(known.caller())
        : Optional.empty();
  }

  private Authentication judge(User token, @Nullable Sender sender, Instant now) {
    Optional<Refused> fault = faultOfKeys(token, sender);
    if (fault.isPresent()) return new Authentication.No(fault.get());
    if (!ApiKeyRecord.isId(token.subject())) {
      return new Authentication.Known(EstablishedCaller.byToken(user(token), now));
    }
    Authentication standing = keys.standing(token.subject(), null);
    if (standing instanceof Authentication.No no) {
      return new Authentication.No(refused(no.why()));
    }
    Application application =
        ((Authentication.Known) standing).caller().application().orElseThrow();
    return new Authentication.Known(EstablishedCaller.byTokenOfKey(application, token, now));
  }

  /** The key that asked for it must stand, and may only be used from where its token is shown. */
  private Optional<Refused> faultOfKeys(User token, @Nullable Sender sender) {
    String client = OwnClaims.text(token.claims(), OwnClaims.CLIENT_ID);
    List<String> others = new ArrayList<>(OwnClaims.actors(token.claims()));
    if (client != null && ApiKeyRecord.isId(client)) {
      others.remove(client);
      Authentication standing = keys.standing(client, sender);
      if (standing instanceof Authentication.No no) {
        return Optional.of(refused(no.why()));
      }
    }
    return others.stream()
        .filter(ApiKeyRecord::isId)
        .map(id -> keys.standing(id, null))
        .filter(Authentication.No.class::isInstance)
        .map(no -> refused(((Authentication.No) no).why()))
        .findFirst();
  }

  /** To who shows the token it is the token that does not stand. */
  private static Refused refused(Refused why) {
    if (why.refusal().status() != 401) return why;
    return Refused.of(
            Refusal.TOKEN_REVOKED,
            "The API key that the token was made of does not stand any more.")
        .about(why.publicId());
  }

  /** The same user as by the token that was exchanged, whose issuer alone can say who that is. */
  private static User user(User token) {
    String issuer = OwnClaims.issuerOfSubject(token);
    if (issuer.equals(token.issuer())) return token;
    return new User(
        token.name(),
        token.subject(),
        issuer,
        token.tokenId(),
        token.scopes(),
        token.roles(),
        token.claims(),
        token.issuedAt(),
        token.expiresAt());
  }
}
