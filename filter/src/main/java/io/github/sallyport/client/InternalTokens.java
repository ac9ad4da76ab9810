package io.github.sallyport.client;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditedRequest;
import io.github.sallyport.token.AccessToken;
import io.github.sallyport.token.Tokens;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Tokens by which this application calls one other on behalf of whoever calls it. A token is
 * remembered for 80 % of its life, for a caller who shows the same credential and may do the same:
 * never by a name, which others may have. The credential itself was verified just now, by the
 * filter, so that nobody is given a remembered token whose key was revoked meanwhile. Safe for use
 * by many threads; the 10,000 that were used last are kept.
 */
public final class InternalTokens {
  private static final int MOST = 10_000;
  private static final int RENEWED_AT_PERCENT = 80;

  private final Issuing issuing;
  private final String audience;
  private final @Nullable Set<String> scopes;
  private final Clock clock;
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Shown, AccessToken> remembered; // guarded by lock

  /** As {@link Tokens#issueFor}. */
  @FunctionalInterface
  interface Issuing {
    AccessToken issueFor(Caller caller, String audience, @Nullable Set<String> scopes, Actor actor);
  }

  /**
   * Tokens with all scopes of the caller.
   *
   * @param audience one of {@code sallyport.token.exchange-audiences}
   */
  public InternalTokens(Tokens tokens, String audience) {
    this(tokens::issueFor, audience, null, Clock.systemUTC(), MOST);
  }

  /**
   * Tokens with these scopes and no others, which each caller must have.
   *
   * @param audience one of {@code sallyport.token.exchange-audiences}
   */
  public InternalTokens(Tokens tokens, String audience, Set<String> scopes) {
    this(tokens::issueFor, audience, Set.copyOf(scopes), Clock.systemUTC(), MOST);
  }

  InternalTokens(
      Issuing issuing, String audience, @Nullable Set<String> scopes, Clock clock, int most) {
    this.issuing = issuing;
    this.audience = Objects.requireNonNull(audience, "audience");
    this.scopes = scopes;
    this.clock = clock;
    this.most = most;
    this.remembered = new LinkedHashMap<>(16, 0.75f, true);
  }

  /**
   * What a token depends on: the credential by its public names, and what it may do now.
   *
   * @param application by the key; null: none was shown
   * @param tokenId the {@code jti} claim of a token; null: none was shown
   */
  private record Shown(
      @Nullable Application application,
      @Nullable String subject,
      @Nullable String issuer,
      @Nullable String tokenId,
      Set<String> scopes,
      Set<String> roles,
      @Nullable Instant expiresAt) {

    /** Empty: of a token without a name nobody can say that it is the same. */
    static Optional<Shown> by(Caller caller) {
      Map<String, @Nullable Object> claims = caller.claims();
      boolean named = claims.get("iss") instanceof String && claims.get("jti") instanceof String;
      boolean token = caller.user().isPresent() || !claims.isEmpty();
      if (token && !named) return Optional.empty();
      return Optional.of(
          new Shown(
              caller.application().orElse(null),
              caller.user().map(User::subject).orElse(null),
              claims.get("iss") instanceof String issuer ? issuer : null,
              claims.get("jti") instanceof String id ? id : null,
              caller.scopes(),
              caller.roles(),
              caller.expiresAt().orElse(null)));
    }
  }

  /**
   * A token for the caller of the current request.
   *
   * @throws IllegalStateException if this thread serves no request, or nobody is authenticated
   * @throws IllegalArgumentException as {@link Tokens#issueFor} does
   * @throws io.github.sallyport.StoreUnavailableException if audit has no room for a new token
   */
  public Secret current() {
    Caller caller = caller();
    Optional<Shown> shown = Shown.by(caller);
    Optional<AccessToken> known = shown.flatMap(this::recall);
    if (known.isPresent()) return known.get().text();
    AccessToken issued = issuing.issueFor(caller, audience, scopes, actor(caller));
    shown.ifPresent(by -> remember(by, issued));
    return issued.text();
  }

  private static Caller caller() {
    Caller caller =
        CurrentCaller.find()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "There is nobody to call on behalf of: this thread serves no request that"
                            + " passed Sallyport's filter. Take the caller along to it by"
                            + " Caller.wrap; where nobody calls, use OwnToken."));
    if (caller.isAuthenticated()) return caller;
    throw new IllegalStateException(
        "There is nobody to call on behalf of: nobody is authenticated in this request. Let only"
            + " authenticated callers come here, or use OwnToken.");
  }

  /** The request, where this thread is its own; who calls, where the caller was taken along. */
  private static Actor actor(Caller caller) {
    return AuditedRequest.current().map(AuditedRequest::actor).orElseGet(() -> Actor.of(caller));
  }

  private Optional<AccessToken> recall(Shown by) {
    lock.lock();
    try {
      AccessToken token = remembered.get(by);
      if (token == null) return Optional.empty();
      Duration good = token.lifetime().multipliedBy(RENEWED_AT_PERCENT).dividedBy(100);
      if (clock.instant().isBefore(token.issuedAt().plus(good))) return Optional.of(token);
      remembered.remove(by);
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void remember(Shown by, AccessToken token) {
    lock.lock();
    try {
      remembered.put(by, token);
      if (remembered.size() > most) remembered.remove(remembered.keySet().iterator().next());
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a token that the other application does not take any more. */
  void forget(Secret refused) {
    lock.lock();
    try {
      remembered.values().removeIf(token -> token.text() == refused);
    } finally {
      lock.unlock();
    }
  }

  /** Says for whom, and nothing of any token. */
  @Override
  public String toString() {
    return "InternalTokens[for " + audience + "]";
  }
}
