package io.github.sallyport.limit;

import static io.github.sallyport.limit.Callers.key;
import static io.github.sallyport.limit.Callers.publishable;
import static io.github.sallyport.limit.Callers.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Caller;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.store.Store;
import io.github.sallyport.store.StoreSettings;
import io.github.sallyport.testing.HandClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes on the ledger of a real store, with clocks that are moved by hand. */
class QuotasTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration TO_THE_END = Duration.parse("PT204H");

  @TempDir Path folder;

  private final HandClock clock = new HandClock(NOW);
  private final AtomicLong nanos = new AtomicLong();
  private final List<AuditEvent> audit = new CopyOnWriteArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private Store store;

  @BeforeEach
  void open() {
    store =
        Store.open(
            new StoreSettings(
                new StoreSettings.Source.Embedded(folder), null, true, Duration.ofSeconds(10)));
  }

  @AfterEach
  void close() {
    nodes.forEach(node -> node.quotas.close());
    store.close();
  }

  /** A node; what it asks of the ledger is counted, and may fail before or after it was done. */
  private final class Node implements QuotaLedger {
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger lost = new AtomicInteger();
    volatile boolean down;
    volatile boolean losesAnswers;
    volatile @Nullable Instant forgottenBefore;
    final Quotas quotas = new Quotas(this, audit::add, nanos::get, clock);
    final Limiter limiter;

    Node(Plan plan) {
      PlanSet plans = PlanSet.of(List.of(plan));
      limiter = new Limiter(LimitSettings.NONE, () -> plans, nanos::get, quotas);
      nodes.add(this);
    }

    @Override
    public Block settle(Claim claim) {
      asked.incrementAndGet();
      if (down) throw new StoreUnavailableException("down");
      Block block = store.quotas().settle(claim);
      if (!losesAnswers) return block;
      lost.incrementAndGet();
      throw new StoreUnavailableException("nobody knows whether it was done");
    }

    @Override
    public void forget(String lineage, Instant periodStart, String holder) {
      store.quotas().forget(lineage, periodStart, holder);
    }

    @Override
    public void forgetBefore(Instant leaseUntil) {
      store.quotas().forgetBefore(leaseUntil);
    }

    @Override
    public void forgetPeriodsBefore(Instant start) {
      forgottenBefore = start;
      store.quotas().forgetPeriodsBefore(start);
    }

    @Override
    public void reset(String lineage, Instant periodStart) {
      store.quotas().reset(lineage, periodStart);
    }

    Admission begin(Caller caller, int permits) {
      return limiter.begin(caller, "192.0.2.1", permits);
    }

    int begun(Caller caller, int attempts) {
      int begun = 0;
      for (int i = 0; i < attempts; i++) {
        if (begin(caller, 1) instanceof Admission.Begun) begun++;
      }
      return begun;
    }
  }

  private static Plan plan(String quota) {
    return new Plan("paid", List.of(), Quota.parse(quota), null);
  }

  private void move(Duration time) {
    nanos.addAndGet(time.toNanos());
    clock.now = clock.now.plus(time);
  }

  /** What the ledger knows, asked as a node would that wants nothing. */
  private long used(String lineage) {
    QuotaLedger.Block block =
        store
            .quotas()
            .settle(
                new QuotaLedger.Claim(
                    lineage,
                    Instant.parse("2026-11-01T00:00:00Z"),
                    "test",
                    Quota.MOST / 1_000,
                    0,
                    -1,
                    0,
                    0,
                    NOW.minusSeconds(1),
                    NOW));
    return Quota.MOST / 1_000 - block.remaining();
  }

  @Test
  void aPeriodIsForgottenFourHundredDaysAfterItsEnd() {
    Node node = new Node(plan("5/P1M"));
    Instant now = clock.instant();
    node.quotas.start();

    await()
        .untilAsserted(
            () ->
                assertThat(node.forgottenBefore)
                    .isEqualTo(now.minus(Quotas.KEPT).minus(Duration.ofDays(31))));
  }

  @Test
  void exactlyTheQuotaIsGivenAndThenNothingUntilThePeriodEnds() {
    Plan plan = plan("50/P1M");
    Node node = new Node(plan);
    Caller caller = key("k1", "paid");

    assertThat(node.begun(caller, 50)).isEqualTo(50);

    Admission.Exhausted exhausted = (Admission.Exhausted) node.begin(caller, 1);
    assertThat(exhausted.time()).isEqualTo(TO_THE_END);
    assertThat(exhausted.standing().left()).isZero();
    assertThat(exhausted.standing().least()).isEqualTo(plan.quota());
    move(TO_THE_END.minusNanos(1));
    assertThat(node.begin(caller, 1)).isInstanceOf(Admission.Exhausted.class);
    move(Duration.ofNanos(1));
    assertThat(node.begun(caller, 99)).isEqualTo(50);
  }

  @Test
  void aCallerIsToldWhatIsLeftAndWhenThereIsMore() {
    Node node = new Node(plan("1000/P1M"));

    Admission.Begun begun = (Admission.Begun) node.begin(key("k1", "paid"), 3);

    assertThat(begun.standing())
        .isEqualTo(
            new Standing(
                plan("1000/P1M"),
                Quota.of(1000, Quota.Cycle.MONTH),
                997,
                TO_THE_END,
                new Period(
                    Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z"))));
  }

  @Test
  void aQuotaIsTheLineagesOrTheUsersAndAPublishableKeysIsOne() {
    PlanSet plans = PlanSet.of(List.of(plan("5/P1M")));
    Node node = new Node(plan("5/P1M"));
    Limiter limiter =
        new Limiter(
            new LimitSettings(List.of(plan("5/P1M")), null, "paid"),
            () -> plans,
            nanos::get,
            node.quotas);

    assertThat(node.begun(key("first", "line", "paid"), 3)).isEqualTo(3);
    assertThat(node.begun(key("second", "line", "paid"), 9)).isEqualTo(2);
    for (String subject : List.of("alice", "bob\u0000\ud800 and a long ".repeat(100))) {
      for (int i = 0; i < 5; i++) {
        assertThat(limiter.begin(user("iss", subject), null, 1))
            .isInstanceOf(Admission.Begun.class);
      }
      assertThat(limiter.begin(user("iss", subject), null, 1))
          .isInstanceOf(Admission.Exhausted.class);
    }
    Caller shown = publishable("p", "p", "paid");
    for (int i = 0; i < 5; i++) {
      assertThat(limiter.begin(shown, "192.0.2." + i, 1)).isInstanceOf(Admission.Begun.class);
    }
    assertThat(limiter.begin(shown, "192.0.2.9", 1)).isInstanceOf(Admission.Exhausted.class);
  }

  @Test
  void whatIsGivenBackCanBeTakenAgainAndIsGivenBackOnce() {
    Node node = new Node(plan("5/P1M"));
    Caller caller = key("k1", "paid");
    Admission.Begun begun = (Admission.Begun) node.begin(caller, 4);
    assertThat(node.begun(caller, 9)).isEqualTo(1);

    for (int i = 0; i < 3; i++) begun.taken().giveBack();
    begun.taken().end();

    assertThat(node.begun(caller, 9)).isEqualTo(4);
  }

  @Test
  void whoWantsMoreThanIsLeftGetsNothingAndLeavesItToOthers() {
    Node node = new Node(plan("10/P1M"));
    Caller caller = key("k1", "paid");
    assertThat(node.begin(caller, 8)).isInstanceOf(Admission.Begun.class);

    assertThat(node.begin(caller, 3)).isInstanceOf(Admission.Exhausted.class);
    assertThat(node.begin(caller, 2)).isInstanceOf(Admission.Begun.class);
  }

  /** Q05 of our catalogue of attacks: many at once, on several nodes. */
  @Test
  void severalNodesTogetherGiveTheQuotaAndNoMore() throws Exception {
    List<Node> three = new ArrayList<>();
    for (int i = 0; i < 3; i++) three.add(new Node(plan("3000/P1M")));
    Caller caller = key("k1", "paid");
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Node node = three.get(i % 3);
        work.add(() -> node.begun(caller, 900));
      }
      int begun = 0;
      for (Future<Integer> each : threads.invokeAll(work)) begun += each.get();
      assertThat(begun).isLessThanOrEqualTo(3_000);
      // What a node still holds that nobody asks it for comes back.
      move(Duration.ofSeconds(61));
      for (Node node : three) node.quotas.settle();
      begun += three.get(0).begun(caller, 3_001);
      assertThat(begun).isEqualTo(3_000);
    } finally {
      threads.shutdownNow();
    }
  }

  /** As a SIGKILL leaves it: nothing is said any more, and nothing given back. */
  @Test
  void aNodeThatDiesCostsItsCallerNothingAndGivesAwayABlockAtMost() {
    Random random = new Random(3);
    for (int round = 0; round < 20; round++) {
      Caller caller = key("k" + round, "paid");
      Node dies = new Node(plan("1000/P1M"));
      int before = dies.begun(caller, 1 + random.nextInt(500));
      nodes.remove(dies);
      Node lives = new Node(plan("1000/P1M"));

      int meanwhile = lives.begun(caller, 2_000);
      assertThat(before + meanwhile).isLessThanOrEqualTo(1_000);
      move(Account.LEASE.plusSeconds(1));
      int after = lives.begun(caller, 2_000);

      assertThat(before + meanwhile + after).isBetween(1_000, 1_000 + 10);
      assertThat(used("k" + round)).isLessThanOrEqualTo(before + meanwhile + after);
      lives.quotas.close();
    }
  }

  /** A node whose thread slept longer than its lease. */
  @Test
  void whatALeaseNoLongerCoversIsNotTaken() {
    Node sleeps = new Node(plan("1000/P1M"));
    Node other = new Node(plan("1000/P1M"));
    Caller caller = key("k1", "paid");
    assertThat(sleeps.begun(caller, 2)).isEqualTo(2);

    move(Account.LEASE.plusSeconds(1));
    int begun = other.begun(caller, 2_000);
    begun += sleeps.begun(caller, 20);

    assertThat(begun).as("and its two of before").isEqualTo(1_000);
    sleeps.quotas.settle();
    assertThat(used("k1")).isEqualTo(1_002);
  }

  @Test
  void withoutTheStoreABlockServesAndThenItFailsClosed() {
    Node node = new Node(plan("100000/P1M"));
    Caller caller = key("k1", "paid");
    assertThat(node.begun(caller, 1)).isEqualTo(1);
    node.down = true;

    assertThat(node.begun(caller, 999)).isEqualTo(999);

    assertThatThrownBy(() -> node.begin(caller, 1)).isInstanceOf(StoreUnavailableException.class);
    int asked = node.asked.get();
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> node.begin(caller, 1)).isInstanceOf(StoreUnavailableException.class);
    }
    // One may be on its way behind.
    assertThat(node.asked.get() - asked).as("a request waits for a dead store").isLessThan(2);
    node.down = false;
    move(Duration.ofNanos(Account.MEMORY_NANOS + 1));
    assertThat(node.begun(caller, 10)).isEqualTo(10);
    node.quotas.close();
    assertThat(used("k1")).isEqualTo(1_010);
  }

  @Test
  void whereNobodyKnowsWhetherItWasDoneNothingIsCountedTwice() {
    Node node = new Node(plan("1000/P1M"));
    Caller caller = key("k1", "paid");
    int begun = node.begun(caller, 5);
    for (int round = 0; round < 20; round++) {
      node.losesAnswers = true;
      try {
        node.quotas.settle();
      } catch (StoreUnavailableException lost) {
        assertThat(lost).hasMessage("nobody knows whether it was done");
      }
      node.losesAnswers = false;
      move(Duration.ofSeconds(2));
      begun += node.begun(caller, 7);
    }
    node.losesAnswers = true;
    node.quotas.close();
    node.losesAnswers = false;
    node.quotas.settle();

    assertThat(begun).isEqualTo(145);
    assertThat(node.lost).hasPositiveValue();
    assertThat(used("k1")).isEqualTo(145);
    assertThat(new Node(plan("1000/P1M")).begun(caller, 2_000)).isEqualTo(855);
  }

  @Test
  void thatAQuotaIsNearlyUsedUpIsToldOnceAPeriodWhateverNodeSeesIt() {
    Node one = new Node(plan("10/P1M"));
    Node other = new Node(plan("10/P1M"));
    Caller caller = key("k1", "paid");
    assertThat(one.begun(caller, 7)).isEqualTo(7);
    one.quotas.settle();
    assertThat(audit).isEmpty();

    assertThat(one.begun(caller, 1)).isEqualTo(1);
    one.quotas.settle();
    other.begun(caller, 1);
    other.quotas.settle();
    assertThat(audit).extracting(AuditEvent::action).containsExactly("quota.reached");
    move(Duration.ofSeconds(61));
    one.quotas.settle();
    other.begun(caller, 9);
    other.quotas.settle();
    one.begun(caller, 9);

    assertThat(audit)
        .extracting(event -> event.target() + " " + event.detail())
        .containsExactly(
            "k1 80 % of 10 are used; the period ends 2026-12-01T00:00:00Z",
            "k1 100 % of 10 are used; the period ends 2026-12-01T00:00:00Z");
  }

  @Test
  void aResetGivesTheWholeQuotaAnewOnEveryNode() {
    Node one = new Node(plan("10/P1M"));
    Node other = new Node(plan("10/P1M"));
    Caller caller = key("k1", "paid");
    assertThat(one.begun(caller, 99) + other.begun(caller, 99)).isEqualTo(10);

    assertThat(one.limiter.resetQuota("k1", "paid")).isTrue();

    assertThat(one.begun(caller, 5)).isEqualTo(5);
    move(Duration.ofNanos(Account.MEMORY_NANOS + 1));
    assertThat(other.begun(caller, 99) + one.begun(caller, 99)).isEqualTo(5);
    assertThat(one.limiter.resetQuota("k1", null)).as("no plan holds").isFalse();
  }

  @Test
  void aLargerQuotaBindsAtOnceAndASmallerOneNoLaterThanWithTheNextBlock() {
    Caller caller = key("k1", "paid");
    Node node = new Node(plan("10/P1M"));
    List<PlanSet> now = new ArrayList<>(List.of(PlanSet.of(List.of(plan("10/P1M")))));
    Limiter limiter = new Limiter(LimitSettings.NONE, () -> now.get(0), nanos::get, node.quotas);
    while (limiter.begin(caller, null, 1) instanceof Admission.Begun) assertThat(now).hasSize(1);

    now.set(0, PlanSet.of(List.of(plan("12/P1M"))));
    assertThat(limiter.begin(caller, null, 1)).isInstanceOf(Admission.Begun.class);
    now.set(0, PlanSet.of(List.of(plan("3/P1M"))));
    int more = 0; // a block of one may have come behind the request before
    while (limiter.begin(caller, null, 1) instanceof Admission.Begun) {
      assertThat(++more).isLessThanOrEqualTo(1);
    }
  }

  /** A request takes from the block; the store is asked once a block, mostly behind. */
  @Test
  void theStoreIsAskedOnceABlock() {
    Node node = new Node(plan("1000000/P1M"));
    Caller caller = key("k1", "paid");

    assertThat(node.begun(caller, 20_000)).isEqualTo(20_000);

    assertThat(node.asked).hasValueLessThan(80);
    await().untilAsserted(() -> assertThat(node.quotas.size()).isEqualTo(1));
  }

  @Test
  void whoStaysAwayHoldsNothing() {
    Node node = new Node(plan("1000/P1M"));
    for (int i = 0; i < 50; i++) node.begun(key("k" + i, "paid"), 1);
    assertThat(node.quotas.size()).isEqualTo(50);

    move(Duration.ofSeconds(61));
    node.quotas.settle();

    assertThat(node.quotas.size()).isZero();
    assertThat(used("k7")).isEqualTo(1);
  }

  @Test
  void whatIsGivenBackAfterItsAccountWasClosedIsNotLost() {
    Node node = new Node(plan("10/P1M"));
    Caller caller = key("k1", "paid");
    Admission.Begun slow = (Admission.Begun) node.begin(caller, 4);
    move(Duration.ofSeconds(61));
    node.quotas.settle();

    slow.taken().giveBack();

    assertThat(node.begun(caller, 20)).isEqualTo(10);
  }
}
