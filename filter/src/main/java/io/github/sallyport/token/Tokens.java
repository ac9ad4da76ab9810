package io.github.sallyport.token;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditEvent.Result;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.audit.AuditSink.Place;
import io.github.sallyport.json.Json;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.limit.Failures;
import io.github.sallyport.token.OwnClaims.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Issues tokens to the users of an application that has a login of its own, and takes them back.
 * Safe for use by many threads.
 *
 * <p>An application has it injected, with {@code sallyport-cdi}, or finds it as the attribute of
 * its {@code ServletContext} that has this class's name; where {@code sallyport.token.issuer} is
 * not set there is none. Who may do what is then the application's to say: nothing here asks for a
 * caller's scopes.
 *
 * <p>When a method that changes something returns, the change is durable, this node acts on it, and
 * audit has it. Every method may throw {@link io.github.sallyport.StoreUnavailableException};
 * whether a change took place is then not known.
 */
public final class Tokens {
  private static final int MOST_CLAIM_BYTES = 2048;

  private final TokenSettings settings;
  private final Grants grants;
  private final RefreshTokens refresh;
  private final Revocations revocations;
  private final Failures failures;
  private final AuditSink audit;
  private final Clock clock;

  /**
   * Joins the parts.
   *
   * @param failures slow down who guesses passwords
   */
  public Tokens(
      TokenSettings settings,
      Grants grants,
      RefreshTokens refresh,
      Revocations revocations,
      Failures failures,
      AuditSink audit,
      Clock clock) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.grants = Objects.requireNonNull(grants, "grants");
    this.refresh = Objects.requireNonNull(refresh, "refresh");
    this.revocations = Objects.requireNonNull(revocations, "revocations");
    this.failures = Objects.requireNonNull(failures, "failures");
    this.audit = Objects.requireNonNull(audit, "audit");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Logs a user in by whatever the application asks for, a password or more. Failures are counted
   * by the user's name and by the address, both as {@code sallyport.limit.failures} says; who has
   * had too many waits, and nothing is looked at. Audit has each login as {@code login.done},
   * {@code login.failed} or {@code login.slowed}.
   *
   * @param name as it was typed
   * @param check looks whether it is that user, by a check that takes as long for a name that
   *     nobody has; empty: it is not
   * @param by the request, whose address counts
   */
  public Login login(String name, Supplier<Optional<LoginUser>> check, Actor by) {
    Optional<Duration> wait =
        Stream.of(failures.waitOfUser(name), failures.wait(by.address()))
            .flatMap(Optional::stream)
            .max(Duration::compareTo);
    if (wait.isPresent()) {
      tell("login.slowed", Result.REFUSED, name, by);
      return new Login.Wait(wait.get());
    }
    Optional<LoginUser> user = check.get();
    if (user.isEmpty()) {
      failures.noteOfUser(name);
      failures.note(by.address());
      tell("login.failed", Result.REFUSED, name, by);
      return new Login.Failed();
    }
    return new Login.Done(issue(user.get(), by));
  }

  private void tell(String action, Result result, String name, Actor by) {
    audit.record(new AuditEvent(clock.instant(), action, result, null, by, name, null));
  }

