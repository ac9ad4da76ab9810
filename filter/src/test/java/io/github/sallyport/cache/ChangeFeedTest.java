package io.github.sallyport.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChangeFeedTest {
  private static final Duration GRACE = Duration.ofHours(2);

  // The thread reads so seldom that in these tests only poll() does.
  private static final CacheSettings BY_HAND =
      new CacheSettings(Duration.ofMinutes(5), 100, Duration.ofHours(1), GRACE);

  private final HandFeed store = new HandFeed();
  private final List<Change> applied = new CopyOnWriteArrayList<>();
  private final AtomicInteger emptied = new AtomicInteger();
  private ChangeFeed feed = feed(BY_HAND);

  @AfterEach
  void close() {
    feed.close();
  }

  @Test
  void theStartFailsWhereTheStoreDoesNotAnswer() {
    store.down = true;
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(feed::open);
  }

  @Test
  void openingReadsThePositionOnceAndEmptiesNothing() {
    feed.open();
    feed.poll();
    assertThat(store.reads).hasValue(2);
    assertThat(emptied).hasValue(0);
  }

  @Test
  void whatWasChangedIsAppliedOnceAndInOrder() {
    feed.open();
    store.change("key", "a", 2);
    store.change("plan", "b", 3);
    feed.poll();
    feed.poll();
    store.change("key", "a", 3);
    feed.poll();
    assertThat(applied).extracting(Change::position).containsExactly(8L, 9L, 10L);
    assertThat(applied.get(0)).isEqualTo(new Change(8, "key", "a", 2));
    assertThat(emptied).hasValue(0);
  }

  @Test
  void aNodeThatStartsBesideAnEmptyStoreMissesNothing() {
    store.restore(0);
    feed.open();
    store.change("key", "a", 1);
    feed.poll();
    assertThat(applied).extracting(Change::position).containsExactly(1L);
    assertThat(emptied).hasValue(0);
  }

  @Test
  void aNodeThatIsBehindByManyBatchesAppliesThemAll() {
    feed.open();
    for (int i = 0; i < 3 * ChangeFeed.BATCH + 5; i++) store.change("key", "a", i);
    feed.poll();
    assertThat(applied).hasSize(3 * ChangeFeed.BATCH + 5);
    assertThat(emptied).hasValue(0);
  }

  @Test
  void aRestoredBackupDropsEveryCopyAndIsSaidOnce() {
    feed.open();
    try (CapturedLog log = new CapturedLog("sallyport.cache")) {
      store.restore(3);
      feed.poll();
      feed.poll();
      assertThat(emptied).hasValue(1);
      assertThat(log.lines())
          .containsExactly(
              "INFO the store is not as it was followed: its changes go back to 3, as a restored"
                  + " backup's do; every copy is dropped");
      store.change("key", "a", 9);
      feed.poll();
      assertThat(applied).extracting(Change::position).containsExactly(4L);
    }
  }

  @Test
  void aRestoredBackupThatWasWrittenToSinceIsNoticedByItsLastChange() {
    feed.open();
    store.change("key", "a", 2);
    feed.poll();
    store.restore(7);
    for (int i = 0; i < 5; i++) store.change("key", "b", i);
    try (CapturedLog log = new CapturedLog("sallyport.cache")) {
      feed.poll();
      feed.poll();
      assertThat(emptied).hasValue(1);
      assertThat(log.lines())
          .containsExactly(
              "INFO the store is not as it was followed: change 8 is gone or is another one now;"
                  + " every copy is dropped");
    }
    assertThat(applied).hasSize(1);
  }

  @Test
  void aNodeThatSleptLongerThanChangesAreKeptDropsEveryCopyOnce() {
    feed.open();
    feed.poll();
    for (int i = 0; i < 20; i++) store.change("key", "a", i);
    store.prune(20);
    try (CapturedLog log = new CapturedLog("sallyport.cache")) {
      feed.poll();
      feed.poll();
      assertThat(log.lines())
          .containsExactly(
              "INFO the store is not as it was followed: change 7 is gone or is another one now;"
                  + " every copy is dropped");
    }
    assertThat(emptied).hasValue(1);
    assertThat(applied).isEmpty();
    store.change("key", "a", 21);
    feed.poll();
    assertThat(applied).extracting(Change::position).containsExactly(28L);
  }

  @Test
  void aNumberThatIsMissingDropsEveryCopy() {
    feed.open();
    feed.poll();
    store.change("key", "a", 1);
    store.change("key", "a", 2);
    store.change("key", "a", 3);
    store.rows.remove(8); // the second of the three
    feed.poll();
    assertThat(applied).extracting(Change::position).containsExactly(8L);
    assertThat(emptied).hasValue(1);
  }

  @Test
  void oldChangesAreForgottenAndNeverThoseThatANodeNeeds() {
    feed.open();
    for (int i = 0; i < 12_000; i++) store.change("key", "a", i);
    feed.poll();
    assertThat(store.rows.get(0).position()).isEqualTo(12_007 - ChangeFeed.KEPT + 1);
    store.change("key", "a", 1);
    feed.poll();
    assertThat(applied).hasSize(12_001);
    assertThat(emptied).hasValue(0);
  }

  @Test
  void whoIsToldOfAChangeThatItCanNotReadTrustsNoCopyUntilItCan() {
    feed.open();
    store.down = true;
    feed.poll();
    assertThatCode(feed::requireFresh).doesNotThrowAnyException();
    feed.tell(8);
    feed.poll();
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(feed::requireFresh);
    feed.poll();
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(feed::requireFresh);
    store.down = false;
    feed.poll();
    assertThatCode(feed::requireFresh).doesNotThrowAnyException();
  }

  @Test
  void whoIsToldReadsAtOnce() {
    feed.open();
    store.change("key", "a", 2);
    feed.tell(8); // the thread by itself would read in an hour
    await().untilAsserted(() -> assertThat(applied).hasSize(1));
  }

  @Test
  void whatWasFollowedAlreadyIsNotReadAgain() {
    List<Long> told = new CopyOnWriteArrayList<>();
    feed.announceBy(
        position -> {
          told.add(position);
          feed.tell(position); // as one's own message comes back
        });
    feed.open();
    int before = store.reads.get();
    store.change("key", "a", 2);
    feed.tell(8);
    await().until(() -> told, List.of(8L)::equals);
    feed.tell(8);
    feed.close();
    assertThat(store.reads).hasValue(before + 1);
  }

  @Test
  void othersAreToldHowFarThisNodeHasFollowedAndNothingWhereNothingMoved() {
    List<Long> told = new CopyOnWriteArrayList<>();
    feed.announceBy(
        position -> {
          told.add(position);
          throw new IllegalStateException("nobody hears");
        });
    feed.open();
    feed.poll();
    store.change("key", "a", 2);
    feed.poll();
    feed.poll();
    assertThat(told).containsExactly(8L);
    assertThat(feed.reached()).isTrue();
  }

  @Test
  void copiesAreGoodForTheGraceAndNotANanosecondLonger() {
    feed.open();
    store.pass(GRACE);
    assertThatCode(feed::requireFresh).doesNotThrowAnyException();
    store.pass(Duration.ofNanos(1));
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(feed::requireFresh)
        .withMessageContaining("sallyport.store.grace");
    feed.poll();
    assertThatCode(feed::requireFresh).doesNotThrowAnyException();
  }

  @Test
  void theGraceIsCountedFromBeforeTheReadBegan() {
    feed.open();
    store.duringRead = () -> store.pass(Duration.ofSeconds(5));
    feed.poll();
    store.pass(GRACE.minusSeconds(5));
    assertThatCode(feed::requireFresh).doesNotThrowAnyException();
    store.pass(Duration.ofNanos(1));
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(feed::requireFresh);
  }

  @Test
  void aReadThatFailedDoesNotCount() {
    feed.open();
    store.pass(GRACE);
    store.down = true;
    feed.poll();
    store.pass(Duration.ofNanos(1));
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(feed::requireFresh);
  }

  @Test
  void aReadWhoseCopiesCouldNotBeEmptiedDoesNotCount() {
    feed =
        new ChangeFeed(
            store,
            BY_HAND,
            store.nanos::get,
            new ChangeFeed.Copies() {
              @Override
              public void changed(Change change) {
                throw new IllegalStateException("no");
              }

              @Override
              public void clear() {}
            });
    feed.open();
    store.pass(GRACE.plusNanos(1));
    store.change("key", "a", 2);
    feed.poll();
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(feed::requireFresh);
    assertThat(feed.reached()).isFalse();
  }

  @Test
  void aStoreThatIsAwayIsLoggedOnceAndItsReturnOnce() {
    feed.open();
    try (CapturedLog log = new CapturedLog("sallyport.cache")) {
      store.down = true;
      feed.poll();
      feed.poll();
      assertThat(feed.reached()).isFalse();
      store.down = false;
      feed.poll();
      feed.poll();
      assertThat(feed.reached()).isTrue();
      assertThat(log.lines())
          .containsExactly(
              "WARNING store not reached: copies serve for the grace", "INFO store reached again");
    }
  }

  @Test
  void theThreadReadsByItself() {
    feed = feed(often());
    feed.open();
    store.change("key", "a", 2);
    await().untilAsserted(() -> assertThat(applied).hasSize(1));
  }

  @Test
  void anErrorDoesNotEndTheThread() {
    feed = feed(often());
    store.duringRead =
        () -> {
          if (store.reads.get() == 2) throw new StackOverflowError();
        };
    feed.open();
    await().until(() -> store.reads.get() > 3);
    assertThat(feed.reached()).isTrue();
  }

  @Test
  void aThreadThatDiedEndsTheGrace() {
    feed = feed(often());
    feed.open();
    Thread thread = thread();
    thread.interrupt();
    await().until(() -> !thread.isAlive());
    store.pass(Duration.ofSeconds(2));
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(feed::requireFresh);
  }

  @Test
  void closingEndsTheThread() {
    feed = feed(often());
    feed.open();
    Thread thread = thread();
    assertThat(thread.isDaemon()).isTrue();
    feed.close();
    feed.close();
    assertThat(thread.isAlive()).isFalse();
  }

  private ChangeFeed feed(CacheSettings settings) {
    return new ChangeFeed(
        store,
        settings,
        store.nanos::get,
        new ChangeFeed.Copies() {
          @Override
          public void changed(Change change) {
            applied.add(change);
          }

          @Override
          public void clear() {
            emptied.incrementAndGet();
          }
        });
  }

  private static CacheSettings often() {
    return new CacheSettings(
        Duration.ofMinutes(5), 100, Duration.ofMillis(5), Duration.ofSeconds(1));
  }

  private static Thread thread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals("sallyport-feed"))
        .findFirst()
        .orElseThrow();
  }
}
