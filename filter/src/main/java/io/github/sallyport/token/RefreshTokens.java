package io.github.sallyport.token;

import io.github.sallyport.Secret;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.audit.AuditSink.Place;
import io.github.sallyport.jwt.Base64Url;
import io.github.sallyport.key.HmacSha256;
import io.github.sallyport.token.RefreshStore.Found;
import io.github.sallyport.token.RefreshStore.Use;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;

/**
 * Issues refresh tokens (RFC 6749 section 1.5) and exchanges each for the next one (RFC 9700
 * section 4.14.2). Safe for use by many threads. Every method that asks the store may throw {@link
 * io.github.sallyport.StoreUnavailableException}; whether a change took place is then not known,
 * and the same call may be made again.
 *
 * <p>A token is 32 random bytes, of which the store has the SHA-256: nobody finds as many bytes by
 * trying, so that no secret need key it. Its successor is the HMAC-SHA-256 of a random salt under
 * these bytes. For as long as the store keeps the salt, who has the token can be given the same
 * successor again, though the store never had its text: the client whose answer was lost on the way
 * asks once more, and two that ask at once agree.
 */
public final class RefreshTokens {
  private static final int BYTES = 32;
  private static final int CHARS = 43;
  private static final int ID_BYTES = 16;
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final RefreshStore store;
  private final Duration reuseGrace;
  private final AuditSink audit;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param reuseGrace how long after its first use a token leads to the same successor; zero: it
   *     does not
   */
  public RefreshTokens(RefreshStore store, Duration reuseGrace, AuditSink audit) {
    if (reuseGrace.isNegative()) throw new IllegalArgumentException("reuseGrace must not be < 0");
    this.store = Objects.requireNonNull(store, "store");
    this.reuseGrace = reuseGrace;
    this.audit = Objects.requireNonNull(audit, "audit");
  }

  /** What became of a token that was to be exchanged. */
  public sealed interface Exchange {
    /** There is no such token, or its family has ended or was taken back before. */
    record None() implements Exchange {}

    /**
     * It stands.
     *
     * @param successor what its client shows the next time
     */
    record Good(RefreshFamily family, Secret successor) implements Exchange {}

    /** Somebody had exchanged it before: nothing of its family is good any more. */
    record Reused(RefreshFamily family) implements Exchange {}
  }

  /** An id for a family, that nobody guesses: 22 characters of base64url. */
  public String newFamilyId() {
    return BASE64URL.encodeToString(randomBytes(ID_BYTES));
  }

  /** Keeps a family, and issues its first token. Its text is in the result and nowhere else. */
  public Secret start(RefreshFamily family) {
    byte[] first = randomBytes(BYTES);
    store.insert(family, digest(first));
    return text(first);
  }

  /** Finds a token, used or not; empty: what was shown is none, or is cleared away. */
  public Optional<Found> find(Secret text) {
    return bytes(text).flatMap(token -> store.find(digest(token)));
  }

  /**
   * Exchanges a token for its successor. One that was exchanged before by the rules of {@link
   * RefreshStore#use} is in somebody else's hands too: its family is taken back, and audit has that
   * as {@code refresh.reused}.
   *
   * @throws io.github.sallyport.StoreUnavailableException also where audit has no room for that
   */
  public Exchange use(Secret text, Instant now, Actor by) {
    Optional<byte[]> token = bytes(text);
    if (token.isEmpty()) return new Exchange.None();
    HmacSha256 keyed = new HmacSha256(token.get());
    String salt = HexFormat.of().formatHex(randomBytes(BYTES));
    try (Place place = audit.reserve()) {
      Use use =
          store.use(
              digest(token.get()), salt, any -> digest(successor(keyed, any)), reuseGrace, now);
      if (use instanceof Use.Good good) {
        return new Exchange.Good(good.family(), text(successor(keyed, good.salt())));
      }
      if (use instanceof Use.Reused reused) {
        place.record(event("refresh.reused", reused.family(), now, by));
        return new Exchange.Reused(reused.family());
      }
      return new Exchange.None();
    }
  }

  /**
   * Takes a token back, and its whole family (RFC 7009 section 2.1).
   *
   * @return false: there is no such token, or it was taken back before
   */
  public boolean revoke(Secret text, Instant now, Actor by) {
    Optional<Found> found = find(text);
    if (found.isEmpty()) return false;
    RefreshFamily family = found.get().family();
    try (Place place = audit.reserve()) {
      if (!store.revoke(family.id(), now)) return false;
      place.record(event("refresh.revoked", family, now, by));
      return true;
    }
  }

  private static AuditEvent event(String action, RefreshFamily family, Instant now, Actor by) {
    return new AuditEvent(now, action, null, by, family.id(), null);
  }

  private byte[] randomBytes(int many) {
    byte[] bytes = new byte[many];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] successor(HmacSha256 keyed, String salt) {
    return keyed.of(HexFormat.of().parseHex(salt));
  }

  private static Secret text(byte[] token) {
    return new Secret(BASE64URL.encodeToString(token));
  }

  /** Reads the one spelling of a token's text; empty: it is none, and the store is not asked. */
  private static Optional<byte[]> bytes(Secret text) {
    return text.reveal().length() == CHARS ? Base64Url.decode(text.reveal()) : Optional.empty();
  }

  private static String digest(byte[] token) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
