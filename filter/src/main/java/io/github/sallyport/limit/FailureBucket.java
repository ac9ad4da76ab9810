package io.github.sallyport.limit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How many more failures an address may have. One number says it: the time at which all of them are
 * back (the theoretical arrival time of GCRA). It needs no library, since it holds where there is
 * no plan.
 */
final class FailureBucket implements Bucket {
  private final Maker maker;
  // By the maker's ticks. It never goes back, and is never further off than a full bucket takes.
  private final AtomicLong fullAt;

  private FailureBucket(Maker maker) {
    this.maker = maker;
    this.fullAt = new AtomicLong(maker.now());
  }

  /** Makes those of one limit. */
  static final class Maker implements Bucket.Maker {
    private final Plan plan;
    private final Limit limit;
    private final long each;
    private final long whole;
    private final LongSupplier nanoTime;
    private final long begin;

    Maker(Limit limit, LongSupplier nanoTime) {
      this.plan = new Plan("failures", List.of(limit));
      this.limit = limit;
      this.each = Math.max(1, limit.window().toNanos() / limit.permits());
      this.whole = Math.multiplyExact(each, limit.burst());
      this.nanoTime = nanoTime;
      this.begin = nanoTime.getAsLong();
    }

    long now() {
      return nanoTime.getAsLong() - begin;
    }

    @Override
    public Bucket bucket() {
      return new FailureBucket(this);
    }
  }

  /**
   * Takes one failure, whatever is left: it has happened. With 0 permits it only looks whether one
   * more may happen.
   */
  @Override
  public Verdict take(int permits) {
    long now = maker.now();
    long full =
        permits == 0
            ? fullAt.get()
            : fullAt.updateAndGet(
                at -> Math.max(at, Math.min(Math.max(at, now) + maker.each, now + maker.whole)));
    long missing = Math.max(0, full - now);
    long wait = missing + maker.each - maker.whole;
    Standing standing =
        new Standing(
            maker.plan,
            maker.limit,
            Math.max(0, (maker.whole - missing) / maker.each),
            Duration.ofNanos(missing));
    return wait <= 0
        ? new Verdict.Granted(standing)
        : new Verdict.Wait(Duration.ofNanos(wait), standing);
  }

  @Override
  public boolean isFull() {
    return fullAt.get() <= maker.now();
  }
}
