package io.github.sallyport.cache;

import com.github.benmanes.caffeine.jcache.configuration.CaffeineConfiguration;
import com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider;
import java.net.URI;
import java.time.Duration;
import java.util.OptionalLong;
import javax.cache.CacheManager;
import javax.cache.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Caffeine's. It reads an application's {@code application.conf}, and from it takes nothing for a
 * cache whose whole configuration it is given, as here.
 */
final class CaffeineBound implements Bound {
  @Override
  public CacheManager open(ClassLoader loader, @Nullable URI uri) {
    CaffeineCachingProvider provider = new CaffeineCachingProvider();
    return provider.getCacheManager(provider.getDefaultURI(), loader);
  }

  @Override
  public <V> Configuration<String, Copy<V>> of(int maxEntries, Duration life) {
    return new CaffeineConfiguration<String, Copy<V>>()
        .setTypes(String.class, Bound.<V>copies())
        .setStoreByValue(false)
        .setMaximumSize(OptionalLong.of(maxEntries))
        .setExpireAfterWrite(OptionalLong.of(life.toNanos()))
        // What is too much goes at once, and not when a thread of the JVM's common pool is free.
        .setExecutorFactory(() -> Runnable::run);
  }
}
