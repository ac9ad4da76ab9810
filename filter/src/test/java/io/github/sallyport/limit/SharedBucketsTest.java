package io.github.sallyport.limit;

import static io.github.sallyport.limit.Callers.key;
import static io.github.sallyport.limit.Callers.publishable;
import static io.github.sallyport.limit.Callers.user;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Caller;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.testing.LogCapture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that share buckets, by a cluster in a map. */
@Timeout(60)
class SharedBucketsTest {
  private static final Limit HUNDRED = Limit.of(100, Duration.ofMinutes(1));
  private static final Caller CALLER = key("k1", "pro");

  private final FakeNumbers cluster = new FakeNumbers();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final List<Node> nodes = new ArrayList<>();
  private volatile PlanSet plans = plan(HUNDRED);

  @AfterEach
  void close() {
    cluster.duringRead = () -> {};
    nodes.forEach(node -> node.shared.close());
  }

  private static PlanSet plan(Limit... limits) {
    return PlanSet.of(List.of(new Plan("pro", List.of(limits))));
  }

  private static LimitSettings settings(int lease, OnFailure onFailure) {
    return new LimitSettings(
        List.of(new Plan("pro", List.of(HUNDRED))),
        null,
        "pro",
        LimitSettings.FAILURES,
        1,
        lease,
        onFailure);
  }

  /** What asks the cluster is done before the request goes on, unless it has threads. */
  private final class Node {
    final SharedBuckets shared;
    final Limiter limiter;

    Node(int lease, OnFailure onFailure, boolean threads) {
      LimitSettings settings = settings(lease, onFailure);
      shared =
          threads
              ? new SharedBuckets(cluster, settings, nanos::get)
              : new SharedBuckets(cluster, settings, nanos::get, Runnable::run);
      limiter = new Limiter(settings, () -> plans, nanos::get, null, shared);
      nodes.add(this);
    }

    Node(int lease) {
      this(lease, OnFailure.LOCAL, false);
    }

    Verdict take(int permits) {
      return limiter.take(CALLER, "192.0.2.1", permits);
    }

    int granted(int attempts) {
      return granted(CALLER, attempts);
    }

    int granted(Caller caller, int attempts) {
      int granted = 0;
      for (int i = 0; i < attempts; i++) {
        if (limiter.take(caller, "192.0.2.1", 1) instanceof Verdict.Granted) granted++;
      }
      return granted;
    }
  }

  private void move(Duration time) {
    nanos.addAndGet(time.toNanos());
    cluster.millis.addAndGet(time.toMillis());
  }

