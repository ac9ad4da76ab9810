package io.github.sallyport.limit;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketListener;
import io.github.bucket4j.MathType;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.local.LockFreeBucket;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the buckets of the plan of one name, whatever becomes of that plan.
 *
 * <p>When the plan changes, each bucket goes over to it with its next request, and takes its levels
 * along in proportion: who had used up everything has nothing, who had nothing used has all, and
 * nobody gets a full bucket by the change.
 */
final class Meter implements Bucket.Maker {
  // How many changes a request may be overtaken by between taking and reading what it took.
  private static final int REMEMBERED = 16;

  private final TimeMeter time;
  private final @Nullable SharedBuckets shared;
  // Newest first. Written under this object's lock.
  private volatile List<Scale> scales;

  /**
   * @param shared where there is a cluster: those of whom each has a bucket of their own share it
   *     with its other nodes
   */
  Meter(Plan plan, TimeMeter time, @Nullable SharedBuckets shared) {
    this.time = time;
    this.shared = shared;
    this.scales = List.of(new Scale(plan, null));
  }

  boolean isOf(Plan plan) {
    return scales.get(0).plan.equals(plan);
  }

  /** From now on this plan holds. */
  synchronized Meter follow(Plan plan) {
    if (isOf(plan)) return this;
    List<Scale> before = scales;
    scales =
        Stream.concat(Stream.of(new Scale(plan, before.get(0))), before.stream())
            .limit(REMEMBERED)
            .toList();
    return this;
  }

  @Override
  public Bucket bucket() {
    return new Metered(scales.get(0));
  }

  @Override
  public Bucket bucket(Holder holder) {
    return shared == null ? bucket() : shared.bucket(() -> scales.get(0).plan, holder);
  }

  @SuppressWarnings("ReferenceEquality") // the very one: two plans may have equal limits
  private Scale scaleOf(BucketConfiguration configuration) {
    for (Scale scale : scales) {
      if (scale.configuration == configuration) return scale;
    }
    throw new AssertionError("a plan was changed too often while one request took its permits");
  }

  private final class Metered implements Bucket {
    private final LockFreeBucket bucket;
    // Written under this object's lock.
    private volatile Scale followed;

    Metered(Scale scale) {
      bucket =
          new LockFreeBucket(
              scale.configuration, MathType.INTEGER_64_BITS, time, BucketListener.NOPE);
      followed = scale;
    }

    @Override
    public Verdict take(int permits) {
      if (followed != scales.get(0)) follow();
      VerboseResult<Boolean> taken = bucket.asVerbose().tryConsume(permits);
      return scaleOf(taken.getConfiguration()).verdict(taken, permits);
    }

    private synchronized void follow() {
      Scale newest = scales.get(0);
      if (followed == newest) return;
      bucket.replaceConfiguration(newest.configuration, TokensInheritanceStrategy.PROPORTIONALLY);
      followed = newest;
    }

    @Override
    public boolean isFull() {
      return bucket.asVerbose().getAvailableTokens().getDiagnostics().calculateFullRefillingTime()
          == 0;
    }
  }
}
