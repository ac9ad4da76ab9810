package io.github.sallyport.limit;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketState;
import io.github.bucket4j.VerboseResult;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan's limits as the library has them, and what its buckets say by them.
 *
 * <p>Each limit has a mark, by which a bucket that goes over to another scale knows which of its
 * levels to take with it: the one for the same window, else one of those that nobody else takes.
 */
final class Scale {
  final Plan plan;
  final BucketConfiguration configuration;
  private final List<Limit> limits;
  private final List<String> marks;
  private final int nextMark;

  /**
   * @param before what its buckets have until now; null: there are none
   */
  Scale(Plan plan, @Nullable Scale before) {
    this.plan = plan;
    this.limits = plan.limits();
    List<String> given = new ArrayList<>();
    int next = before == null ? 0 : before.nextMark;
    List<String> inherited = before == null ? List.of() : before.marksFor(limits);
    for (int i = 0; i < limits.size(); i++) {
      given.add(
          i < inherited.size() && !inherited.get(i).isEmpty() ? inherited.get(i) : "" + next++);
    }
    this.marks = List.copyOf(given);
    this.nextMark = next;
    List<Bandwidth> bandwidths = new ArrayList<>();
    for (int i = 0; i < limits.size(); i++) {
      Limit limit = limits.get(i);
      bandwidths.add(
          Bandwidth.builder()
              .capacity(limit.burst())
              .refillGreedy(limit.permits(), limit.window())
              .id(marks.get(i))
              .build());
    }
    this.configuration = new BucketConfiguration(bandwidths);
  }

  /** For each of these limits the mark that it takes over; empty: none is left for it. */
  private List<String> marksFor(List<Limit> others) {
    List<String> left = new ArrayList<>(marks);
    List<String> taken = new ArrayList<>();
    for (Limit other : others) {
      String same = "";
      for (int i = 0; i < limits.size(); i++) {
        if (limits.get(i).window().equals(other.window())) same = marks.get(i);
      }
      left.remove(same);
      taken.add(same);
    }
    taken.replaceAll(mark -> mark.isEmpty() && !left.isEmpty() ? left.remove(0) : mark);
    return taken;
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
