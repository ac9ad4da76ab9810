package io.github.sallyport.cache;

import java.time.Duration;
import javax.cache.configuration.Configuration;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.jsr107.Eh107Configuration;
import org.ehcache.jsr107.config.ConfigurationElementState;
import org.ehcache.jsr107.config.Jsr107CacheConfiguration;

/**
 * Says "at most N, by reference, and not for ever" to Ehcache, since JCache has no words for the
 * first. Loaded only where Ehcache is.
 */
final class EhcacheBound {
  private EhcacheBound() {}

  @SuppressWarnings("unchecked") // there is no class literal of a parameterized type
  static <V> Configuration<String, Copy<V>> of(int maxEntries, Duration life) {
    return Eh107Configuration.fromEhcacheCacheConfiguration(
        CacheConfigurationBuilder.newCacheConfigurationBuilder(
                String.class,
                (Class<Copy<V>>) (Class<?>) Copy.class,
                ResourcePoolsBuilder.heap(maxEntries))
            // Else it registers a bean in JMX, whose name two web applications would share.
            .withService(
                new Jsr107CacheConfiguration(
                    ConfigurationElementState.DISABLED, ConfigurationElementState.DISABLED))
            .withExpiry(ExpiryPolicyBuilder.timeToLiveExpiration(life)));
  }
}
