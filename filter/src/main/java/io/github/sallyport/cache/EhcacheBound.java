package io.github.sallyport.cache;

import javax.cache.configuration.Configuration;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.jsr107.Eh107Configuration;

/**
 * Says "at most N, by reference, and not for ever" to Ehcache, since JCache has no words for the
 * first. Loaded only where Ehcache is.
 */
final class EhcacheBound {
  private EhcacheBound() {}

  @SuppressWarnings("unchecked") // there is no class literal of a parameterized type
  static <V> Configuration<String, Copy<V>> of(CacheSettings settings) {
    return Eh107Configuration.fromEhcacheCacheConfiguration(
        CacheConfigurationBuilder.newCacheConfigurationBuilder(
                String.class,
                (Class<Copy<V>>) (Class<?>) Copy.class,
                ResourcePoolsBuilder.heap(settings.maxEntries()))
            .withExpiry(
                ExpiryPolicyBuilder.timeToLiveExpiration(settings.ttl().plus(settings.grace()))));
  }
}
