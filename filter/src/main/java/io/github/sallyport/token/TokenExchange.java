package io.github.sallyport.token;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Authenticator;
import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.Credential.ApiKey.Place;
import io.github.sallyport.Sender;
import io.github.sallyport.User;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.jwt.VerifiedToken;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.token.OwnClaims.Origin;
import io.github.sallyport.token.TokenAnswer.Denied;
import io.github.sallyport.token.TokenAnswer.Issued;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges a token that was shown to an application for one with which that application calls
 * others on behalf of the same subject (RFC 8693): delegation, in which the new token says who
 * acts. It gives nothing that the subject's token or the application's key does not: scopes of
 * both, an end of neither later, and whoever takes back either takes back the new one.
 *
 * <p>Safe for use by many threads. It may throw {@link
 * io.github.sallyport.StoreUnavailableException} and {@link
 * io.github.sallyport.IssuerUnavailableException}; the same may then be asked again.
 */
public final class TokenExchange {
  /** The scope that a key needs for it. */
  public static final String SCOPE = "sallyport:exchange";

  private static final String OUR_SCOPES = "sallyport:";
  private static final int MOST_ACTORS = 4;

  private final TokenSettings settings;
  private final Authenticator<Credential.Bearer> tokens;
  private final Function<Credential.Bearer, Optional<VerifiedToken>> verified;
  private final Authenticator<Credential.ApiKey> keys;
  private final Set<String> issuersWithAudience;
  private final Revocations revocations;
  private final Grants grants;

