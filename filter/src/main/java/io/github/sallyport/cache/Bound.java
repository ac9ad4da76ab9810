package io.github.sallyport.cache;

import java.net.URI;
import java.time.Duration;
import javax.cache.CacheManager;
import javax.cache.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Says to one provider what JCache has no words for: at most so many, by reference, not for ever,
 * and nothing of it from the files that an application keeps for caches of its own. Loaded only
 * where that provider is.
 */
interface Bound {

  /**
   * Opens a manager that is nobody else's.
   *
   * @param loader ours alone; by it the provider tells managers apart
   * @param uri the provider's configuration, for one that {@linkplain
   *     CacheProvider#readsConfiguration reads it}
   */
  CacheManager open(ClassLoader loader, @Nullable URI uri);

  /** The configuration of one cache. */
  <V> Configuration<String, Copy<V>> of(int maxEntries, Duration life);

  @SuppressWarnings("unchecked") // there is no class literal of a parameterized type
  static <V> Class<Copy<V>> copies() {
    return (Class<Copy<V>>) (Class<?>) Copy.class;
  }
}
