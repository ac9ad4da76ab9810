package io.github.sallyport.limit;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much is missing in the bucket of each limit of a plan, at one time: what nodes share, as
 * numbers. Immutable. It counts in millionths of a permit, and in milliseconds, both rounded so
 * that nobody gets more.
 *
 * <p>As numbers: the time, then for each limit its window in seconds, its burst, and what is
 * missing. So whoever reads them under a plan that was changed meanwhile knows what they meant.
 */
final class Levels {
  private static final long WHOLE = 1_000_000;
  private static final int EACH = 3;

  /** By how much two nodes' clocks may differ; a time further ahead is of a clock that was set. */
  static final long MOST_AHEAD_MILLIS = 60_000;

  private final List<Limit> limits;
  private final long millis;
  private final long[] missing;

  private Levels(List<Limit> limits, long millis, long[] missing) {
    this.limits = limits;
    this.millis = millis;
    this.missing = missing;
  }

  static Levels full(List<Limit> limits, long millis) {
    return new Levels(limits, millis, new long[limits.size()]);
  }

  /**
   * Reads what is shared.
   *
   * @param numbers null: nothing is missing. What can't be read is taken for empty buckets: whoever
   *     puts it there gives nobody permits
   */
  static Levels of(long @Nullable [] numbers, List<Limit> limits, long now) {
    if (numbers == null) return full(limits, now);
    if (!isSound(numbers)) return full(limits, now).take(Limit.MOST);
    long at = numbers[0] - now > MOST_AHEAD_MILLIS ? now : numbers[0];
    int count = numbers.length / EACH;
    Limit[] then = new Limit[count];
    long[] missing = new long[count];
    for (int i = 0; i < count; i++) {
      Duration window = Duration.ofSeconds(numbers[EACH * i + 1]);
      long burst = numbers[EACH * i + 2];
      missing[i] = numbers[EACH * i + 3];
      // What it was refilled with is not said: the limit that holds says what it is refilled with.
      Limit same = sameWindow(limits, window);
      then[i] = new Limit(same == null ? 1 : same.permits(), window, burst);
    }
    return new Levels(List.of(then), at, missing).on(limits).at(now);
  }

  /** Tells whether what is shared has to be replaced, since time alone would not mend it. */
  static boolean isStrange(long @Nullable [] numbers, long now) {
    return numbers != null && (!isSound(numbers) || numbers[0] - now > MOST_AHEAD_MILLIS);
  }

  private static boolean isSound(long[] numbers) {
    if (numbers.length < 1 + EACH || numbers.length % EACH != 1) return false;
    for (int i = 1; i < numbers.length; i += EACH) {
      boolean sound =
          numbers[i] >= 1
              && numbers[i] <= 86_400
              && numbers[i + 1] >= 1
              && numbers[i + 1] <= Limit.MOST
              && numbers[i + 2] >= 0
              && numbers[i + 2] <= numbers[i + 1] * WHOLE;
      if (!sound) return false;
    }
    return numbers[0] >= 0;
  }

  private static @Nullable Limit sameWindow(List<Limit> limits, Duration window) {
    for (Limit limit : limits) if (limit.window().equals(window)) return limit;
    return null;
  }

  long[] numbers() {
    long[] numbers = new long[1 + EACH * missing.length];
    numbers[0] = millis;
    for (int i = 0; i < missing.length; i++) {
      numbers[EACH * i + 1] = limits.get(i).window().toSeconds();
      numbers[EACH * i + 2] = limits.get(i).burst();
      numbers[EACH * i + 3] = missing[i];
    }
    return numbers;
  }

  long millis() {
    return millis;
  }

  /** The same at another time, later or earlier, as another clock has it. */
  Levels timed(long clock) {
    return new Levels(limits, clock, missing);
  }

  /** What they are at a time; one that has passed changes nothing. */
  Levels at(long now) {
    if (now <= millis) return this;
    long[] left = missing.clone();
    for (int i = 0; i < left.length; i++) left[i] = missing(i, now);
    return new Levels(limits, now, left);
  }

