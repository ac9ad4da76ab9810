package io.github.sallyport.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Health;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.audit.AuditQueue.Patience;
import io.github.sallyport.audit.AuditSink.Place;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.testing.HandClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AuditQueueTest {
  private static final Patience SHORT =
      new Patience(Duration.ofMillis(50), Duration.ofMillis(20), Duration.ofMillis(500));
  private static final Patience LONG =
      new Patience(Duration.ofSeconds(30), Duration.ofMillis(20), Duration.ofSeconds(30));

  private final Kept kept = new Kept();
  private final List<AuditQueue> queues = new ArrayList<>();

  /** Keeps in a list, as slowly or badly as it is told to. */
  private static final class Kept implements AuditKeeper {
    final List<String> actions = new CopyOnWriteArrayList<>();
    final List<AuditEvent> events = new CopyOnWriteArrayList<>();
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile @Nullable RuntimeException fault;
    volatile @Nullable Error error;
    volatile boolean closed;

    @Override
    public int most() {
      return 100;
    }

    @Override
    public void keep(List<AuditEvent> batch) {
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new StoreUnavailableException("interrupted", e);
      }
      RuntimeException now = fault;
      if (now != null) throw now;
      Error worse = error;
      if (worse != null) throw worse;
      events.addAll(batch);
      batch.forEach(event -> actions.add(event.action()));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @AfterEach
  void close() {
    kept.gate.countDown();
    kept.fault = null;
    queues.forEach(AuditQueue::close);
  }

  private AuditQueue queue(boolean block, Patience patience) {
    Clock clock = Clock.systemUTC();
    AuditQueue queue =
        block
            ? AuditQueue.blocking("test-audit", kept, patience, clock)
            : AuditQueue.dropping("test-audit", kept, patience, clock);
    queues.add(queue);
    return queue;
  }

  private static AuditEvent event(String action) {
    return new AuditEvent(Instant.EPOCH, action, null, Actor.part("test"), null, null);
  }

  /** Fills the room while nothing is kept. */
  private void fill(AuditQueue queue) {
    kept.gate = new CountDownLatch(1);
    for (int i = 0; i < AuditQueue.ROOM; i++) queue.record(event("filling"));
  }

  @Test
  void eventsAreKeptInTheirOrderAndAllOfThemByTheEnd() {
    AuditQueue queue = queue(true, LONG);
    List<String> all = Stream.iterate(0, i -> i + 1).limit(3000).map(i -> "a" + i).toList();
    all.forEach(action -> queue.record(event(action)));
    queue.close();
    assertThat(kept.actions).isEqualTo(all);
    assertThat(kept.closed).isTrue();
    assertThat(queue.dropped()).isZero();
  }

  @Test
  void whatIsDroppedIsCountedSaidAndToldOfWhenThereIsRoomAgain() {
    try (CapturedLog log = new CapturedLog("sallyport.audit")) {
      AuditQueue queue = queue(false, LONG);
      fill(queue);
      for (int i = 0; i < 70; i++) queue.record(event("lost"));
      assertThat(queue.dropped()).isEqualTo(70);
      assertThat(log.lines())
          .containsExactly(
              "SEVERE audit has no room: 1 events were dropped since there was, 1 since the start");
      kept.gate.countDown();
      await().until(() -> kept.actions.contains(AuditQueue.DROPPED));
      queue.record(event("after"));
      await().until(() -> kept.actions.contains("after"));
      assertThat(kept.actions).doesNotContain("lost").hasSize(AuditQueue.ROOM + 2);
      assertThat(kept.events)
          .filteredOn(event -> event.action().equals(AuditQueue.DROPPED))
          .singleElement()
          .satisfies(event -> assertThat(event.detail()).isEqualTo("70 events"));
      assertThat(log.lines()).hasSize(2).element(1).asString().contains("70 events were dropped");
    }
  }

  @Test
  void aRefusalWaitsForRoomWhereItIsToBlock() {
    AuditQueue queue = queue(true, LONG);
    fill(queue);
    CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> queue.record(event("late")));
    kept.gate.countDown();
    waiting.join();
    await().until(() -> kept.actions.contains("late"));
    assertThat(queue.dropped()).isZero();
  }

  @Test
  void aRefusalThatFindsNoRoomInTimeIsDroppedAndThrowsNothing() {
    AuditQueue queue = queue(true, SHORT);
    fill(queue);
    queue.record(event("late"));
    assertThat(queue.dropped()).isEqualTo(1);
  }

  @Test
  void aFloodOfRefusalsLeavesRoomForWhatMustBeAnsweredFor() {
    AuditQueue queue = queue(false, SHORT);
    fill(queue);
    queue.record(event("lost"));
    try (Place place = queue.reserve()) {
      place.record(event("key.revoked"));
    }
    kept.gate.countDown();
    await().until(() -> kept.actions.contains("key.revoked"));
  }

  @Test
  void whatMustBeAnsweredForIsNotDoneWithoutAPlace() {
    AuditQueue queue = queue(false, SHORT);
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < AuditQueue.RESERVED_ROOM; i++) places.add(queue.reserve());
    assertThatThrownBy(queue::reserve)
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("nothing is done");
    places.get(0).close();
    places.get(0).close(); // gives one place back, not two
    places.set(0, queue.reserve());
    assertThatThrownBy(queue::reserve).isInstanceOf(StoreUnavailableException.class);
    places.forEach(Place::close);
    queue.reserve().close();
  }

  @Test
  void aPlaceIsUsedWhenItsEventIsKept() {
    AuditQueue queue = queue(true, LONG);
    kept.gate = new CountDownLatch(1);
    CompletableFuture<Void> change =
        CompletableFuture.runAsync(
            () -> {
              try (Place place = queue.reserve()) {
                place.record(event("key.issued"));
              }
            });
    assertThat(change).isNotDone();
    kept.gate.countDown();
    change.join();
    assertThat(kept.actions).contains("key.issued");
  }

  @Test
  void whileTheKeeperFailsNobodyWaitsNothingIsDoneAndAllIsKeptLater() {
    try (CapturedLog log = new CapturedLog("sallyport.audit")) {
      AuditQueue queue =
          queue(true, new Patience(Duration.ofHours(1), SHORT.retry(), LONG.close()));
      Place before = queue.reserve();
      kept.fault = new StoreUnavailableException("away");
      queue.record(event("refused"));
      await().untilAsserted(() -> assertThatThrownBy(queue::reserve).hasMessageContaining("audit"));
      for (int i = 1; i <= AuditQueue.ROOM; i++) queue.record(event("refused"));
      assertThat(queue.dropped()).isEqualTo(1); // an hour would have been waited
      CompletableFuture<Void> done =
          CompletableFuture.runAsync(() -> before.record(event("key.issued")));
      kept.fault = null;
      done.join();
      await().until(() -> kept.actions.contains(AuditQueue.DROPPED));
      assertThat(kept.actions).contains("key.issued").hasSize(AuditQueue.ROOM + 2);
      queue.reserve().close();
      assertThat(log.lines().get(0)).startsWith("SEVERE audit");
    }
  }

  @Test
  void whatTheKeeperWillNeverTakeGoesToTheLog() {
    try (CapturedLog log = new CapturedLog("sallyport.audit")) {
      AuditQueue queue = queue(true, LONG);
      kept.fault = new IllegalArgumentException("not this one");
      try (Place place = queue.reserve()) {
        place.record(event("odd"));
      }
      kept.fault = null;
      queue.record(event("even"));
      await().until(() -> kept.actions.contains("even"));
      assertThat(kept.actions).containsExactly("even");
      assertThat(log.text()).contains("could not be kept: {", "\"action\":\"odd\"");
    }
  }

  /** A sink of the application's may lack a class, or assert something. */
  @Test
  void anErrorOfTheKeepersEndsNothing() {
    try (CapturedLog log = new CapturedLog("sallyport.audit")) {
      AuditQueue queue = queue(true, LONG);
      kept.error = new NoClassDefFoundError("as if");
      try (Place place = queue.reserve()) {
        place.record(event("odd"));
      }
      kept.error = null;
      queue.record(event("even"));
      await().until(() -> kept.actions.contains("even"));
      assertThat(kept.actions).containsExactly("even");
      assertThat(log.text()).contains("could not be kept: {", "\"action\":\"odd\"");
    }
  }

  @Test
  void howManyWaitAndWhyIsSaid() {
    HandClock clock = new HandClock(Instant.EPOCH);
    AuditQueue queue = AuditQueue.dropping("test-audit", kept, LONG, clock);
    queues.add(queue);
    assertThat(queue.health())
        .isEqualTo(new Health.Part("audit", Health.Status.UP, "Its events are kept."));
    assertThat(queue.waiting()).isZero();

    kept.fault = new StoreUnavailableException("away");
    for (int i = 0; i < 3; i++) queue.record(event("refused"));
    await()
        .untilAsserted(
            () ->
                assertThat(queue.health())
                    .isEqualTo(
                        new Health.Part(
                            "audit",
                            Health.Status.DEGRADED,
                            "It can't keep events: 3 wait, and changes are refused.")));
    assertThat(queue.waiting()).isEqualTo(3);
    kept.fault = null;
    await().until(() -> queue.health().status() == Health.Status.UP);
    await().until(() -> queue.waiting() == 0);

    fill(queue);
    assertThat(queue.waiting()).isEqualTo(AuditQueue.ROOM);
    assertThat(queue.health().status()).isEqualTo(Health.Status.UP);
    queue.record(event("lost"));
    assertLost(queue, clock);
    kept.gate.countDown();
    await().until(() -> queue.waiting() == 0);
    kept.fault = new IllegalArgumentException("never this one");
    queue.record(event("odd"));
    await().until(() -> queue.health().status() == Health.Status.DEGRADED);
    assertLost(queue, clock);
  }

  private static void assertLost(AuditQueue queue, HandClock clock) {
    assertThat(queue.health())
        .isEqualTo(
            new Health.Part(
                "audit",
                Health.Status.DEGRADED,
                "In the last minute events were dropped, or went to the log instead."));
    clock.now = clock.now.plusSeconds(60);
    assertThat(queue.health().status()).isEqualTo(Health.Status.UP);
  }

  @Test
  void closingEndsInTimeAndWhatIsLeftGoesToTheLog() {
    try (CapturedLog log = new CapturedLog("sallyport.audit")) {
      AuditQueue queue = queue(true, SHORT);
      kept.fault = new StoreUnavailableException("away");
      queue.record(event("first"));
      await().untilAsserted(() -> assertThat(log.text()).contains("can't keep"));
      queue.record(event("second"));
      queue.close();
      queue.record(event("third"));
      assertThat(log.text())
          .contains("\"action\":\"first\"", "\"action\":\"second\"", "\"action\":\"third\"");
      assertThatThrownBy(queue::reserve).isInstanceOf(StoreUnavailableException.class);
      queue.close();
    }
  }

  @Test
  void whoListensAndThrowsBreaksNothing() {
    List<String> heard = new CopyOnWriteArrayList<>();
    AuditTrail trail = new AuditTrail("none", event -> {}, null, Seals.OFF, Clock.systemUTC());
    AuditTrail.Listening ears = trail.listen(event -> heard.add(event.action()));
    trail.listen(
        event -> {
          throw new IllegalStateException("as if");
        });
    trail.record(event("one"));
    try (Place place = trail.reserve()) {
      place.record(event("two"));
    }
    await().until(() -> heard.equals(List.of("one", "two")));
    ears.close();
    trail.record(event("three"));
    assertThat(heard).containsExactly("one", "two");
    trail.close();
    assertThatThrownBy(trail::verify)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("events can be read where sallyport.audit.sink is jdbc; it is none");
  }
}
