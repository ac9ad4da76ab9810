package io.github.sallyport.limit;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many credentials that do not stand may be shown from one address, on this node: an IPv4
 * address, or the /64 of an IPv6 one. Never by key: who knows a key's public id must not be able to
 * lock it out. Its memory is bounded as that of the other buckets is. Safe for use by many threads.
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
    Bucket bucket = buckets.find(holder(address));
    if (bucket != null && bucket.take(0) instanceof Verdict.Wait wait) {
      return Optional.of(wait.time());
    }
    return Optional.empty();
  }

  /** Counts a failure. */
  public void note(@Nullable String address) {
    buckets.take(holder(address), 1);
  }

  int size() {
    return buckets.size();
  }

  private Holder holder(@Nullable String address) {
    return new Holder.Failing(maker, Network.of(address));
  }
}
