package io.github.sallyport.limit;

import static io.github.sallyport.limit.Callers.both;
import static io.github.sallyport.limit.Callers.key;
import static io.github.sallyport.limit.Callers.publishable;
import static io.github.sallyport.limit.Callers.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.testing.LogCapture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimiterTest {
  private static final Limit THREE_A_MINUTE = Limit.of(3, Duration.ofMinutes(1));
  private static final Plan FREE = new Plan("free", List.of(THREE_A_MINUTE));
  private static final Plan PRO = new Plan("pro", List.of(Limit.of(100, Duration.ofSeconds(1))));

  private final AtomicLong nanos = new AtomicLong();
  private final Limiter limiter = limiter(null, null, FREE, PRO);

  private Limiter limiter(@Nullable String ofKeys, @Nullable String ofTokens, Plan... plans) {
    return Limiter.of(new LimitSettings(List.of(plans), ofKeys, ofTokens), nanos::get);
  }

  private void move(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static boolean granted(Limiter limiter, Caller caller, @Nullable String address) {
    return limiter.take(caller, address, 1) instanceof Verdict.Granted;
  }

  private boolean granted(Caller caller) {
    return granted(limiter, caller, "192.0.2.1");
  }

  private static int grantedOf(Limiter limiter, Caller caller, int attempts) {
    int granted = 0;
    for (int i = 0; i < attempts; i++) {
      if (granted(limiter, caller, "192.0.2.1")) granted++;
    }
    return granted;
  }

  @Test
  void aFullBucketGrantsItsBurstAndThenSaysHowLongToWait() {
    Caller caller = key("k1", "free");

    assertThat(limiter.take(caller, null, 1))
        .isEqualTo(
            new Verdict.Granted(new Standing(FREE, THREE_A_MINUTE, 2, Duration.ofSeconds(20))));
    assertThat(grantedOf(limiter, caller, 2)).isEqualTo(2);
    move(Duration.ofSeconds(5));
    assertThat(limiter.take(caller, null, 1))
        .isEqualTo(
            new Verdict.Wait(
                Duration.ofSeconds(15),
                new Standing(FREE, THREE_A_MINUTE, 0, Duration.ofSeconds(55))));
    move(Duration.ofSeconds(15).minusNanos(1));
    assertThat(granted(caller)).isFalse();
    move(Duration.ofNanos(1));
    assertThat(granted(caller)).isTrue();
    assertThat(granted(caller)).isFalse();
  }

  @Test
  void theBurstIsWhatABucketHoldsWhateverAWindowBrings() {
    Limit large = new Limit(1, Duration.ofSeconds(1), 20);
    Limit small = new Limit(60, Duration.ofMinutes(1), 2);
    Limiter both =
        limiter(null, null, new Plan("large", List.of(large)), new Plan("small", List.of(small)));

    assertThat(grantedOf(both, key("k1", "large"), 30)).isEqualTo(20);
    assertThat(grantedOf(both, key("k1", "small"), 30)).isEqualTo(2);
    move(Duration.ofSeconds(3));
    assertThat(grantedOf(both, key("k1", "large"), 30)).isEqualTo(3);
    assertThat(grantedOf(both, key("k1", "small"), 30)).isEqualTo(2);
  }

  /** Q03 of our catalogue of attacks. */
  @Test
  void atTheEdgeOfAWindowNoMoreThanABurstAndAWindowsPermitsAreGranted() {
    Limiter hundred =
        limiter(null, null, new Plan("hundred", List.of(Limit.of(100, Duration.ofMinutes(1)))));
    Caller caller = key("k1", "hundred");
    move(Duration.ofSeconds(59));

    int inOneMinute = grantedOf(hundred, caller, 400);
    for (int second = 0; second < 60; second++) {
      move(Duration.ofSeconds(1));
      inOneMinute += grantedOf(hundred, caller, 400);
    }

    assertThat(inOneMinute).isEqualTo(200);
  }

  @Test
  void ofSeveralLimitsAllGrantOrNoneGives() {
    Limit second = Limit.of(2, Duration.ofSeconds(1));
    Limit minute = Limit.of(3, Duration.ofMinutes(1));
    Plan plan = new Plan("two", List.of(second, minute));
    Limiter two = limiter(null, null, plan);
    Caller caller = key("k1", "two");

    assertThat(grantedOf(two, caller, 10)).isEqualTo(2);
    move(Duration.ofSeconds(1));
    // Had the eight refused ones taken from the minute, nothing would be left of it.
    assertThat(two.take(caller, null, 1))
        .isEqualTo(new Verdict.Granted(new Standing(plan, minute, 0, Duration.ofSeconds(59))));
    assertThat(two.take(caller, null, 1))
        .isEqualTo(
            new Verdict.Wait(
                Duration.ofSeconds(19), new Standing(plan, minute, 0, Duration.ofSeconds(59))));
  }

  @Test
  void aRequestMayCostSeveralPermits() {
    Caller caller = key("k1", "free");

    assertThat(limiter.take(caller, null, 2)).isInstanceOf(Verdict.Granted.class);
    assertThat(limiter.take(caller, null, 2))
        .isEqualTo(
            new Verdict.Wait(
                Duration.ofSeconds(20),
                new Standing(FREE, THREE_A_MINUTE, 1, Duration.ofSeconds(40))));
    assertThat(limiter.take(caller, null, 1)).isInstanceOf(Verdict.Granted.class);
    assertThatIllegalArgumentException().isThrownBy(() -> limiter.take(caller, null, 0));
  }

  @Test
  void nobodyIsLimitedForWhomNoPlanHolds() {
    Verdict unlimited = new Verdict.Unlimited();
    Limiter none = Limiter.of(LimitSettings.NONE, nanos::get);

    for (Caller caller : List.of(key("k1", null), user("iss", "alice"), AnonymousCaller.INSTANCE)) {
      assertThat(limiter.take(caller, null, 1)).isEqualTo(unlimited);
      assertThat(none.take(caller, null, 1)).isEqualTo(unlimited);
    }
    assertThat(limiter.take(both("k1", null, "iss", "alice"), null, 1)).isEqualTo(unlimited);
  }

  @Test
  void keysWithoutAPlanHaveTheDefaultAndTokensAloneTheirs() {
    Limiter all = limiter("free", "pro", FREE, PRO);

    assertThat(planOf(all, key("k1", null))).isEqualTo(FREE);
    assertThat(planOf(all, key("k1", "pro"))).isEqualTo(PRO);
    assertThat(planOf(all, user("iss", "alice"))).isEqualTo(PRO);
    assertThat(planOf(all, both("k1", null, "iss", "alice"))).isEqualTo(FREE);
    assertThat(planOf(all, both("k1", "pro", "iss", "alice"))).isEqualTo(PRO);
    assertThat(all.take(AnonymousCaller.INSTANCE, null, 1)).isEqualTo(new Verdict.Unlimited());
  }

  private static Plan planOf(Limiter limiter, Caller caller) {
    return ((Verdict.Granted) limiter.take(caller, null, 1)).standing().plan();
  }

  /** Q12: rotating and deriving give nobody permits anew. */
  @Test
  void aLineageHasOneBucketWhateverKeyOrTokenIsShownAndFromWherever() {
    assertThat(granted(key("first", "first", "free"))).isTrue();
    assertThat(granted(limiter, key("second", "first", "free"), "198.51.100.7")).isTrue();
    assertThat(granted(both("first", "free", "iss", "alice"))).isTrue();

    assertThat(granted(key("third", "first", "free"))).isFalse();
    assertThat(granted(key("other", "other", "free"))).isTrue();
  }

  @Test
  void aUserIsIssuerAndSubjectTogether() {
    Limiter tokens = limiter(null, "free", FREE);

    assertThat(grantedOf(tokens, user("iss", "alice"), 9)).isEqualTo(3);
    assertThat(grantedOf(tokens, user("iss", "bob"), 9)).isEqualTo(3);
    assertThat(grantedOf(tokens, user("other", "alice"), 9)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "192.0.2.1, ::ffff:192.0.2.1, true",
    "192.0.2.1, ::1, false",
    "2001:db8:0:1::1, 2001:db8:0:1:ffff:ffff:ffff:ffff, true",
    "2001:db8:0:1::1, 2001:DB8::1:0:0:0:2, true",
    "2001:db8:0:1::1, 2001:db8:0:2::1, false",
    "fe80::1%eth0, fe80::1%eth1, true",
    ", , true",
    ", unknown.example, true",
    ", 255.255.255.255, false"
  })
  void aPublishableKeyHasABucketForEachClient(
      @Nullable String one, @Nullable String other, boolean same) {
    Caller caller = publishable("k1", "k1", "free");
    for (int i = 0; i < 3; i++) assertThat(granted(limiter, caller, one)).isTrue();

    assertThat(granted(limiter, caller, one)).isFalse();
    assertThat(granted(limiter, caller, other)).isEqualTo(!same);
    assertThat(granted(limiter, publishable("k2", "k1", "free"), one)).isFalse();
    assertThat(granted(limiter, publishable("k2", "k2", "free"), one)).isTrue();
  }

  @Test
  void underAPlanThatIsNotThereAKeyGetsNoMoreThanUnderAnyAndAWarningSaysSoOnce() {
    Plan free =
        new Plan(
            "free", List.of(Limit.of(5, Duration.ofSeconds(1)), Limit.of(90, Duration.ofHours(1))));
    Plan pro = new Plan("pro", List.of(new Limit(100, Duration.ofSeconds(1), 4)));
    // Were the default taken, taking a plan away could raise its keys.
    Limiter two = limiter("pro", null, free, pro);

    Plan held = planOf(two, key("k1", "gone"));

    assertThat(held.limits())
        .containsExactlyInAnyOrder(
            new Limit(5, Duration.ofSeconds(1), 4), Limit.of(90, Duration.ofHours(1)));
    assertThat(grantedOf(two, key("k1", "gone"), 9)).isEqualTo(3);
    assertThat(LogCapture.messages("sallyport.limit", Level.WARNING))
        .containsExactly(
            "there are keys with the plan gone, which is not set: they get no more than any plan"
                + " lets through");
  }

  @Test
  void whereNoPlanIsSetAPlanOfAKeyIsAWordAndAWarningSaysSoOnce() {
    Limiter none = Limiter.of(LimitSettings.NONE, nanos::get);

    for (int i = 0; i < 9; i++) {
      assertThat(none.take(key("k1", "gold"), null, 1)).isEqualTo(new Verdict.Unlimited());
    }
    assertThat(LogCapture.messages("sallyport.limit", Level.WARNING))
        .containsExactly("no plan is set, so that keys with the plan gold are not limited");
  }

  /** Q10: the time of day is not asked; and what should never go back takes nothing if it does. */
  @Test
  void aClockThatGoesBackNeitherBlocksNorRefills() {
    Caller caller = key("k1", "free");
    move(Duration.ofHours(1));
    assertThat(grantedOf(limiter, caller, 9)).isEqualTo(3);

    move(Duration.ofMinutes(-59));
    assertThat(grantedOf(limiter, caller, 9)).isZero();
    move(Duration.ofMinutes(59));
    assertThat(grantedOf(limiter, caller, 9)).isZero();
    move(Duration.ofSeconds(20));
    assertThat(grantedOf(limiter, caller, 9)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {-10_000_000_000L, Long.MAX_VALUE - 10_000_000_000L})
  void aClockMayBeginAnywhereAndTurnOver(long begin) {
    nanos.set(begin);
    Limiter own = limiter(null, null, FREE);
    Caller caller = key("k1", "free");
    assertThat(grantedOf(own, caller, 9)).isEqualTo(3);

    move(Duration.ofSeconds(20));

    assertThat(grantedOf(own, caller, 9)).isEqualTo(1);
  }

  /** Q01: exactly the burst passes, however many ask at once. */
  @Test
  void ofManyAtOnceExactlyTheBurstIsGranted() throws Exception {
    Plan plan = new Plan("hundred", List.of(Limit.of(100, Duration.ofMinutes(1))));
    int threads = 8;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < 50; round++) {
        Limiter own = limiter(null, null, plan);
        CountDownLatch start = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(threads);
        AtomicInteger granted = new AtomicInteger();
        for (int i = 0; i < threads; i++) {
          pool.execute(
              () -> {
                try {
                  start.await();
                  granted.addAndGet(grantedOf(own, key("k1", "hundred"), 50));
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } finally {
                  done.countDown();
                }
              });
        }
        start.countDown();
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(granted).hasValue(100);
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
