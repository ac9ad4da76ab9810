package io.github.sallyport.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Refusal;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.testing.HandClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is counted reaches the store once, whatever happens meanwhile. */
@Timeout(60)
class UsageTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:34:56Z");
  private static final long HOUR = UsageCell.hourOf(NOW);

  private final HandClock clock = new HandClock(NOW);
  private final Kept store = new Kept();
  private final Usage usage = new Usage(store, clock, 100);

  @Test
  void requestsAreAddedUpByKeyHourRuleAndOutcome() {
    usage.count("k-1", "orders", null, 200, 100, 1_000_000);
    usage.count("k-1", "orders", null, 201, 50, 7_000_000);
    usage.count("k-1", "orders", Refusal.RATE_LIMITED, 429, 10, 1);
    usage.count("k-2", "orders", null, 404, 0, 6_000_000_000L);
    usage.count(null, "-", Refusal.CREDENTIAL_MISSING, 401, 10, 1);
    clock.now = NOW.plus(Duration.ofHours(1));
    usage.count("k-1", "orders", null, 500, 1, 1);
    assertThat(store.kept).isEmpty();
    usage.write();
    assertThat(store.kept)
        .containsOnlyKeys(
            new UsageCell("k-1", HOUR, "orders", "2xx"),
            new UsageCell("k-1", HOUR, "orders", "rate_limited"),
            new UsageCell("k-2", HOUR, "orders", "4xx"),
            new UsageCell("-", HOUR, "-", "credential_missing"),
            new UsageCell("k-1", HOUR + 1, "orders", "5xx"))
        .containsEntry(
            new UsageCell("k-1", HOUR, "orders", "2xx"),
            new Tally(2, 150, 8, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        .containsEntry(
            new UsageCell("k-2", HOUR, "orders", "4xx"),
            new Tally(1, 0, 6000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
    assertThat(usage.size()).isZero();
    usage.count("k-1", "orders", null, 500, 1, 1);
    usage.write();
    assertThat(store.requests("k-1")).isEqualTo(5);
  }

  @Test
  void whatTheStoreDoesNotTakeWaitsAndIsCountedOnce() {
    usage.count("k-1", "orders", null, 200, 1, 1);
    store.away = true;
    usage.write();
    usage.count("k-1", "orders", null, 200, 1, 1);
    usage.write();
    assertThat(usage.size()).isOne();
    store.away = false;
    usage.write();
    usage.write();
    assertThat(store.requests("k-1")).isEqualTo(2);
  }

  /** One that is never taken must hold up nobody else's, and is not kept for ever. */
  @Test
  void whatTheStoreWillNeverTakeIsLostAloneAndSaid() {
    Usage many = new Usage(store, clock, 5000);
    for (int i = 0; i < 2000; i++) many.count("k-" + i, "orders", null, 200, 1, 1);
    store.never = "k-7";
    try (CapturedLog log = new CapturedLog("sallyport.usage")) {
      many.write();
      assertThat(log.lines()).singleElement().asString().startsWith("SEVERE");
    }
    assertThat(many.size()).isZero();
    assertThat(store.kept).hasSize(1999);
    assertThat(store.requests("k-7")).isZero();
    store.never = "";
    many.count("k-7", "orders", null, 200, 1, 1);
    many.write();
    assertThat(store.requests("k-7")).isOne();
  }

  @Test
  void aStopWritesWhatIsLeft() {
    Usage started = new Usage(store, clock).start();
    started.count("k-1", "orders", null, 200, 1, 1);
    started.close();
    started.close();
    assertThat(store.requests("k-1")).isOne();
  }

  @Test
  void whereTooManyKeysAreInUseTheRestIsCountedTogether() {
    for (int i = 0; i < 1000; i++) usage.count("k-" + i, "orders", null, 200, 1, 1);
    assertThat(usage.size()).isEqualTo(101);
    usage.count("k-7", "orders", null, 200, 1, 1); // who is in stays in
    usage.write();
    assertThat(store.requests("k-7")).isEqualTo(2);
    assertThat(store.requests("k-99")).isOne();
    assertThat(store.requests("k-100")).isZero();
    assertThat(store.requests(UsageCell.REST)).isEqualTo(900);
    usage.count("k-100", "orders", null, 200, 1, 1);
    usage.write();
    assertThat(store.requests("k-100")).isOne();
  }

  @Test
  void noneIsLostOrCountedTwiceWhileItIsWritten() throws Exception {
    Usage busy = new Usage(store, clock);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> counting = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        counting.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 100_000; i++) {
                    busy.count("k-" + i % 10, "orders", null, 200, 1, 1);
                  }
                }));
      }
      while (!counting.stream().allMatch(Future::isDone)) {
        store.away = !store.away;
        busy.write();
      }
      for (Future<?> each : counting) each.get();
    } finally {
      threads.shutdownNow();
    }
    store.away = false;
    busy.write();
    for (int i = 0; i < 10; i++) assertThat(store.requests("k-" + i)).isEqualTo(40_000);
    assertThat(busy.size()).isZero();
  }

  @Test
  void oldCountsAreForgottenOnceAnHour() {
    usage.write();
    usage.write();
    clock.now = NOW.plus(Duration.ofHours(1));
    usage.write();
    assertThat(store.pruned)
        .containsExactly(HOUR - Usage.KEPT.toHours(), HOUR + 1 - Usage.KEPT.toHours());
  }

  @Test
  void aRulesNameIsAsLongAsTheStoreTakes() {
    usage.count("k-1", "x".repeat(5000), null, 200, 1, 1);
    usage.write();
    assertThat(store.kept).containsOnlyKeys(new UsageCell("k-1", HOUR, "x".repeat(100), "2xx"));
  }

  @Test
  void aPercentileIsTheUpperEndOfItsClass() {
    Tally tally = new Tally();
    assertThat(tally.percentile(50)).isEmpty();
    for (int i = 0; i < 98; i++) tally.count(0, 1_000_000);
    tally.count(0, 1_000_001);
    tally.count(0, 5_000_000_001L);
    assertThat(tally.percentile(50)).hasValue(1);
    assertThat(tally.percentile(98)).hasValue(1);
    assertThat(tally.percentile(99)).hasValue(2);
    assertThat(tally.percentile(100)).isEmpty();
  }

  /** Keeps in memory; the same is asked of the real one in the store's contract. */
  private static final class Kept implements UsageStore {
    final Map<UsageCell, Tally> kept = new HashMap<>();
    final List<Long> pruned = new ArrayList<>();
    boolean away;
    String never = "";

    @Override
    public void add(Map<UsageCell, Tally> counted) {
      if (counted.keySet().stream().anyMatch(cell -> cell.keyId().equals(never))) {
        throw new IllegalStateException("as a row that is too long is");
      }
      if (away) throw new StoreUnavailableException("away");
      counted.forEach(
          (cell, tally) -> kept.merge(cell, new Tally().add(tally), (one, more) -> one.add(more)));
    }

    @Override
    public List<Counted> read(
        @Nullable String keyId, long from, long until, Set<Part> by, int limit) {
      throw new UnsupportedOperationException("nobody asks here");
    }

    @Override
    public void prune(long before) {
      pruned.add(before);
    }

    long requests(String key) {
      return kept.entrySet().stream()
          .filter(entry -> entry.getKey().keyId().equals(key))
          .mapToLong(entry -> entry.getValue().requests())
          .sum();
    }
  }
}