  /** Q02 of our catalogue of attacks: whoever goes round the nodes gets no more than of one. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void nodesTogetherGrantWhatOneWould(int lease) {
    List<Node> three = List.of(new Node(lease), new Node(lease), new Node(lease));
    int granted = 0;
    for (int i = 0; i < 300; i++) granted += three.get(i % 3).granted(1);
    assertThat(granted).isBetween(lease == 7 ? 93 : 100, 100);

    for (int second = 0; second < 120; second++) {
      move(Duration.ofSeconds(1));
      for (int i = 0; i < 9; i++) granted += three.get(i % 3).granted(1);
    }
    assertThat(granted).isLessThanOrEqualTo(300).isGreaterThanOrEqualTo(290);
  }

  @Test
  void aLeaseOfOneAsksEachTimeAndIsExact() {
    Node here = new Node(1);
    Node there = new Node(1);

    assertThat(here.granted(40)).isEqualTo(40);
    assertThat(cluster.reads).hasValue(40);
    assertThat(there.granted(100)).isEqualTo(60);
    assertThat(here.granted(100)).isZero();
    move(Duration.ofMillis(599));
    assertThat(here.granted(10)).isZero();
    move(Duration.ofMillis(1));
    assertThat(there.granted(10) + here.granted(10)).isEqualTo(1);
  }

  /** The slow twin is the bucket of one node. What comes in a millisecond is whole here. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aLeaseOfOneSaysWhatOneNodeWould(long seed) {
    Random random = new Random(seed);
    for (int plan = 0; plan < 25; plan++) {
      Limit first =
          new Limit(1 + random.nextInt(50), Duration.ofSeconds(1), 1 + random.nextInt(50));
      Limit other =
          new Limit(60L * (1 + random.nextInt(15)), Duration.ofMinutes(1), 1 + random.nextInt(900));
      plans = plan(first, other);
      cluster.all.clear();
      Node shared = new Node(1);
      Limiter twin = new Limiter(settings(0, OnFailure.LOCAL), () -> plans, nanos::get, null);
      for (int i = 0; i < 300; i++) {
        move(Duration.ofMillis(random.nextInt(200)));
        Verdict one = shared.take(1);
        Verdict two = twin.take(CALLER, null, 1);
        assertThat(one.getClass())
            .as("seed %s, %s, %s: %s, %s", seed, plans.all(), i, one, two)
            .isEqualTo(two.getClass());
        if (one instanceof Verdict.Granted a && two instanceof Verdict.Granted b) {
          assertThat(a.standing().left()).isEqualTo(b.standing().left());
        }
      }
    }
  }

  @Test
  void aBusyNodeAsksTheClusterMuchLessOftenThanItGrants() {
    plans = plan(Limit.of(1_000_000, Duration.ofMinutes(1)));
    Node node = new Node(0);

    for (int i = 0; i < 10_000; i++) {
      nanos.addAndGet(100_000);
      assertThat(node.granted(1)).isEqualTo(1);
    }

    assertThat(cluster.reads.get()).isLessThan(50);
  }

  @Test
  void aQuietNodeHoldsNextToNothingAndGivesThatBack() {
    Node quiet = new Node(0);
    for (int i = 0; i < 5; i++) {
      assertThat(quiet.granted(1)).isEqualTo(1);
      move(Duration.ofSeconds(5));
    }
    assertThat(quiet.granted(2)).isEqualTo(2);

    move(Duration.ofSeconds(1));
    quiet.shared.sweep();
    quiet.shared.sweep();

    assertThat(quiet.shared.holding()).isZero();
    assertThat(new Node(1).granted(200)).isEqualTo(99);
  }

  @Test
  void whatIsLeftOfALeaseLapsesAndGoesBack() {
    Node here = new Node(60);
    Node there = new Node(1);
    assertThat(here.granted(10)).isEqualTo(10);
    assertThat(there.granted(100)).isEqualTo(40);

    move(Duration.ofSeconds(1));
    here.shared.sweep();
    move(Duration.ofSeconds(1)); // what the other was told is over

    assertThat(there.granted(100)).isBetween(53, 54);
    here.shared.sweep();
    assertThat(here.shared.holding()).isZero();
    assertThat(here.granted(5)).isZero();
  }

  @Test
  void closingGivesBackWhatIsHeldAndEndsTheThreads() {
    Node here = new Node(60, OnFailure.LOCAL, true);
    here.shared.start();
    assertThat(here.granted(10)).isEqualTo(10);
    assertThat(threads()).isPositive();

    here.shared.close();
    here.shared.close();

    await().untilAsserted(() -> assertThat(threads()).isZero());
    assertThat(new Node(1).granted(200)).isEqualTo(90);
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("sallyport-leases"))
        .count();
  }

  /** Q06. */
  @Test
  void whoHasUsedUpEverythingCostsTheClusterNothing() {
    Node node = new Node(0);
    node.granted(200);
    int before = cluster.reads.get();

    assertThat(node.granted(10_000)).isZero();

    assertThat(cluster.reads.get() - before).isZero();
  }

  @Test
  void whoIsToldToWaitIsToldHowLong() {
    Node node = new Node(1);
    Verdict.Granted first = (Verdict.Granted) node.take(1);
    assertThat(first.standing().left()).isEqualTo(99);
    assertThat(first.standing().full()).isEqualTo(Duration.ofMillis(600));
    assertThat(node.take(99)).isInstanceOf(Verdict.Granted.class);

    Verdict.Wait wait = (Verdict.Wait) node.take(5);

    assertThat(wait.time()).isEqualTo(Duration.ofSeconds(3));
    assertThat(wait.standing().left()).isZero();
    assertThat(wait.standing().full()).isEqualTo(Duration.ofMinutes(1));
    move(wait.time());
    assertThat(node.take(5)).isInstanceOf(Verdict.Granted.class);
  }

