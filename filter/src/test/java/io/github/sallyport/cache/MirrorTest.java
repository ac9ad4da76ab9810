package io.github.sallyport.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.cache.Mirror.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorTest {
  private static final Duration GRACE = Duration.ofHours(2);
  private static final String KIND = "mark";

  private final HandFeed feed = new HandFeed();
  private final TreeMap<String, Long> rows = new TreeMap<>();
  private final List<Integer> pages = new ArrayList<>();
  private volatile Runnable afterPage = () -> {};
  private volatile boolean down;

  // The thread reads so seldom that in these tests only poll() does.
  private final Caches caches =
      Caches.open(
          new CacheSettings(Duration.ofMinutes(5), 100, Duration.ofHours(1), GRACE),
          feed,
          feed.nanos::get);

  @AfterEach
  void close() {
    caches.close();
  }

  private Mirror open() {
    return caches.mirror(KIND, this::read);
  }

  private List<Entry> read(@Nullable String after, int limit) {
    if (down) throw new StoreUnavailableException("down");
    List<Entry> page;
    synchronized (rows) {
      page =
          rows.tailMap(after == null ? "" : after, false).entrySet().stream()
              .limit(limit)
              .map(row -> new Entry(row.getKey(), row.getValue()))
              .toList();
    }
    pages.add(page.size());
    afterPage.run();
    return page;
  }

  /** Commits a row, and where others see it its change. */
  private void commit(int number, long value) {
    synchronized (rows) {
      rows.put(digest(number), value);
    }
    feed.change(KIND, digest(number), value);
  }

  private static String digest(int number) {
    return String.format(Locale.ROOT, "%016x%016x", number, number + 1);
  }

  @Test
  void allNumbersAreReadPageByPageAndFoundWithoutTheStore() {
    for (int i = 0; i < 25_000; i++) rows.put(digest(i), i + 1L);
    Mirror mirror = open();
    assertThat(pages).containsExactly(10_000, 10_000, 5_000);
    assertThat(mirror.size()).isEqualTo(25_000);
    for (int i = 0; i < 25_000; i++) assertThat(mirror.find(digest(i))).isEqualTo(i + 1L);
    assertThat(mirror.find(digest(25_000))).isZero();
    assertThat(mirror.find(digest(7).toUpperCase(Locale.ROOT))).as("the same").isEqualTo(8);
    assertThat(pages).hasSize(3);
  }

  @Test
  void aLastPageThatIsFullIsFollowedByAnEmptyOne() {
    for (int i = 0; i < 10_000; i++) rows.put(digest(i), 1L);
    assertThat(open().size()).isEqualTo(10_000);
    assertThat(pages).containsExactly(10_000, 0);
  }

  @Test
  void aDigestThatDiffersInEitherHalfIsAnotherOne() {
    rows.put("0".repeat(31) + "1", 5L);
    Mirror mirror = open();
    assertThat(mirror.find("0".repeat(31) + "1")).isEqualTo(5);
    assertThat(mirror.find("0".repeat(15) + "1" + "0".repeat(16))).isZero();
    assertThat(mirror.find("0".repeat(15) + "1" + "0".repeat(15) + "1")).isZero();
    assertThat(mirror.find("0".repeat(32))).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "000000000000000000000000000000g0"})
  void whatIsNoDigestIsTheCallersFaultAndNeverAnAnswer(String text) {
    Mirror mirror = open();
    for (String each : List.of(text, text + "0".repeat(33), "+" + "0".repeat(31))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> mirror.find(each))
          .withMessage("a digest here has 32 hex digits");
      assertThatIllegalArgumentException().isThrownBy(() -> mirror.put(each, 1));
    }
    assertThat(mirror.size()).isZero();
  }

  @Test
  void whatIsNoDigestInTheStoreOrInAChangeIsPassedOver() {
    rows.put("none", 5L);
    rows.put(digest(1), 5L);
    Mirror mirror = open();
    feed.change(KIND, "none either", 6);
    commit(2, 7);
    caches.feed().poll();
    assertThat(mirror.size()).isEqualTo(2);
    assertThat(mirror.find(digest(2))).isEqualTo(7);
    assertThat(caches.feed().reached()).isTrue();
  }

  @Test
  void aChangeIsAppliedToItsKindAloneAndTheHigherNumberHolds() {
    Mirror mirror = open();
    Mirror other = caches.mirror("another", (after, limit) -> List.of());
    commit(1, 5);
    caches.feed().poll();
    assertThat(mirror.find(digest(1))).isEqualTo(5);
    assertThat(other.find(digest(1))).isZero();
    feed.change(KIND, digest(1), 3);
    caches.feed().poll();
    assertThat(mirror.find(digest(1))).isEqualTo(5);
    feed.change(KIND, digest(1), 9);
    caches.feed().poll();
    assertThat(mirror.find(digest(1))).isEqualTo(9);
    assertThat(pages).as("nothing is read again").containsExactly(0);
  }

  @Test
  void aChangeOfOurOwnHoldsAtOnceAndHasTheFeedReadSoThatOthersHearOfIt() {
    Mirror mirror = open();
    int before = feed.reads.get();
    mirror.put(digest(1), 5);
    assertThat(mirror.find(digest(1))).isEqualTo(5);
    await().until(feed.reads::get, reads -> reads == before + 1);
    mirror.put(digest(1), 4);
    assertThat(mirror.find(digest(1))).as("its change came late").isEqualTo(5);
  }

  @Test
  void aFeedThatBeginsAnewHasEverythingReadAnew() {
    rows.put(digest(1), 5L);
    rows.put(digest(2), 6L);
    Mirror mirror = open();
    rows.remove(digest(1)); // as a restored backup has it
    rows.put(digest(2), 4L);
    rows.put(digest(3), 7L);
    feed.restore(3);
    caches.feed().poll();
    assertThat(mirror.find(digest(1))).isZero();
    assertThat(mirror.find(digest(2))).isEqualTo(4);
    assertThat(mirror.find(digest(3))).isEqualTo(7);
    assertThat(caches.feed().reached()).isTrue();
  }

  @Test
  void whileEverythingCanNotBeReadAnewTheOldNumbersHoldAndTheFeedCountsAsNotReached() {
    rows.put(digest(1), 5L);
    Mirror mirror = open();
    rows.put(digest(2), 6L);
    feed.restore(3);
    down = true;
    feed.pass(GRACE);
    try (CapturedLog log = new CapturedLog("sallyport.cache")) {
      caches.feed().poll();
      caches.feed().poll();
      assertThat(log.lines())
          .containsExactly("WARNING store not reached: copies serve for the grace");
    }
    assertThat(caches.feed().reached()).isFalse();
    assertThat(mirror.find(digest(1))).isEqualTo(5);
    mirror.put(digest(3), 7);
    assertThat(mirror.find(digest(3))).isEqualTo(7);
    feed.pass(Duration.ofNanos(1));
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> mirror.find(digest(1)));
    down = false;
    rows.put(digest(3), 7L);
    caches.feed().poll();
    assertThat(mirror.find(digest(1))).isEqualTo(5);
    assertThat(mirror.find(digest(2))).isEqualTo(6);
    assertThat(mirror.find(digest(3))).isEqualTo(7);
    assertThat(caches.feed().reached()).isTrue();
  }

  @Test
  void numbersAreGoodForTheGraceAndNotANanosecondLonger() {
    rows.put(digest(1), 5L);
    Mirror mirror = open();
    feed.pass(GRACE);
    assertThatCode(() -> mirror.find(digest(1))).doesNotThrowAnyException();
    feed.pass(Duration.ofNanos(1));
    for (int i = 1; i <= 2; i++) {
      String digest = digest(i);
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> mirror.find(digest))
          .withMessageContaining("sallyport.store.grace");
    }
  }

  @Test
  void aStoreThatDoesNotAnswerLeavesNoMirrorBehind() {
    down = true;
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(this::open);
    feed.restore(3);
    caches.feed().poll();
    assertThat(caches.feed().reached()).as("nothing is left that must be read").isTrue();
  }

  @Test
  void whatIsChangedWhileEverythingIsReadIsNotLost() {
    for (int i = 0; i < 10_000; i++) rows.put(digest(i), 1L);
    // Behind the page that was read already: only by the feed is it heard of.
    afterPage =
        () -> {
          afterPage = () -> {};
          commit(1, 9);
          caches.feed().poll();
        };
    Mirror mirror = open();
    assertThat(mirror.find(digest(1))).isEqualTo(9);
  }

  @Test
  void whatWePutWhileEverythingIsReadAnewHoldsMeanwhileAndAfter() {
    for (int i = 0; i < 10_000; i++) rows.put(digest(i), 1L);
    Mirror mirror = open();
    List<Long> meanwhile = new ArrayList<>();
    afterPage =
        () -> {
          afterPage = () -> {};
          mirror.put(digest(1), 9);
          meanwhile.add(mirror.find(digest(1)));
          meanwhile.add(mirror.find(digest(2)));
        };
    feed.restore(3);
    caches.feed().poll();
    assertThat(meanwhile).containsExactly(9L, 1L);
    assertThat(mirror.find(digest(1))).isEqualTo(9);
  }

  @Test
  void ofManyThatArePutWhileEverythingIsReadAgainAndAgainNoneIsEverLost() throws Exception {
    Mirror mirror = open();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int w = 0; w < 2; w++) {
        int first = w * 5_000;
        writers.add(
            threads.submit(
                () -> {
                  for (int i = first; i < first + 5_000; i++) {
                    synchronized (rows) {
                      rows.put(digest(i), 1L);
                    }
                    mirror.put(digest(i), 1);
                    if (mirror.find(digest(i)) != 1) throw new AssertionError("lost: " + i);
                  }
                }));
      }
      int reloads = 0;
      while (reloads < 20 || !writers.stream().allMatch(Future::isDone)) {
        mirror.reload();
        reloads++;
      }
      for (Future<?> writer : writers) writer.get();
      assertThat(mirror.size()).isEqualTo(10_000);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void numbersBelowOneAreDroppedAndNoOthers() {
    for (int i = 0; i < 10; i++) rows.put(digest(i), (long) i + 1);
    Mirror mirror = open();
    mirror.removeBelow(4);
    assertThat(mirror.size()).isEqualTo(7);
    assertThat(mirror.find(digest(2))).isZero();
    assertThat(mirror.find(digest(3))).isEqualTo(4);
  }
}
