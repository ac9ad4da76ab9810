package io.github.sallyport.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.management.ObjectName;
import org.ehcache.config.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An Ehcache file that a deployer names: it is used, and can't lift what we say in code. */
class EhcacheFileTest {
  private static final String EVERYTHING =
      """
      <config xmlns='http://www.ehcache.org/v3' xmlns:jsr107='http://www.ehcache.org/v3/jsr107'>
        <service>
          <jsr107:defaults enable-management='true' enable-statistics='true'
              default-template='endless'/>
        </service>
        <default-copiers>
          <copier type='io.github.sallyport.cache.Copy'>org.ehcache.impl.copy.SerializingCopier</copier>
        </default-copiers>
        <cache alias='of-the-file'>
          <heap unit='entries'>5</heap>
        </cache>
        <cache-template name='endless'>
          <expiry><none/></expiry>
          <heap unit='entries'>1000000000</heap>
        </cache-template>
      </config>
      """;

  @TempDir Path folder;

  @Test
  void ourCachesAreMadeInTheManagerThatTheFileDescribes() throws IOException {
    try (BoundedCaches bounded = new BoundedCaches(CacheProvider.EHCACHE, file(EVERYTHING))) {
      Cache<String, Copy<String>> ours = bounded.create("sallyport.ours", 1, Duration.ofHours(1));
      assertThat(ours.getCacheManager().getCacheNames())
          .containsExactlyInAnyOrder("of-the-file", "sallyport.ours");
    }
  }

  @Test
  void theFileLiftsNeitherBoundNorTimeNorMakesCopiesOrBeans() throws IOException {
    try (BoundedCaches bounded = new BoundedCaches(CacheProvider.EHCACHE, file(EVERYTHING))) {
      Cache<String, Copy<Object>> few = bounded.create("sallyport.few", 100, Duration.ofHours(1));
      Copy<Object> copy = new Copy<>(new Object(), 1);
      for (int i = 0; i < 2000; i++) few.put("id" + i, copy);
      // Catalogue S13: there is neither disk nor off-heap memory to be full.
      assertThat(
              few.unwrap(org.ehcache.Cache.class)
                  .getRuntimeConfiguration()
                  .getResourcePools()
                  .getResourceTypeSet())
          .isEqualTo(Set.of(ResourceType.Core.HEAP));
      int[] kept = {0};
      few.forEach(entry -> kept[0]++);
      assertThat(kept[0]).isBetween(50, 110);
      few.put("one", copy);
      assertThat(few.get("one")).isSameAs(copy);
      assertThat(beans()).isNotEmpty().noneMatch(name -> name.contains("sallyport"));

      Cache<String, Copy<Object>> brief =
          bounded.create("sallyport.brief", 10, Duration.ofMillis(1));
      brief.put("id", copy);
      await().until(() -> brief.get("id") == null);
    }
  }

  @Test
  void aFileThatEhcacheCanNotReadStopsTheDeploymentByName() throws IOException {
    URI broken = file("<config");
    assertThatThrownBy(() -> new BoundedCaches(CacheProvider.EHCACHE, broken))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("sallyport.cache.uri can't be read by Ehcache");
  }

  @Test
  void copiesAreKeptByAManagerOfAFile() throws IOException {
    CacheSettings settings =
        new CacheSettings(
            Duration.ofHours(1),
            10,
            Duration.ofHours(1),
            Duration.ofHours(1),
            CacheProvider.EHCACHE,
            file(EVERYTHING));
    HandFeed feed = new HandFeed();
    try (Caches caches = Caches.open(settings, feed, feed.nanos::get)) {
      RecordCache<String> cache = caches.records("things", "thing", record -> 1);
      assertThat(cache.find("id", id -> Optional.of("first"))).contains("first");
      assertThat(cache.find("id", id -> Optional.of("second"))).contains("first");
    }
  }

  private URI file(String text) throws IOException {
    return Files.writeString(folder.resolve("ehcache.xml"), text).toUri();
  }

  /** In JMX. */
  private static Set<String> beans() {
    return ManagementFactory.getPlatformMBeanServer().queryNames(null, null).stream()
        .map(ObjectName::getCanonicalName)
        .filter(name -> name.startsWith("javax.cache:"))
        .collect(Collectors.toSet());
  }
}
