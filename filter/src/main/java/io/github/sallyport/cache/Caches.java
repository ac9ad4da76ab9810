package io.github.sallyport.cache;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import javax.cache.CacheManager;
import javax.cache.spi.CachingProvider;

/**
 * All copies that one deployment keeps, and the feed that keeps them true.
 *
 * <p>The JCache provider is made by its class name and with our class loader, and its manager hangs
 * on a child of that loader, so that neither the container's provider nor the application's use of
 * the same one meets ours. It is not asked from {@link javax.cache.Caching}, whose static registry
 * would hold on to a web application that has gone.
 */
public final class Caches implements AutoCloseable {
  private static final String PROVIDER = "org.ehcache.jsr107.EhcacheCachingProvider";

  private final CacheSettings settings;
  private final LongSupplier nanoTicker;
  private final CachingProvider provider;
  private final CacheManager manager;
  private final ChangeFeed feed;
  private final List<RecordCache<?>> records = new CopyOnWriteArrayList<>();

  private Caches(CacheSettings settings, FeedPosition position, LongSupplier nanoTicker) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.nanoTicker = Objects.requireNonNull(nanoTicker, "nanoTicker");
    this.feed =
        new ChangeFeed(position, settings, nanoTicker, () -> records.forEach(RecordCache::clear));
    this.provider = provider();
    this.manager =
        provider.getCacheManager(
            // Any other URI would be read as the place of an XML configuration.
            provider.getDefaultURI(), new ClassLoader(Caches.class.getClassLoader()) {});
  }

  /**
   * Opens the copies' room and begins to follow the store's changes.
   *
   * @throws io.github.sallyport.StoreUnavailableException if the store does not answer
   */
  public static Caches open(CacheSettings settings, FeedPosition position) {
    return open(settings, position, System::nanoTime);
  }

  /**
   * As {@link #open(CacheSettings, FeedPosition)}, by another clock.
   *
   * @param nanoTicker a clock that never goes back, in nanoseconds
   */
  public static Caches open(
      CacheSettings settings, FeedPosition position, LongSupplier nanoTicker) {
    Caches caches = new Caches(settings, position, nanoTicker);
    try {
      caches.feed.open();
      return caches;
    } catch (RuntimeException | Error e) {
      caches.close();
      throw e;
    }
  }

  /**
   * Makes a place for the copies of one kind of record.
   *
   * @param name unique here
   * @param version a number in each record that grows with every change to it
   */
  public <V> RecordCache<V> records(String name, ToLongFunction<V> version) {
    RecordCache<V> cache =
        new RecordCache<>(
            manager.createCache(name, EhcacheBound.<V>of(settings)),
            feed,
            settings.ttl(),
            nanoTicker,
            version);
    records.add(cache);
    return cache;
  }

  /** The feed, for tests that read the position in the thread's place. */
  ChangeFeed feed() {
    return feed;
  }

  private static CachingProvider provider() {
    try {
      return Class.forName(PROVIDER, true, Caches.class.getClassLoader())
          .asSubclass(CachingProvider.class)
          .getConstructor()
          .newInstance();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "the JCache provider org.ehcache:ehcache (classifier jakarta) is missing", e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("the JCache provider can't be made", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the JCache provider can't be made", e);
    }
  }

  /** Ends the feed's thread and gives up all copies. May be called again. */
  @Override
  public void close() {
    feed.close();
    manager.close();
    provider.close();
  }
}
