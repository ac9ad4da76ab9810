package io.github.sallyport.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChangeFeedTest {
  private static final Duration GRACE = Duration.ofHours(2);

  // The thread reads so seldom that in these tests only poll() does.
  private static final CacheSettings BY_HAND =
      new CacheSettings(Duration.ofMinutes(5), 100, Duration.ofHours(1), GRACE);

  private final HandFeed store = new HandFeed();
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
  void aPositionThatMovedEmptiesTheCopiesOnce() {
    feed.open();
    store.position.incrementAndGet();
    feed.poll();
    feed.poll();
    assertThat(emptied).hasValue(1);
  }

  @Test
  void aPositionThatWentBackEmptiesTheCopiesAndSaysSo() {
    feed.open();
    try (CapturedLog log = new CapturedLog("sallyport.cache")) {
      store.position.set(3);
      feed.poll();
      assertThat(emptied).hasValue(1);
      assertThat(log.lines())
          .containsExactly(
              "INFO the store's position went back from 7 to 3, as a restored backup does");
    }
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
            () -> {
              throw new IllegalStateException("no");
            });
    feed.open();
    store.pass(GRACE.plusNanos(1));
    store.position.incrementAndGet();
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
    store.position.incrementAndGet();
    await().untilAsserted(() -> assertThat(emptied).hasValue(1));
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
    return new ChangeFeed(store, settings, store.nanos::get, emptied::incrementAndGet);
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
