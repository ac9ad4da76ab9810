package io.github.sallyport.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.StoreUnavailableException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class CachesTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final HandFeed feed = new HandFeed();
  private final AtomicInteger reads = new AtomicInteger();

  @Test // catalogue G21, DEPENDENCIES: a plain JCache keeps everything
  void noMoreCopiesAreKeptThanTheSettingsSay() {
    try (Caches caches = open(HOUR, 100)) {
      RecordCache<String> cache = caches.records("bounded", "thing", record -> 1);
      for (int i = 0; i < 2000; i++) find(cache, "id" + i);
      reads.set(0);
      for (int i = 0; i < 2000; i++) find(cache, "id" + i);
      assertThat(reads.get()).isGreaterThanOrEqualTo(1900);
    }
  }

  @Test
  void aCopyLeavesAfterItsTimeAndTheGrace() {
    CacheSettings soon =
        new CacheSettings(Duration.ofMillis(20), 100, Duration.ofMillis(20), Duration.ofMillis(20));
    try (Caches caches = Caches.open(soon, feed, feed.nanos::get)) { // our own clock stands still
      RecordCache<String> cache = caches.records("expiring", "thing", record -> 1);
      await()
          .untilAsserted(
              () -> {
                find(cache, "id");
                assertThat(reads.get()).isGreaterThan(1);
              });
    }
  }

  @Test
  void aChangeOfOurOwnIsFollowedAtOnceSoThatOthersHearOfIt() {
    try (Caches caches = open(HOUR, 100)) { // by itself it would read in an hour
      RecordCache<String> cache = caches.records("own", "thing", record -> 1);
      int before = feed.reads.get();
      cache.change("id", () -> "record", made -> made);
      await().until(feed.reads::get, reads -> reads == before + 1);
    }
  }

  @Test
  void twoDeploymentsBesideEachOtherShareNothing() {
    Caches one = open(HOUR, 100);
    try (Caches two = open(HOUR, 100)) {
      RecordCache<String> first = one.records("same", "thing", record -> 1);
      RecordCache<String> second = two.records("same", "thing", record -> 1);
      find(first, "id");
      find(second, "id");
      assertThat(reads).hasValue(2);
      one.close();
      find(second, "id");
      assertThat(reads).hasValue(2);
    }
  }

  @Test
  void nothingIsRegisteredInJmx() throws JMException {
    try (Caches caches = open(HOUR, 100)) {
      find(caches.records("unseen", "thing", record -> 1), "id");
      assertThat(
              ManagementFactory.getPlatformMBeanServer()
                  .queryNames(new ObjectName("javax.cache:*"), null))
          .isEmpty();
    }
  }

  @Test
  void closingLeavesNoThread() {
    Set<Thread> before = threads();
    try (Caches caches = open(HOUR, 100)) {
      find(caches.records("short", "thing", record -> 1), "id");
      assertThat(threads()).isNotEqualTo(before);
    }
    await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
  }

  @Test
  void aStartWithoutAStoreFailsAndLeavesNoThread() {
    Set<Thread> before = threads();
    feed.down = true;
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> open(HOUR, 100));
    await().untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
  }

  private Caches open(Duration ttl, int entries) {
    return Caches.open(new CacheSettings(ttl, entries, HOUR, HOUR), feed, feed.nanos::get);
  }

  private void find(RecordCache<String> cache, String id) {
    cache.find(
        id,
        same -> {
          reads.incrementAndGet();
          return Optional.of("record");
        });
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> !t.getName().startsWith("awaitility"))
        .collect(Collectors.toSet());
  }
}
