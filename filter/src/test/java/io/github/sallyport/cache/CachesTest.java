package io.github.sallyport.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.StoreUnavailableException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.spi.CachingProvider;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every provider must leave alone, and keep. */
@ParameterizedClass
@EnumSource(CacheProvider.class)
class CachesTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String EHCACHE_DEFAULT = "ehcache.jsr107.config.default";
  private static final Duration SHORT = Duration.ofMillis(20);

  private final CacheProvider provider;
  private final HandFeed feed = new HandFeed();
  private final AtomicInteger reads = new AtomicInteger();

  CachesTest(CacheProvider provider) {
    this.provider = provider;
  }

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
    CacheSettings soon = new CacheSettings(SHORT, 100, SHORT, SHORT, provider, null);
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
  void nothingIsRegisteredInJmx() {
    Set<ObjectName> before = beans();
    try (Caches caches = open(HOUR, 100)) {
      find(caches.records("unseen", "thing", record -> 1), "id");
      assertThat(beans()).isEqualTo(before);
    }
  }

  @Test
  void theProviderThatWasNamedIsTheOneAndItsManagerHangsOnALoaderOfOurs() {
    try (BoundedCaches bounded = new BoundedCaches(provider, null)) {
      CacheManager manager = bounded.<String>create("sallyport.named", 1, HOUR).getCacheManager();
      Class<?> used = manager.getCachingProvider().getClass();
      assertThat(CacheProvider.named(used.getName())).contains(provider);
      assertThat(CacheProvider.named(provider.word())).contains(provider);
      assertThat(manager.getClassLoader()).isNotSameAs(used.getClassLoader());
    }
  }

  /**
   * On the class path lie files in which an application bounds its own caches, of our names too.
   */
  @Test
  void theApplicationsOwnFilesChangeNothing() {
    String before = System.setProperty(EHCACHE_DEFAULT, "file:/nowhere/ehcache.xml");
    try (Caches caches = open(HOUR, 1000)) {
      RecordCache<String> cache = caches.records("sallyport.things", "thing", record -> 1);
      for (int i = 0; i < 500; i++) find(cache, "id" + i);
      reads.set(0);
      for (int i = 0; i < 500; i++) find(cache, "id" + i);
      assertThat(reads).hasValue(0);
    } finally {
      if (before == null) System.clearProperty(EHCACHE_DEFAULT);
      else System.setProperty(EHCACHE_DEFAULT, before);
    }
  }

  @Test
  void theApplicationsOwnManagerOfTheSameProviderMeetsNothingOfOursAndOutlivesUs() {
    ClassLoader application = CachesTest.class.getClassLoader();
    CachingProvider theirs = Caching.getCachingProvider(className(), application);
    try (CacheManager manager =
        theirs.getCacheManager(theirs.getDefaultURI(), application, new Properties())) {
      Cache<Object, Object> orders =
          manager.createCache("sallyport.things", new MutableConfiguration<>());
      orders.put("id", "an order");
      try (Caches caches = open(HOUR, 100)) {
        find(caches.records("sallyport.things", "thing", record -> 1), "id");
        assertThat(reads).hasValue(1);
      }
      assertThat(manager.isClosed()).isFalse();
      assertThat(orders.isClosed()).isFalse();
      assertThat(orders.get("id")).isEqualTo("an order");
      orders.put("id", "another");
      assertThat(orders.get("id")).isEqualTo("another");
    } finally {
      theirs.close();
    }
  }

  @Test
  void whatTheApplicationClosesOfItsOwnLeavesOursOpen() {
    ClassLoader application = CachesTest.class.getClassLoader();
    CachingProvider theirs = Caching.getCachingProvider(className(), application);
    try (Caches caches = open(HOUR, 100)) {
      RecordCache<String> cache = caches.records("sallyport.things", "thing", record -> 1);
      find(cache, "id");
      theirs.getCacheManager(theirs.getDefaultURI(), application, new Properties());
      theirs.close(application);
      find(cache, "id");
      assertThat(reads).hasValue(1);
    } finally {
      theirs.close();
    }
  }

  private String className() {
    try (BoundedCaches bounded = new BoundedCaches(provider, null)) {
      return bounded
          .<String>create("asked", 1, HOUR)
          .getCacheManager()
          .getCachingProvider()
          .getClass()
          .getName();
    }
  }

  private static Set<ObjectName> beans() {
    return ManagementFactory.getPlatformMBeanServer().queryNames(null, null);
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
    return Caches.open(
        new CacheSettings(ttl, entries, HOUR, HOUR, provider, null), feed, feed.nanos::get);
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