  private long missing(int i, long now) {
    Limit limit = limits.get(i);
    if (missing[i] == 0 || now <= millis) return missing[i];
    double refill = (double) (now - millis) * limit.permits() * 1_000 / limit.window().toSeconds();
    return Math.max(0, missing[i] - (long) refill);
  }

  /**
   * The same for a plan that was changed: each limit has the level, in proportion, of the one for
   * the same window, or else the lowest of those whose window is gone.
   */
  Levels on(List<Limit> others) {
    if (others.equals(limits)) return this;
    double lowest = 0;
    for (int i = 0; i < missing.length; i++) {
      if (sameWindow(others, limits.get(i).window()) == null) lowest = Math.max(lowest, part(i));
    }
    long[] taken = new long[others.size()];
    for (int i = 0; i < taken.length; i++) {
      double part = lowest;
      for (int j = 0; j < missing.length; j++) {
        if (limits.get(j).window().equals(others.get(i).window())) part = part(j);
      }
      long most = others.get(i).burst() * WHOLE;
      taken[i] = Math.min(most, (long) Math.ceil(part * most));
    }
    return new Levels(others, millis, taken);
  }

  private double part(int i) {
    return (double) missing[i] / (limits.get(i).burst() * WHOLE);
  }

  /** How many permits all of them have. */
  long available(long now) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < missing.length; i++) {
      least = Math.min(least, (limits.get(i).burst() * WHOLE - missing(i, now)) / WHOLE);
    }
    return least;
  }

  /** Takes so many, down to nothing. */
  Levels take(long permits) {
    return changed(permits);
  }

  /** Gives so many back, up to what each holds. */
  Levels giveBack(long permits) {
    return changed(-permits);
  }

  private Levels changed(long permits) {
    if (permits == 0) return this;
    long[] left = missing.clone();
    for (int i = 0; i < left.length; i++) {
      long most = limits.get(i).burst() * WHOLE;
      left[i] = Math.min(most, Math.max(0, left[i] + permits * WHOLE));
    }
    return new Levels(limits, millis, left);
  }

  /** Of each limit the lower level of two, which are of the same limits. */
  Levels lower(Levels other) {
    long[] most = missing.clone();
    for (int i = 0; i < most.length; i++) most[i] = Math.max(most[i], other.missing[i]);
    return new Levels(limits, Math.max(millis, other.millis), most);
  }

  boolean isFull(long now) {
    return untilFull(now).isZero();
  }

  Duration untilFull(long now) {
    Duration longest = Duration.ZERO;
    for (int i = 0; i < missing.length; i++) {
      Duration own = time(i, missing(i, now));
      if (own.compareTo(longest) > 0) longest = own;
    }
    return longest;
  }

  /** How long until all of them have so many. */
  Duration until(long permits, long now) {
    long millis = 0;
    for (int i = 0; i < missing.length; i++) {
      long room = (limits.get(i).burst() - permits) * WHOLE;
      long own = time(i, missing(i, now) - room).toMillis();
      millis = Math.max(millis, own);
    }
    return Duration.ofMillis(millis);
  }

  private Duration time(int i, long part) {
    if (part <= 0) return Duration.ZERO;
    Limit limit = limits.get(i);
    double millis = (double) part * limit.window().toSeconds() / (limit.permits() * 1_000.0);
    return Duration.ofMillis((long) Math.ceil(millis));
  }

  /**
   * How a caller stands.
   *
   * @param held permits that are not in the buckets and not used either
   */
  Standing standing(Plan plan, long held, long now) {
    int least = 0;
    long leastLeft = left(0, now);
    for (int i = 1; i < missing.length; i++) {
      long left = left(i, now);
      if (left > leastLeft) continue;
      if (left == leastLeft
          && time(i, missing(i, now)).compareTo(time(least, missing(least, now))) <= 0) continue;
      least = i;
      leastLeft = left;
    }
    Limit limit = limits.get(least);
    long missingNow = Math.max(0, missing(least, now) - held * WHOLE);
    return new Standing(
        plan, limit, Math.min(limit.burst(), leastLeft + held), time(least, missingNow));
  }

  private long left(int i, long now) {
    return (limits.get(i).burst() * WHOLE - missing(i, now)) / WHOLE;
  }
}
