package io.github.sallyport.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.bucket4j.TimeMeter;
import io.github.sallyport.limit.Holder.Client;
import io.github.sallyport.limit.Holder.Lineage;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who keeps a bucket where there are many, and what a flood costs and gains. */
class BucketsTest {
  private static final int MOST = 1_000;
  private static final int BURST = 10;

  private final AtomicLong nanos = new AtomicLong();
  private final Queue<Runnable> atTheClock = new ConcurrentLinkedQueue<>();
  private final Meter meter =
      new Meter(
          new Plan("ten", List.of(Limit.of(BURST, Duration.ofSeconds(10)))), new HandMeter(), null);
  private final Buckets buckets = new Buckets(MOST);

  private final class HandMeter implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      Runnable task = atTheClock.poll();
      if (task != null) task.run();
      return nanos.get();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }

  private Client client(String address) {
    return new Client(meter, "k1", Network.of(address));
  }

  /** One of 2^32 that a single /32 has. */
  private Client ofTheFlood(int i) {
    return client("2001:db8:%x:%x::1".formatted(i >>> 16, i & 0xffff));
  }

  private boolean granted(Holder holder) {
    return buckets.take(holder, 1) instanceof Verdict.Granted;
  }

  private int grantedOf(Holder holder, int attempts) {
    int granted = 0;
    for (int i = 0; i < attempts; i++) if (granted(holder)) granted++;
    return granted;
  }

  private void fill() {
    for (int i = 0; i < MOST; i++) assertThat(granted(ofTheFlood(i))).isTrue();
    assertThat(buckets.size()).isEqualTo(MOST);
  }

  /** Q14. */
  @Test
  void aFloodOfAddressesHasNoMoreBucketsThanTheBound() {
    for (int i = 0; i < 20_000; i++) buckets.take(ofTheFlood(i), 1);

    assertThat(buckets.size()).isEqualTo(MOST);
  }

  @Test
  void aFloodThrowsNoBucketOutThatIsNotFull() {
    Client spent = client("192.0.2.1");
    assertThat(grantedOf(spent, 20)).isEqualTo(BURST);

    for (int i = 0; i < 20_000; i++) buckets.take(ofTheFlood(i), 1);

    assertThat(granted(spent)).isFalse();
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(grantedOf(spent, 20)).isEqualTo(2);
  }

  @Test
  void newcomersOfAFloodShareOneBucketWhereThereIsNoRoom() {
    fill();

    int granted = 0;
    for (int i = MOST; i < 20_000; i++) if (granted(ofTheFlood(i))) granted++;

    assertThat(granted).isEqualTo(BURST);
  }

  @Test
  void aNeighbourWhoHadABucketBeforeTheFloodKeepsItAndOneFromElsewhereIsLetIn() {
    Client before = client("192.0.2.1");
    assertThat(granted(before)).isTrue();
    for (int i = 0; i < 20_000; i++) buckets.take(ofTheFlood(i), 1);

    assertThat(grantedOf(before, 20)).isEqualTo(BURST - 1);
    // By their networks newcomers fall to 1024 buckets, one of which is the flood's.
    long letIn = 0;
    for (int i = 0; i < 100; i++) if (granted(client("10." + i + ".0.1"))) letIn++;
    assertThat(letIn).isGreaterThan(90);
  }

  @Test
  void inTheCrowdThePlanHoldsToo() {
    fill();
    Client newcomer = client("192.0.2.1");

    assertThat(grantedOf(newcomer, 50)).isLessThanOrEqualTo(BURST);
    assertThat(granted(newcomer)).isFalse();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos() - 1);
    assertThat(granted(newcomer)).isFalse();
  }

  @Test
  void fullBucketsLeaveForNewcomers() {
    fill();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    for (int i = 0; i < MOST; i++) assertThat(granted(ofTheFlood(MOST + i))).isTrue();
    Client newcomer = client("192.0.2.1");

    assertThat(grantedOf(newcomer, 20)).isEqualTo(BURST);
    assertThat(buckets.size()).isLessThanOrEqualTo(MOST);
  }

  @Test
  void bucketsThatAreFullAgainDoNotPileUp() {
    for (int i = 0; i < 20_000; i++) {
      assertThat(granted(ofTheFlood(i))).isTrue();
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    }

    assertThat(buckets.size()).isLessThan(10);
  }

  @Test
  void aPlanOfItsOwnHasABucketOfItsOwn() {
    Meter other =
        new Meter(
            new Plan("one", List.of(Limit.of(1, Duration.ofSeconds(10)))), new HandMeter(), null);

    assertThat(grantedOf(new Lineage(meter, "k1"), 20)).isEqualTo(BURST);
    assertThat(grantedOf(new Lineage(other, "k1"), 20)).isEqualTo(1);
  }

  /** The race that {@code Buckets} tells of, one way: the bucket leaves while a permit is taken. */
  @Test
  void aPermitTakenOfABucketThatLeavesMeanwhileIsTakenOfItsSuccessor() {
    Lineage holder = new Lineage(meter, "k1");
    assertThat(granted(holder)).isTrue();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    // The library reads the clock when it has seen the bucket, and before it takes.
    whenTheClockIsRead(1, () -> assertThat(granted(new Lineage(meter, "newcomer"))).isTrue());
    assertThat(granted(holder)).isTrue();

    assertThat(atTheClock).isEmpty();
    assertThat(grantedOf(holder, 20)).isEqualTo(BURST - 1);
  }

  /** The other way: a permit is taken while somebody looks whether the bucket is full. */
  @Test
  void aBucketOfWhichAPermitIsTakenMeanwhileStays() throws Exception {
    Lineage holder = new Lineage(meter, "k1");
    assertThat(granted(holder)).isTrue();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    AtomicBoolean taken = new AtomicBoolean();
    Thread taker = new Thread(() -> taken.set(granted(holder)));

    // The second time it is for the second look, after the word that there will be one.
    whenTheClockIsRead(
        2,
        () -> {
          taker.start();
          await().until(() -> isIn(taker, "stays"));
        });
    assertThat(granted(new Lineage(meter, "newcomer"))).isTrue();
    taker.join();

    assertThat(atTheClock).isEmpty();
    assertThat(taken).isTrue();
    assertThat(grantedOf(holder, 20)).isEqualTo(BURST - 1);
  }

  private static boolean isIn(Thread thread, String method) {
    return Stream.of(thread.getStackTrace()).anyMatch(at -> at.getMethodName().equals(method));
  }

  private void whenTheClockIsRead(int time, Runnable task) {
    for (int i = 1; i < time; i++) atTheClock.add(() -> {});
    atTheClock.add(task);
  }
}