  /**
   * @param tokens who shows a token, ours too
   * @param verified a token that stands, as it says itself
   * @param keys who shows a key
   * @param issuersWithAudience the {@code iss} claims of those whose tokens are let in only where
   *     we are among their audience: no others' tokens are exchanged
   */
  public TokenExchange(
      TokenSettings settings,
      Authenticator<Credential.Bearer> tokens,
      Function<Credential.Bearer, Optional<VerifiedToken>> verified,
      Authenticator<Credential.ApiKey> keys,
      Set<String> issuersWithAudience,
      Revocations revocations,
      Grants grants) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.tokens = Objects.requireNonNull(tokens, "tokens");
    this.verified = Objects.requireNonNull(verified, "verified");
    this.keys = Objects.requireNonNull(keys, "keys");
    this.issuersWithAudience = Set.copyOf(issuersWithAudience);
    this.revocations = Objects.requireNonNull(revocations, "revocations");
    this.grants = Objects.requireNonNull(grants, "grants");
  }

  /**
   * Exchanges a token.
   *
   * @param client whose key was shown with the request
   * @param sender from where
   */
  public TokenAnswer exchange(
      Application client, ExchangeRequest request, Sender sender, Actor by) {
    if (client.publishable()) return Grants.PUBLISHABLE;
    if (!client.scopes().contains(SCOPE)) {
      return new Denied(
          TokenError.UNAUTHORIZED_CLIENT, "The API key lacks the scope " + SCOPE + ".");
    }
    if (!Set.of(ExchangeRequest.ACCESS_TOKEN, ExchangeRequest.JWT).contains(request.issuedType())) {
      return invalid(
          "Only access tokens are issued: leave requested_token_type out, or set it to "
              + ExchangeRequest.ACCESS_TOKEN
              + ".");
    }
    if (!isTarget(request.audience())) {
      return new Denied(
          TokenError.INVALID_TARGET,
          "No token is issued for such an audience: name it in sallyport.token.exchange-audiences.");
    }
    Found found = subject(request, sender);
    return found.caller() == null
        ? invalid(found.fault())
        : exchange(client, found.caller(), request, by);
  }

  private boolean isTarget(Set<String> audience) {
    return Stream.concat(settings.exchangeAudiences().stream(), settings.audience().stream())
        .toList()
        .containsAll(audience);
  }

  /** Who the subject is, or why that can't be said. */
  private record Found(@Nullable Caller caller, String fault) {
    static Found no(String fault) {
      return new Found(null, fault);
    }
  }

  private Found subject(ExchangeRequest request, Sender sender) {
    Authentication found;
    switch (request.subjectType()) {
      case ExchangeRequest.ACCESS_TOKEN, ExchangeRequest.JWT -> {
        // An opaque token may be revoked at its issuer, and nobody here would hear of it.
        if (request.subject().reveal().chars().filter(c -> c == '.').count() != 2) {
          return Found.no("The subject token is no JWT.");
        }
        found = tokens.authenticate(new Credential.Bearer(request.subject(), sender));
      }
      case ExchangeRequest.API_KEY ->
          found =
              keys.authenticate(new Credential.ApiKey(request.subject(), Place.KEY_HEADER, sender));
      default -> {
        return Found.no(
            "The subject token is of a type that is not exchanged: it may be "
                + String.join(
                    ", ",
                    ExchangeRequest.ACCESS_TOKEN,
                    ExchangeRequest.JWT,
                    ExchangeRequest.API_KEY)
                + ".");
      }
    }
    if (found instanceof Authentication.No no) {
      return Found.no("The subject token does not stand: " + no.why().detail());
    }
    Caller caller = ((Authentication.Known) found).caller();
    Optional<User> user = caller.user();
    boolean isForUs =
        user.isEmpty() || isOurs(caller) || issuersWithAudience.contains(user.get().issuer());
    if (!isForUs) {
      return Found.no(
          "Whom the subject token is for is not looked at: name this audience at its issuer, by"
              + " sallyport.issuer.NAME.audiences.");
    }
    if (user.isPresent() && !isOurs(caller) && ApiKeyRecord.isId(user.get().subject())) {
      return Found.no("The subject is called as an API key's id is.");
    }
    return new Found(caller, "");
  }

  private boolean isOurs(Caller subject) {
    return settings.issuer().equals(subject.claims().get("iss"));
  }

  private TokenAnswer exchange(
      Application client, Caller subject, ExchangeRequest request, Actor by) {
    Map<String, @Nullable Object> said = subject.claims();
    List<Origin> origins = new ArrayList<>();
    if (!request.subjectType().equals(ExchangeRequest.API_KEY)) {
      Optional<VerifiedToken> token = verified.apply(new Credential.Bearer(request.subject()));
      if (token.isEmpty()) return invalid("The subject token does not stand any more.");
      origins.add(Origin.of(token.get()));
      // Nobody else may say so: it tells whose user the subject is.
      if (isOurs(subject)) origins.addAll(OwnClaims.origins(said));
    }
    if (subject.application().filter(Application::publishable).isPresent()) {
      return Grants.PUBLISHABLE;
    }
    if (said.containsKey("cnf")) {
      return invalid("The subject token is bound to a key of its holder, and stays so.");
    }
    if (!mayAct(client, said)) {
      return invalid("The subject token says who may act for its subject, and that is another.");
    }
    List<String> actors = OwnClaims.actors(said);
    if (actors.size() >= MOST_ACTORS) {
      return invalid("As many as may have acted for the subject already: " + MOST_ACTORS + ".");
    }
    Optional<Set<String>> scopes = scopes(client, subject, request.scopes());
    if (scopes.isEmpty()) {
      return new Denied(
          TokenError.INVALID_SCOPE,
          "More scopes are asked for than the subject token and the API key have in common.");
    }
    Map<String, @Nullable Object> claims = new LinkedHashMap<>();
    subject.application().ifPresent(application -> claims.putAll(Grants.claimsOf(application)));
    claims.put(OwnClaims.ACTOR, actor(client, said.get(OwnClaims.ACTOR)));
    if (!origins.isEmpty()) {
      claims.put(OwnClaims.ORIGINS, origins.stream().map(Origin::claim).toList());
    }
    if (said.get(OwnClaims.AUTH_TIME) instanceof Number time) {
      claims.put(OwnClaims.AUTH_TIME, time);
    }
    String name = subject.user().map(User::subject).orElseGet(subject::getName);
    TokenTerms terms =
        new TokenTerms(
            name,
            client.keyId(),
            request.audience().isEmpty() ? settings.audience() : request.audience(),
            scopes.get(),
            subject.roles(),
            "",
            // That of the subject's token: one that was taken back must not come back as a new one.
            isOurs(subject) ? OwnClaims.version(said) : revocations.version(name),
            end(client, subject),
            claims);
    return new Issued(new IssuedTokens(grants.sign(terms, "token exchange", by), null));
  }

  private static @Nullable Instant end(Application client, Caller subject) {
    return Stream.concat(Stream.ofNullable(client.expiresAt()), subject.expiresAt().stream())
        .min(Instant::compareTo)
        .orElse(null);
  }

  /**
   * What both may. A token that says nothing of scopes does not narrow the key's: but what the key
   * may do here for itself is not the subject's.
   */
  private static Optional<Set<String>> scopes(
      Application client, Caller subject, ScopeRequest wanted) {
    Optional<User> user = subject.user();
    if (user.isEmpty() || user.get().scopes() != null) {
      return wanted.within(client.scopes(), subject.scopes());
    }
    Set<String> scopes = new HashSet<>(client.scopes());
    scopes.removeIf(scope -> scope.startsWith(OUR_SCOPES));
    return wanted.within(scopes);
  }

  /** RFC 8693 section 4.4: where the subject says who may act for it, nobody else may. */
  private boolean mayAct(Application client, Map<String, @Nullable Object> said) {
    if (!said.containsKey("may_act")) return true;
    if (!(said.get("may_act") instanceof Map<?, ?> mayAct)) return false;
    if (!client.keyId().equals(mayAct.get("sub"))) return false;
    return !mayAct.containsKey("iss") || settings.issuer().equals(mayAct.get("iss"));
  }

  private static Map<String, @Nullable Object> actor(
      Application client, @Nullable Object actedBefore) {
    Map<String, @Nullable Object> actor = new LinkedHashMap<>();
    actor.put("sub", client.keyId());
    if (actedBefore instanceof Map<?, ?>) actor.put(OwnClaims.ACTOR, actedBefore);
    return actor;
  }

  private static Denied invalid(String description) {
    return new Denied(TokenError.INVALID_REQUEST, description); // RFC 8693 section 2.2.2
  }
}