  @Test
  void lineagesUsersAndClientsAreToldApartAndNoNameStandsInTheCluster() {
    Node node = new Node(1);
    assertThat(node.granted(key("k1", "pro"), 100)).isEqualTo(100);
    assertThat(node.granted(key("k2", "pro"), 100)).isEqualTo(100);
    assertThat(node.granted(publishable("k1", "k1", "pro"), 100)).isEqualTo(100);
    assertThat(node.granted(user("iss", "alice"), 100)).isEqualTo(100);
    assertThat(node.granted(user("issa", "lice"), 100)).isEqualTo(100);
    assertThat(new Node(1).granted(user("iss", "alice"), 1)).isZero();

    assertThat(cluster.all.keySet()).hasSize(5).allMatch(name -> name.matches("pro:[\\w-]{43}"));
  }

  @Test
  void whatNobodyNeedsAnyMoreMayBeForgottenWhenItIsFull() {
    new Node(1).granted(50);

    assertThat(cluster.life).isEqualTo(Duration.ofSeconds(30).plusMinutes(1));
  }

  @Test
  void aChangeOfThePlanBindsOnTheNextRequestInProportion() {
    Node here = new Node(10);
    Node there = new Node(1);
    assertThat(here.granted(50)).isEqualTo(50);

    plans = plan(Limit.of(1_000, Duration.ofMinutes(1)));
    assertThat(there.granted(2_000)).isBetween(400, 500);
    assertThat(here.granted(2_000)).isLessThan(100);
    plans = plan(HUNDRED);
    assertThat(here.granted(10)).isZero();
    plans = plan(Limit.of(7, Duration.ofSeconds(1)), Limit.of(5_000, Duration.ofMinutes(1)));
    assertThat(there.granted(10)).isZero();
  }

