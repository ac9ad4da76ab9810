package io.github.sallyport.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Caller;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limiter beside a token bucket that counts in fractions without end and knows no shortcut. */
class TokenBucketTwinTest {
  private static final int[] WINDOWS = {1, 2, 7, 60, 90, 3_600, 86_400};

  /** One limit; its level is in window-nanoseconds of a permit, so that nothing is ever rounded. */
  private static final class Twin {
    final Limit limit;
    private final BigInteger whole;
    private BigInteger level;
    private long last;

    Twin(Limit limit) {
      this.limit = limit;
      this.whole = BigInteger.valueOf(limit.window().toNanos());
      this.level = whole.multiply(BigInteger.valueOf(limit.burst()));
    }

    void refill(long now) {
      BigInteger in = BigInteger.valueOf(limit.permits()).multiply(BigInteger.valueOf(now - last));
      level = level.add(in).min(whole.multiply(BigInteger.valueOf(limit.burst())));
      last = now;
    }

    long left() {
      return level.divide(whole).longValueExact();
    }

    void take(int permits) {
      level = level.subtract(whole.multiply(BigInteger.valueOf(permits)));
    }

    Duration until(long permits) {
      BigInteger missing = whole.multiply(BigInteger.valueOf(permits)).subtract(level);
      if (missing.signum() <= 0) return Duration.ZERO;
      BigInteger[] nanos = missing.divideAndRemainder(BigInteger.valueOf(limit.permits()));
      long up = nanos[1].signum() == 0 ? 0 : 1;
      return Duration.ofNanos(nanos[0].longValueExact() + up);
    }
  }

  private static Verdict take(Plan plan, List<Twin> twins, long now, int permits) {
    twins.forEach(twin -> twin.refill(now));
    boolean granted = twins.stream().allMatch(twin -> twin.left() >= permits);
    if (granted) twins.forEach(twin -> twin.take(permits));
    Twin least = twins.get(0);
    for (Twin twin : twins) {
      boolean longer =
          twin.until(twin.limit.burst()).compareTo(least.until(least.limit.burst())) > 0;
      if (twin.left() < least.left() || (twin.left() == least.left() && longer)) least = twin;
    }
    Standing standing =
        new Standing(plan, least.limit, least.left(), least.until(least.limit.burst()));
    return granted
        ? new Verdict.Granted(standing)
        : new Verdict.Wait(
            twins.stream().map(t -> t.until(permits)).max(Duration::compareTo).orElseThrow(),
            standing);
  }

  private static Plan randomPlan(Random random) {
    List<Limit> limits = new ArrayList<>();
    int first = random.nextInt(WINDOWS.length);
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      Duration window = Duration.ofSeconds(WINDOWS[(first + i) % WINDOWS.length]);
      // Up to here the library counts whole: permits times nanoseconds of a window fit into a long.
      int most = 1 << (1 + random.nextInt(16));
      limits.add(new Limit(1 + random.nextInt(most), window, 1 + random.nextInt(most)));
    }
    return new Plan("random", limits);
  }

  private static long randomStep(Random random, Plan plan) {
    Limit limit = plan.limits().get(random.nextInt(plan.limits().size()));
    long perPermit = limit.window().toNanos() / limit.permits();
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> perPermit;
      case 3 -> Math.max(0, perPermit - 1);
      case 4 -> (long) (random.nextDouble() * 3 * perPermit);
      default -> (long) (random.nextDouble() * 1.5 * limit.window().toNanos());
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void bothSayTheSameToTheNanosecond(long seed) {
    Random random = new Random(seed);
    for (int plans = 0; plans < 100; plans++) {
      Plan plan = randomPlan(random);
      AtomicLong nanos = new AtomicLong();
      Limiter limiter = Limiter.of(new LimitSettings(List.of(plan), null, null), nanos::get);
      List<Twin> twins = plan.limits().stream().map(Twin::new).toList();
      Caller caller = Callers.key("k1", "random");
      for (int i = 0; i < 200; i++) {
        nanos.addAndGet(randomStep(random, plan));
        int most = (int) Math.min(plan.most(), random.nextBoolean() ? 2 : plan.most());
        int permits = 1 + random.nextInt(most);
        assertThat(limiter.take(caller, null, permits))
            .as("seed %s, plan %s, step %s, permits %s", seed, plan, i, permits)
            .isEqualTo(take(plan, twins, nanos.get(), permits));
      }
    }
  }

  /** Beyond what the library counts whole it counts in floating point. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whoeverWaitsAsLongAsItWasToldIsLetInAlsoUnderHugeLimits(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      Limit limit =
          new Limit(
              1 + random.nextInt(Limit.MOST),
              Duration.ofSeconds(1 + random.nextInt(86_400)),
              1 + random.nextInt(Limit.MOST));
      Plan plan = new Plan("huge", List.of(limit));
      AtomicLong nanos = new AtomicLong();
      Limiter limiter = Limiter.of(new LimitSettings(List.of(plan), null, null), nanos::get);
      Caller caller = Callers.key("k1", "huge");
      int permits = (int) limit.burst();
      assertThat(limiter.take(caller, null, permits)).isInstanceOf(Verdict.Granted.class);

      Verdict.Wait wait = (Verdict.Wait) limiter.take(caller, null, permits);
      nanos.addAndGet(wait.time().toNanos());

      assertThat(limiter.take(caller, null, permits))
          .as("seed %s, %s", seed, limit)
          .isInstanceOf(Verdict.Granted.class);
    }
  }
}
