package io.github.sallyport.token;

import io.github.sallyport.User;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.audit.AuditSink.Place;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.Mirror;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.jwt.TokenStanding;
import io.github.sallyport.jwt.VerifiedToken;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes tokens back before their end: one by its name, or all that a user was given so far. Each
 * node has all of it in the process, so that no request asks the store, and is told of changes by
 * the feed: what holds for API keys, of how soon a change binds on other nodes and of what is
 * served while the store is away, holds for tokens too.
 *
 * <p>A user is always an issuer and a subject; a token an issuer and its {@code jti}, or where it
 * has none the digest of what was signed. Safe for use by many threads.
 */
public final class Revocations implements TokenStanding {
  /** How long after a token's end it might still be let in, by the widest clock skew. */
  private static final Duration SKEW = Duration.ofMinutes(Issuer.MAX_SKEW_MINUTES);

  private static final int DIGEST_BYTES = 16;
  private static final String TOKEN = "token";
  private static final String FAMILY = "family";
  private static final String USER = "user";

  private final RevocationStore store;
  private final Mirror denied;
  private final Mirror users;
  private final @Nullable String ourselves;
  private final AuditSink audit;
  private final Clock clock;

  private Revocations(
      RevocationStore store,
      Mirror denied,
      Mirror users,
      @Nullable String ourselves,
      AuditSink audit,
      Clock clock) {
    this.store = store;
    this.denied = denied;
    this.users = users;
    this.ourselves = ourselves;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Reads what was taken back, and follows what will be.
   *
   * @param ourselves the {@code iss} claim of tokens that we issue, which say of what version they
   *     are; null: we issue none
   * @throws io.github.sallyport.StoreUnavailableException if the store does not answer
   */
  public static Revocations open(
      RevocationStore store,
      Caches caches,
      @Nullable String ourselves,
      AuditSink audit,
      Clock clock) {
    Objects.requireNonNull(audit, "audit");
    Objects.requireNonNull(clock, "clock");
    return new Revocations(
        store,
        caches.mirror(RevocationStore.DENIED, pages(store, RevocationStore.DENIED)),
        caches.mirror(RevocationStore.VERSION, pages(store, RevocationStore.VERSION)),
        ourselves,
        audit,
        clock);
  }

  private static Mirror.Pages pages(RevocationStore store, String kind) {
    return (after, limit) -> {
      List<RevocationStore.Mark> marks = store.read(kind, after, limit);
      return marks.stream().map(m -> new Mirror.Entry(m.digest(), m.number())).toList();
    };
  }

  @Override
  public boolean isRevoked(VerifiedToken token) {
    User user = token.user();
    if (isDenied(user.issuer(), token.id())) return true;
    if (!user.issuer().equals(ourselves)) {
      return wasIssuedBefore(user.issuer(), user.subject(), user.issuedAt());
    }
    if (OwnClaims.version(user.claims()) < version(user.subject())) return true;
    // With a token goes what it was exchanged for, however late a node hears of it.
    return OwnClaims.origins(user.claims()).stream()
        .anyMatch(
            origin ->
                isDenied(origin.issuer(), origin.id())
                    || (!origin.issuer().equals(ourselves)
                        && wasIssuedBefore(origin.issuer(), user.subject(), origin.issuedAt())));
  }

  private boolean isDenied(String issuer, String id) {
    if (denied.find(digest(TOKEN, issuer, id)) > 0) return true;
    if (!issuer.equals(ourselves)) return false;
    Optional<String> family = OwnClaims.family(id);
    return family.isPresent() && denied.find(digest(FAMILY, issuer, family.get())) > 0;
  }

  private boolean wasIssuedBefore(String issuer, String subject, @Nullable Instant issuedAt) {
    long upTo = users.find(digest(USER, issuer, subject));
    if (upTo == 0) return false;
    // Who does not say when a token was issued may have issued it before.
    return issuedAt == null || issuedAt.getEpochSecond() <= upTo;
  }

  /** The version of a subject of ours, as this node knows it; 0: it was never raised. */
  long version(String subject) {
    return users.find(digest(USER, required(), subject));
  }

  /** The same, as it is in the store now: for who asks it anyway. */
  long versionNow(String subject) {
    return store.version(digest(USER, required(), subject));
  }

  private String required() {
    return Objects.requireNonNull(ourselves, "we issue no tokens");
  }

  /**
   * Takes one token back.
   *
   * @param issuer its {@code iss} claim
   * @param tokenId as {@link VerifiedToken#id()}
   * @param expiresAt its end: it is remembered until no clock lets it in any more
   * @throws io.github.sallyport.StoreUnavailableException whether it was taken back is then not
   *     known
   */
  public void revoke(String issuer, String tokenId, Instant expiresAt, Actor by) {
    try (Place place = audit.reserve()) {
      deny(digest(TOKEN, issuer, tokenId), expiresAt);
      place.record(
          new AuditEvent(
              clock.instant(), "token.revoked", null, by, tokenId, "issued by " + issuer));
    }
  }

  /** Takes back the access tokens of a family, of which audit is told as the family's end. */
  void revokeFamily(String familyId, Instant expiresAt) {
    deny(digest(FAMILY, required(), familyId), expiresAt);
  }

  private void deny(String digest, Instant expiresAt) {
    long until = expiresAt.plus(SKEW).getEpochSecond();
    store.deny(digest, until);
    denied.put(digest, until);
  }

  /**
   * Takes back all tokens that a user was issued up to now. Ours say of what version they are: the
   * next is another one, and refresh tokens end too. Those of others are told apart by their {@code
   * iat} claim, which has no more than seconds: one that is issued within the same second is
   * refused too, and the next is let in.
   *
   * @param issuer their {@code iss} claim
   * @param subject their {@code sub} claim
   * @throws io.github.sallyport.StoreUnavailableException whether they were taken back is then not
   *     known
   */
  public void revokeAll(String issuer, String subject, Actor by) {
    String digest = digest(USER, issuer, subject);
    Instant now = clock.instant();
    try (Place place = audit.reserve()) {
      long raised =
          issuer.equals(ourselves)
              ? store.raise(digest, before -> before + 1, subject, now)
              : store.raise(digest, before -> Math.max(before, now.getEpochSecond()), null, now);
      users.put(digest, raised);
      place.record(
          new AuditEvent(now, "user.tokens-revoked", null, by, subject, "issued by " + issuer));
    }
  }

  /** This node's numbers of denied tokens, for who clears away those that have ended. */
  public Mirror denied() {
    return denied;
  }

  /** Lengths first, so that no two names of different things run together to one text. */
  private static String digest(String what, String issuer, String name) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String text : List.of(what, issuer, name)) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
        digest.update(utf8);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