  @Test
  void whoIsOvertakenReadsAgain() throws Exception {
    plans = plan(new Limit(1, Duration.ofDays(1), 2_000));
    List<Node> three = new ArrayList<>();
    for (int lease : new int[] {0, 1, 3}) three.add(new Node(lease, OnFailure.DENY, true));
    ExecutorService pool = Executors.newFixedThreadPool(9);
    AtomicInteger granted = new AtomicInteger();
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        Node node = three.get(i % 3);
        all.add(pool.submit(() -> granted.addAndGet(node.granted(400))));
      }
      for (Future<?> each : all) each.get(30, TimeUnit.SECONDS);
    } finally {
      pool.shutdownNow();
    }
    for (Node node : three) node.shared.close();
    int left = new Node(1).granted(3_000);
    assertThat(granted.get() + left).isBetween(1_997, 2_000);
  }

  @Test
  void whereTheClusterIsSilentEachNodeHoldsToTheWholeLimitFromWhatItKnew() {
    Node here = new Node(1, OnFailure.LOCAL, false);
    Node there = new Node(1, OnFailure.LOCAL, false);
    assertThat(here.granted(40)).isEqualTo(40);
    assertThat(there.granted(10)).isEqualTo(10);
    cluster.down = true;

    assertThat(here.granted(200)).isEqualTo(60);
    assertThat(there.granted(200)).isEqualTo(50);
    move(Duration.ofSeconds(6));
    assertThat(here.granted(200)).isEqualTo(10);
    assertThat(LogCapture.messages("sallyport.limit", Level.WARNING))
        .contains(
            "the cluster does not answer about rate limits: until it does each node holds callers"
                + " to their whole limits");

    cluster.down = false;
    move(Duration.ofSeconds(2)); // three permits
    assertThat(here.granted(200)).isEqualTo(3);
    assertThat(there.granted(200)).isZero();
    assertThat(LogCapture.messages("sallyport.limit", Level.INFO))
        .contains("the cluster answers again: rate limits are of all nodes together");
  }

  @Test
  void whereTheClusterIsSilentTheSettingsMayLetEverybodyIn() {
    Node node = new Node(1, OnFailure.ALLOW, false);
    assertThat(node.granted(200)).isEqualTo(100);
    cluster.down = true;
    move(Duration.ofSeconds(2));

    assertThat(node.granted(500)).isEqualTo(500);
  }

  @Test
  void whereTheClusterIsSilentTheSettingsMayRefuseWithAFault() {
    Node node = new Node(1, OnFailure.DENY, false);
    assertThat(node.granted(1)).isEqualTo(1);
    cluster.down = true;

    assertThatThrownBy(() -> node.take(1))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessage("the cluster, which counts the rate limits of all nodes, does not answer");
    cluster.down = false;
    move(SharedBuckets.SILENCE);
    assertThat(node.granted(1)).isEqualTo(1);
  }

  @Test
  void afterOneFailureTheClusterIsNotAskedForAWhile() {
    Node node = new Node(1);
    cluster.down = true;
    node.granted(1);
    int before = cluster.reads.get();

    node.granted(50);
    assertThat(cluster.reads.get()).isEqualTo(before);
    move(SharedBuckets.SILENCE);
    node.granted(1);
    assertThat(cluster.reads.get()).isEqualTo(before + 1);
  }

  @Test
  void whoeverIsAlwaysOvertakenIsNotLetInForThat() {
    Node node = new Node(1, OnFailure.DENY, false);
    cluster.overtaken = true;

    assertThatThrownBy(() -> node.take(1)).isInstanceOf(StoreUnavailableException.class);
  }

  @ParameterizedTest
  @EnumSource(OnFailure.class)
  void aRequestDoesNotWaitForAClusterThatHangs(OnFailure onFailure) {
    CountDownLatch never = new CountDownLatch(1);
    cluster.duringRead =
        () -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Node node = new Node(0, onFailure, true);

    if (onFailure == OnFailure.DENY) {
      assertThatThrownBy(() -> node.take(1)).isInstanceOf(StoreUnavailableException.class);
    } else {
      assertThat(node.take(1)).isInstanceOf(Verdict.Granted.class);
    }
    never.countDown();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1,60,100",
        "1,60,100,-1",
        "1,60,100,100000001",
        "1,0,100,0",
        "1,60,0,0",
        "1,90000,1,0",
        "-1,60,100,0",
        "1,60,100,0,60"
      })
  void whatCannotBeReadGivesNobodyPermitsAndIsReplacedInTime(String numbers) {
    Node node = new Node(1);
    node.granted(1);
    String name = cluster.all.keySet().iterator().next();
    long[] bad =
        numbers.isEmpty()
            ? new long[0]
            : java.util.stream.Stream.of(numbers.split(",")).mapToLong(Long::parseLong).toArray();
    cluster.all.put(name, new FakeNumbers.Numbers(bad));

    Node other = new Node(1);
    assertThat(other.granted(1)).isZero();
    move(Duration.ofSeconds(3));
    assertThat(other.granted(100)).isEqualTo(5);
  }

  @Test
  void aClockThatDiffersByLessThanAMinuteTakesNothingAndGivesItsDifferenceOnce() {
    Node ahead = new Node(1);
    Node behind = new Node(1);
    assertThat(ahead.granted(200)).isEqualTo(100);
    cluster.millis.addAndGet(-30_000);
    assertThat(behind.granted(200)).isZero();
    cluster.millis.addAndGet(30_000);
    move(Duration.ofSeconds(2));
    assertThat(behind.granted(200)).isEqualTo(3);
    cluster.millis.addAndGet(-30_000);
    move(Duration.ofSeconds(2));
    assertThat(behind.granted(200)).isZero();
  }

  @Test
  void aClockThatWasSetBackStopsNobodyForLong() {
    Node node = new Node(1);
    assertThat(node.granted(100)).isEqualTo(100);
    cluster.millis.addAndGet(-Duration.ofDays(1).toMillis());
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());

    assertThat(node.granted(5)).isZero();
    String name = cluster.all.keySet().iterator().next();
    assertThat(requireNonNull(cluster.all.get(name)).numbers[0])
        .isLessThan(cluster.millis.get() + 1);
    move(Duration.ofSeconds(3));
    assertThat(node.granted(100)).isEqualTo(5);
  }
}
