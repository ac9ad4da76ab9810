package io.github.sallyport.cache;

import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.concurrent.TimeUnit;
import javax.cache.CacheManager;
import javax.cache.configuration.Configuration;
import javax.cache.expiry.ModifiedExpiryPolicy;
import org.cache2k.Cache2kBuilder;
import org.cache2k.jcache.ExtendedMutableConfiguration;
import org.cache2k.jcache.provider.JCacheProvider;
import org.jspecify.annotations.Nullable;

/**
 * cache2k's. Behind every provider object of its there is one and the same, which is why {@code
 * CachingProvider.close()} is never called: it would close the application's managers too.
 */
final class Cache2kBound implements Bound {
  @Override
  public CacheManager open(ClassLoader loader, @Nullable URI uri) {
    return new JCacheProvider().getCacheManager(URI.create("sallyport"), new NoFiles(loader));
  }

  @Override
  public <V> Configuration<String, Copy<V>> of(int maxEntries, Duration life) {
    ExtendedMutableConfiguration<String, Copy<V>> configuration =
        ExtendedMutableConfiguration.of(
            Cache2kBuilder.of(String.class, Bound.<V>copies())
                .entryCapacity(maxEntries)
                .strictEviction(true) // else it is cut into segments, and the fullest evicts early
                // What is too old goes on cache2k's own thread, not on the JVM's common pool.
                .executor(Runnable::run));
    configuration.setTypes(String.class, Bound.copies());
    configuration.setStoreByValue(false);
    configuration.setExpiryPolicyFactory(
        ModifiedExpiryPolicy.factoryOf(
            new javax.cache.expiry.Duration(TimeUnit.MILLISECONDS, life.toMillis())));
    return configuration;
  }

  /** Shows no file: one of the manager's name would override what is said in code. */
  private static final class NoFiles extends ClassLoader {
    NoFiles(ClassLoader parent) {
      super(parent);
    }

    @Override
    public @Nullable URL getResource(String name) {
      return null;
    }

    @Override
    public Enumeration<URL> getResources(String name) {
      return Collections.emptyEnumeration();
    }

    @Override
    public @Nullable InputStream getResourceAsStream(String name) {
      return null;
    }
  }
}
