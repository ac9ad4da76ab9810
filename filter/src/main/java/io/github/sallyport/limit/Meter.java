package io.github.sallyport.limit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketState;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.local.LocalBucket;
import io.github.bucket4j.local.LocalBucketBuilder;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

/** Makes the buckets of one plan, and reads what they say. Two of them are never equal. */
final class Meter {
  private final Plan plan;
  private final List<Limit> limits;
  private final LocalBucketBuilder builder;

  Meter(Plan plan, TimeMeter time) {
    this.plan = plan;
    this.limits = plan.limits();
    this.builder =
        Bucket.builder()
            .withCustomTimePrecision(time)
            .withSynchronizationStrategy(SynchronizationStrategy.LOCK_FREE);
    for (Limit limit : limits) {
      builder.addLimit(
          Bandwidth.builder()
              .capacity(limit.burst())
              .refillGreedy(limit.permits(), limit.window())
              .build());
    }
  }

  /** A full one. Nothing is shared with the one before but what does not change. */
  LocalBucket bucket() {
    return builder.build();
  }

  Verdict verdict(VerboseResult<Boolean> taken, int permits) {
    BucketState state = taken.getState();
    Standing standing = standing(state);
    if (taken.getValue()) return new Verdict.Granted(standing);
    long wait = 0;
    for (int i = 0; i < limits.size(); i++) {
      wait = Math.max(wait, nanosUntil(permits, i, state));
    }
    return new Verdict.Wait(Duration.ofNanos(wait), standing);
  }

  private Standing standing(BucketState state) {
    int least = 0;
    long full = nanosUntil(limits.get(0).burst(), 0, state);
    for (int i = 1; i < limits.size(); i++) {
      long left = state.getCurrentSize(i);
      long leastLeft = state.getCurrentSize(least);
      if (left > leastLeft) continue;
      long nanos = nanosUntil(limits.get(i).burst(), i, state);
      if (left == leastLeft && nanos <= full) continue;
      least = i;
      full = nanos;
    }
    return new Standing(
        plan, limits.get(least), state.getCurrentSize(least), Duration.ofNanos(full));
  }

  /**
   * How long until a bucket holds so much. The library rounds this down, so that whoever waits just
   * as long may come a nanosecond early; here it is rounded up.
   */
  private long nanosUntil(long permits, int limit, BucketState state) {
    long missing = permits - state.getCurrentSize(limit);
    if (missing <= 0) return 0;
    long window = limits.get(limit).window().toNanos();
    long each = limits.get(limit).permits();
    // A permit that is on its way: so many window-ths of one.
    long begun = state.getRoundingError(limit);
    if (Math.multiplyHigh(window, missing) == 0 && window * missing >= 0) {
      return -Math.floorDiv(begun - window * missing, each);
    }
    return BigInteger.valueOf(window)
        .multiply(BigInteger.valueOf(missing))
        .subtract(BigInteger.valueOf(begun))
        .add(BigInteger.valueOf(each - 1))
        .divide(BigInteger.valueOf(each))
        .longValueExact();
  }
}