  /**
   * Issues the first tokens of a user whom the application has authenticated by itself. The refresh
   * token, and all that come from it, end after {@code sallyport.token.refresh-ttl}.
   *
   * @throws IllegalArgumentException if the user's claims are more than a token may hold
   */
  public IssuedTokens issue(LoginUser user, Actor by) {
    int bytes = Json.write(user.claims()).getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_CLAIM_BYTES) {
      throw new IllegalArgumentException(
          "claims may have " + MOST_CLAIM_BYTES + " bytes as JSON, and have " + bytes);
    }
    Instant now = Instant.ofEpochMilli(clock.millis());
    RefreshFamily family =
        new RefreshFamily(
            refresh.newFamilyId(),
            user.name(),
            settings.loginClientId(),
            user.scopes(),
            user.roles(),
            user.claims(),
            now,
            now.plus(settings.refreshTtl()));
    try (Place place = audit.reserve()) {
      IssuedTokens issued = grants.begin(family, by);
      place.record(
          new AuditEvent(now, "login.done", null, by, user.name(), "family " + family.id()));
      return issued;
    }
  }

  /**
   * Exchanges a refresh token for its successor and a new access token (RFC 6749 section 6), as the
   * token endpoint does.
   */
  public TokenAnswer refresh(Secret refreshToken, Actor by) {
    return grants.refresh(refreshToken, settings.loginClientId(), ScopeRequest.ALL, by);
  }

  /**
   * Takes a refresh token back, with all tokens of the same login: that user is logged out there.
   *
   * @return false: there is no such token, or it was taken back before
   */
  public boolean revoke(Secret refreshToken, Actor by) {
    Optional<RefreshFamily> family = refresh.find(refreshToken).map(RefreshStore.Found::family);
    if (family.isEmpty()) return false;
    Instant now = clock.instant();
    boolean revoked = refresh.revoke(refreshToken, now, by);
    // Also where it was before: whoever did that may have got no further.
    revocations.revokeFamily(family.get().id(), now.plus(settings.accessTtl()));
    return revoked;
  }

  /**
   * Takes back all tokens that a user of ours was issued up to now, on all nodes: for a new
   * password, or a user who is locked.
   *
   * @param name as {@link LoginUser#name()}
   */
  public void revokeAll(String name, Actor by) {
    revocations.revokeAll(settings.issuer(), name, by);
  }

  /**
   * Issues a token by which this application calls another on behalf of a caller who is here now:
   * so that what the caller showed goes no further than here. It gives no more than the caller has,
   * ends no later, and is taken back with the caller's key, or token where that has a {@code jti}.
   *
   * @param audience one of {@code sallyport.token.exchange-audiences}
   * @param scopes some of the caller's; null: all of them
   * @throws IllegalArgumentException if there is no such audience, or the caller lacks a scope
   * @throws IllegalStateException if nobody is authenticated
   */
  public AccessToken issueFor(
      Caller caller, String audience, @Nullable Set<String> scopes, Actor by) {
    if (!caller.isAuthenticated()) throw new IllegalStateException("nobody is authenticated");
    if (!settings.exchangeAudiences().contains(audience)) {
      throw new IllegalArgumentException(
          "sallyport.token.exchange-audiences does not name this audience");
    }
    Set<String> granted =
        new ScopeRequest(scopes)
            .within(caller.scopes())
            .orElseThrow(() -> new IllegalArgumentException("the caller lacks a scope"));
    return grants.sign(terms(caller, audience, granted), "call", by);
  }

  private TokenTerms terms(Caller caller, String audience, Set<String> scopes) {
    Map<String, @Nullable Object> said = caller.claims();
    Optional<Application> application = caller.application();
    String subject =
        caller
            .user()
            .map(User::subject)
            .or(() -> application.map(Application::keyId))
            .orElseThrow();
    if (caller.user().isPresent() && ApiKeyRecord.isId(subject)) {
      throw new IllegalArgumentException("the caller's subject is called as an API key's id is");
    }
    Map<String, @Nullable Object> claims = new LinkedHashMap<>();
    application.ifPresent(a -> claims.putAll(Grants.claimsOf(a)));
    if (said.get(OwnClaims.ACTOR) instanceof Map<?, ?> actor) claims.put(OwnClaims.ACTOR, actor);
    if (said.get(OwnClaims.AUTH_TIME) instanceof Number time) {
      claims.put(OwnClaims.AUTH_TIME, time);
    }
    List<Origin> origins = origins(said);
    if (!origins.isEmpty()) {
      claims.put(OwnClaims.ORIGINS, origins.stream().map(Origin::claim).toList());
    }
    return new TokenTerms(
        subject,
        application.map(Application::keyId).orElseGet(() -> client(said)),
        Set.of(audience),
        scopes,
        caller.roles(),
        "",
        settings.issuer().equals(said.get("iss"))
            ? OwnClaims.version(said)
            : revocations.version(subject),
        caller.expiresAt().orElse(null),
        claims);
  }

  /** The tokens with which the new one goes: none where the caller's own has no name. */
  private List<Origin> origins(Map<String, @Nullable Object> said) {
    String issuer = OwnClaims.text(said, "iss");
    String id = OwnClaims.text(said, "jti");
    if (issuer == null || id == null) return List.of();
    List<Origin> origins = new ArrayList<>();
    Instant issuedAt =
        said.get("iat") instanceof Number iat ? Instant.ofEpochSecond(iat.longValue()) : null;
    origins.add(new Origin(issuer, id, issuedAt));
    if (issuer.equals(settings.issuer())) origins.addAll(OwnClaims.origins(said));
    return origins;
  }

  /** Who asked for the caller's token; where it does not say, whoever logs in here. */
  private String client(Map<String, @Nullable Object> said) {
    return Stream.of(OwnClaims.CLIENT_ID, "azp")
        .flatMap(name -> Stream.ofNullable(OwnClaims.text(said, name)))
        .findFirst()
        .orElse(settings.loginClientId());
  }
}
