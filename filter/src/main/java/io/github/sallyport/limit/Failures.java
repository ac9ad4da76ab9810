package io.github.sallyport.limit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many credentials that do not stand may be shown from one address, on this node: an IPv4
 * address, or the /64 of an IPv6 one. Never by key: who knows a key's public id must not be able to
 * lock it out. Passwords are counted by the user's name too: they can be guessed from everywhere at
 * once, and keys can't. Its memory is bounded as that of the other buckets is. Safe for use by many
 * threads.
 */
public final class Failures {
  private static final int MOST = 100_000;

  private final Bucket.Maker maker;
  private final Buckets buckets = new Buckets(MOST);

  /**
   * @param limit how many in which time
   * @param nanoTime a clock that never goes back, as {@link System#nanoTime}
   */
  public Failures(Limit limit, LongSupplier nanoTime) {
    this.maker = new FailureBucket.Maker(limit, nanoTime);
  }

  /**
   * Tells how long an address has to wait before it may fail again. Who never failed is not
   * remembered by this.
   *
   * @param address the client's, as the container gives it; null: there is none
   * @return empty: it need not wait
   */
  public Optional<Duration> wait(@Nullable String address) {
    return wait(holder(address));
  }

  /** The same for a user's name, in whatever case it is written. */
  public Optional<Duration> waitOfUser(String name) {
    return wait(guessed(name));
  }

  private Optional<Duration> wait(Holder holder) {
    Bucket bucket = buckets.find(holder);
    if (bucket != null && bucket.take(0) instanceof Verdict.Wait wait) {
      return Optional.of(wait.time());
    }
    return Optional.empty();
  }

  /** Counts a failure. */
  public void note(@Nullable String address) {
    buckets.take(holder(address), 1);
  }

  /** Counts a password that was not this user's, whether or not there is such a user. */
  public void noteOfUser(String name) {
    buckets.take(guessed(name), 1);
  }

  private Holder guessed(String name) {
    try {
      ByteBuffer digest =
          ByteBuffer.wrap(
              MessageDigest.getInstance("SHA-256")
                  .digest(name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8)));
      return new Holder.Guessed(maker, digest.getLong(), digest.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  int size() {
    return buckets.size();
  }

  private Holder holder(@Nullable String address) {
    return new Holder.Failing(maker, Network.of(address));
  }
}
