package io.github.sallyport.cache;

import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import javax.cache.Cache;
import javax.cache.CacheManager;
import org.jspecify.annotations.Nullable;

/**
 * The bounded caches of one deployment, by the JCache provider that its settings name.
 *
 * <p>The provider's class is taken from beside ours, and its manager hangs on a child of our class
 * loader: so neither the server's provider nor the application's use of the same one meets ours. It
 * is not asked from {@link javax.cache.Caching}, whose static registry would hold on to a web
 * application that has gone. Only the manager is closed, never the provider, which may be the
 * application's too.
 */
final class BoundedCaches implements AutoCloseable {
  private final CacheProvider provider;
  private final Bound bound;
  // Kept: providers refer to it weakly.
  private final ClassLoader loader = new ClassLoader(BoundedCaches.class.getClassLoader()) {};
  private final CacheManager manager;

  /**
   * @param uri the provider's configuration; null: it has none
   */
  BoundedCaches(CacheProvider provider, @Nullable URI uri) {
    this.provider = provider;
    this.bound = linked(provider::bound);
    this.manager = linked(() -> bound.open(loader, uri));
  }

  /**
   * Makes a cache.
   *
   * @param name begins with {@code sallyport.}: to some providers an application's files are known
   */
  <V> Cache<String, Copy<V>> create(String name, int maxEntries, Duration life) {
    return linked(() -> manager.createCache(name, bound.<V>of(maxEntries, life)));
  }

  private <T> T linked(Supplier<T> task) {
    try {
      return task.get();
    } catch (LinkageError e) {
      throw new IllegalStateException(
          "the JCache provider "
              + provider.word()
              + " is not complete: add "
              + provider.coordinates()
              + " with all that it brings",
          e);
    }
  }

  /** May be called again. */
  @Override
  public void close() {
    manager.close();
  }
}
