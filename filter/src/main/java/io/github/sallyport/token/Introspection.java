package io.github.sallyport.token;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Caller;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import io.github.sallyport.key.ApiKeyRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells how tokens of ours stand (RFC 7662): to who has the scope {@value #SCOPE} of all of them,
 * to any other client of those that it was given itself. Safe for use by many threads.
 */
public final class Introspection {
  /** The scope that lets a caller ask about every token. */
  public static final String SCOPE = "sallyport:introspect";

  private static final Map<String, Object> INACTIVE = Map.of("active", false);

  private final String issuer;
  private final TokenFinder finder;
  private final OwnTokens tokens;
  private final OwnTokens.Keys keys;
  private final Clock clock;

  /**
   * @param issuer the {@code iss} claim of ours
   * @param tokens who is known by a token, as it stands with the key that it was made of
   * @param keys how keys stand
   */
  public Introspection(
      String issuer, TokenFinder finder, OwnTokens tokens, OwnTokens.Keys keys, Clock clock) {
    this.issuer = Objects.requireNonNull(issuer, "issuer");
    this.finder = Objects.requireNonNull(finder, "finder");
    this.tokens = Objects.requireNonNull(tokens, "tokens");
    this.keys = Objects.requireNonNull(keys, "keys");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * The members of the answer (section 2.2). Of a token that is not active, is not ours, or is none
   * of this caller's business there is only {@code "active": false}.
   */
  public Map<String, Object> of(Secret text, Caller asking) {
    Map<String, Object> members = members(finder.find(text));
    boolean mayKnow =
        asking.hasScope(SCOPE)
            || asking
                .application()
                .map(Application::keyId)
                .filter(id -> id.equals(members.get(OwnClaims.CLIENT_ID)))
                .isPresent();
    return mayKnow ? members : INACTIVE;
  }

  private Map<String, Object> members(TokenShown shown) {
    if (shown instanceof TokenShown.Access access) return members(access);
    if (shown instanceof TokenShown.Refresh refresh) return members(refresh.found());
    if (shown instanceof TokenShown.Key key) return members(key.key());
    return INACTIVE;
  }

  private Map<String, Object> members(TokenShown.Access access) {
    User said = access.token().user();
    if (!said.issuer().equals(issuer)) return INACTIVE;
    Optional<Caller> holder = tokens.holder(access.token(), clock.instant());
    if (holder.isEmpty()) return INACTIVE;
    Map<String, Object> members = active();
    said.claims()
        .forEach(
            (name, value) -> {
              if (value != null) members.put(name, value);
            });
    // What it may do now, which may be less than what it says.
    members.put("scope", words(holder.get().scopes()));
    members.put("username", holder.get().getName());
    members.put("token_type", "Bearer");
    return members;
  }

  private Map<String, Object> members(RefreshStore.Found found) {
    RefreshFamily family = found.family();
    if (found.used() || found.revoked() || !clock.instant().isBefore(family.endsAt())) {
      return INACTIVE;
    }
    Map<String, Object> members = active();
    members.put("iss", issuer);
    members.put("sub", family.subject());
    members.put("username", family.subject());
    members.put(OwnClaims.CLIENT_ID, family.clientId());
    members.put("scope", words(family.scopes()));
    members.put("iat", family.createdAt().getEpochSecond());
    members.put("exp", family.endsAt().getEpochSecond());
    return members;
  }

  private Map<String, Object> members(ApiKeyRecord key) {
    // Addresses don't matter: whoever asks is not who shows it.
    if (!(keys.standing(key.id(), null) instanceof Authentication.Known known)) return INACTIVE;
    Application application = known.caller().application().orElseThrow();
    Map<String, Object> members = active();
    members.put("iss", issuer);
    members.put("sub", key.id());
    members.put("username", key.id());
    members.put(OwnClaims.CLIENT_ID, key.id());
    members.put("scope", words(known.caller().scopes()));
    members.put("iat", key.createdAt().getEpochSecond());
    Instant end = application.expiresAt();
    if (end != null) members.put("exp", end.getEpochSecond());
    members.put(OwnClaims.OWNER, application.owner());
    if (application.plan() != null) members.put(OwnClaims.PLAN, application.plan());
    return members;
  }

  private static Map<String, Object> active() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("active", true);
    return members;
  }

  private static String words(Set<String> scopes) {
    return String.join(" ", new TreeSet<>(scopes));
  }
}
