package io.github.sallyport.limit;

import static io.github.sallyport.limit.Callers.key;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A plan changes while its callers have buckets. */
class PlanChangeTest {
  private static final Limit HUNDRED = Limit.of(100, Duration.ofMinutes(1));

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicReference<PlanSet> plans = new AtomicReference<>(set(HUNDRED));
  private final Limiter limiter = new Limiter(LimitSettings.NONE, plans::get, nanos::get, null);

  private static PlanSet set(Limit... limits) {
    return PlanSet.of(List.of(new Plan("pro", Arrays.asList(limits))));
  }

  private int granted(String lineage, int attempts) {
    int granted = 0;
    for (int i = 0; i < attempts; i++) {
      if (limiter.take(key(lineage, "pro"), null, 1) instanceof Verdict.Granted) granted++;
    }
    return granted;
  }

  /** Who may change a plan, or wait for somebody to, gets no bucket anew by it. */
  @Test
  void whoHadUsedUpEverythingHasNothingAfterTheChangeAndWhoHadUsedNothingHasAll() {
    assertThat(granted("spent", 200)).isEqualTo(100);
    assertThat(granted("half", 50)).isEqualTo(50);

    plans.set(set(Limit.of(1_000, Duration.ofMinutes(1))));

    assertThat(granted("spent", 2_000)).isZero();
    assertThat(granted("half", 2_000)).isEqualTo(500);
    assertThat(granted("fresh", 2_000)).isEqualTo(1_000);
    nanos.addAndGet(Duration.ofSeconds(6).toNanos());
    assertThat(granted("spent", 2_000)).isEqualTo(100);
  }

  @Test
  void changingBackAndForthGivesNothing() {
    assertThat(granted("spent", 200)).isEqualTo(100);

    for (int i = 0; i < 50; i++) {
      plans.set(set(Limit.of(1_000, Duration.ofMinutes(1))));
      assertThat(granted("spent", 10)).isZero();
      plans.set(set(HUNDRED));
      assertThat(granted("spent", 10)).isZero();
    }
  }

  @Test
  void aSmallerLimitBindsOnTheNextRequest() {
    assertThat(granted("k", 10)).isEqualTo(10);

    plans.set(set(Limit.of(10, Duration.ofMinutes(1))));

    assertThat(granted("k", 100)).isEqualTo(9);
  }

  @Test
  void aWindowThatIsAnotherTakesTheLevelOfTheOneThatIsGone() {
    assertThat(granted("spent", 200)).isEqualTo(100);

    plans.set(set(Limit.of(100, Duration.ofMinutes(2))));
    assertThat(granted("spent", 200)).isZero();
    // The same window keeps its own level, wherever in the list it stands; the new one is full.
    plans.set(set(Limit.of(5, Duration.ofSeconds(1)), Limit.of(100, Duration.ofMinutes(2))));
    assertThat(granted("spent", 200)).isZero();
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(granted("spent", 200)).isEqualTo(5);
    plans.set(set(Limit.of(100, Duration.ofMinutes(2))));
    assertThat(granted("spent", 200)).isEqualTo(45);
  }

  @Test
  void whatACallerIsToldIsOfThePlanThatHolds() {
    assertThat(granted("k", 10)).isEqualTo(10);
    Limit second = Limit.of(7, Duration.ofSeconds(1));

    plans.set(set(second, Limit.of(1_000, Duration.ofMinutes(1))));

    Verdict.Granted verdict = (Verdict.Granted) limiter.take(key("k", "pro"), null, 1);
    assertThat(verdict.standing().plan()).isEqualTo(requireNonNull(plans.get()).plan("pro"));
    assertThat(verdict.standing().least()).isEqualTo(second);
    assertThat(verdict.standing().left()).isEqualTo(6);
  }

  @Test
  void aPlanThatIsGoneLeavesItsKeysWithTheLeastOfAllThatAreThere() {
    plans.set(
        PlanSet.of(
            List.of(
                new Plan("pro", List.of(HUNDRED)),
                new Plan("low", List.of(Limit.of(3, Duration.ofMinutes(1)))))));
    assertThat(granted("k", 10)).isEqualTo(10);

    plans.set(PlanSet.of(List.of(new Plan("low", List.of(Limit.of(3, Duration.ofMinutes(1)))))));

    assertThat(granted("k", 10)).isEqualTo(3);
  }
}
