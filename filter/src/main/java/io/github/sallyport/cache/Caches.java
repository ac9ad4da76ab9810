package io.github.sallyport.cache;

import io.github.sallyport.Health;
import io.github.sallyport.Telemetry;
import io.github.sallyport.cache.RecordCache.Keys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** All copies that one deployment keeps, and the feed that keeps them true. */
public final class Caches implements AutoCloseable {
  private static final int MOST_UNKNOWN = 1000;

  private final CacheSettings settings;
  private final LongSupplier nanoTicker;
  private final Telemetry telemetry;
  private final BoundedCaches bounded;
  private final ChangeFeed feed;
  private volatile @Nullable WakeUps cluster;
  private final Map<RecordCache<?>, String> kinds = new ConcurrentHashMap<>();
  private final Map<Mirror, String> mirrors = new ConcurrentHashMap<>();

  private Caches(
      CacheSettings settings, ChangeSource changes, LongSupplier nanoTicker, Telemetry telemetry) {
    this.telemetry = Objects.requireNonNull(telemetry, "telemetry");
    this.settings = Objects.requireNonNull(settings, "settings");
    this.nanoTicker = Objects.requireNonNull(nanoTicker, "nanoTicker");
    this.feed =
        new ChangeFeed(
            changes,
            settings,
            nanoTicker,
            new ChangeFeed.Copies() {
              @Override
              public void changed(Change change) {
                kinds.forEach(
                    (cache, kind) -> {
                      if (kind.equals(change.kind())) cache.changed(change.id(), change.version());
                    });
                mirrors.forEach(
                    (mirror, kind) -> {
                      if (kind.equals(change.kind())) mirror.changed(change.id(), change.version());
                    });
              }

              @Override
              public void clear() {
                kinds.keySet().forEach(RecordCache::clear);
                mirrors.keySet().forEach(Mirror::reload);
              }
            });
    this.bounded = new BoundedCaches(settings.provider(), settings.uri());
  }

  /**
   * Opens the copies' room and begins to follow the store's changes.
   *
   * @throws io.github.sallyport.StoreUnavailableException if the store does not answer
   */
  public static Caches open(CacheSettings settings, ChangeSource changes) {
    return open(settings, changes, System::nanoTime, Telemetry.NONE);
  }

  /** As {@link #open(CacheSettings, ChangeSource)}, watched. */
  public static Caches open(CacheSettings settings, ChangeSource changes, Telemetry telemetry) {
    return open(settings, changes, System::nanoTime, telemetry);
  }

  /**
   * As {@link #open(CacheSettings, ChangeSource)}, by another clock.
   *
   * @param nanoTicker a clock that never goes back, in nanoseconds
   */
  public static Caches open(CacheSettings settings, ChangeSource changes, LongSupplier nanoTicker) {
    return open(settings, changes, nanoTicker, Telemetry.NONE);
  }

  private static Caches open(
      CacheSettings settings, ChangeSource changes, LongSupplier nanoTicker, Telemetry telemetry) {
    Caches caches = new Caches(settings, changes, nanoTicker, telemetry);
    try {
      caches.feed.open();
      telemetry.watch(Telemetry.Reading.FEED_AGE, () -> caches.feed.age().toMillis());
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
   * @param kind by which the change feed calls it
   * @param version a number in each record that grows with every change to it
   */
  public <V> RecordCache<V> records(String name, String kind, ToLongFunction<V> version) {
    return add(name, kind, Keys.IDS, version);
  }

  /**
   * Makes a place for something else that leads to records: what it leads to never changes, once
   * there is one.
   *
   * @param name unique here
   * @param kind of the records, by which the change feed calls them
   */
  public <V> RecordCache<V> lookUps(String name, String kind) {
    return add(name, kind, Keys.OTHERS, same -> 1);
  }

  /**
   * Makes a place for what no change of the store makes untrue.
   *
   * @param name unique here
   * @param maxEntries how many at most
   * @param life how long at most
   */
  public <V> Remembered<V> remembered(String name, int maxEntries, Duration life) {
    Remembered<V> remembered =
        new Remembered<>(bounded.create(name, maxEntries, life), life, nanoTicker);
    watch(name, remembered.lookUps);
    return remembered;
  }

  /**
   * Reads all numbers of one kind from the store, and follows their changes from then on.
   *
   * @param kind by which the change feed calls them; a change's id is a digest, and its version the
   *     number
   * @throws io.github.sallyport.StoreUnavailableException if the store does not answer
   */
  public Mirror mirror(String kind, Mirror.Pages store) {
    Mirror mirror = new Mirror(store, feed);
    mirrors.put(mirror, kind); // first: what is committed after the read is in the feed
    try {
      mirror.reload();
      return mirror;
    } catch (RuntimeException | Error e) {
      mirrors.remove(mirror);
      throw e;
    }
  }

  /**
   * Joins a cluster, whose nodes wake each other when something was changed.
   *
   * @param application the web application's class loader
   * @return what leaves it
   * @throws IllegalStateException if that can't be done as it was set; the message says what to do
   */
  public AutoCloseable join(ClusterSettings settings, ClassLoader application) {
    WakeUps others = WakeUps.open(settings, application, feed::tell);
    feed.announceBy(others::announce);
    cluster = others;
    return others;
  }

  /** What all nodes of the cluster keep together; null where none was joined. */
  public @Nullable SharedNumbers shared() {
    WakeUps others = cluster;
    return others == null ? null : others.numbers();
  }

  private <V> RecordCache<V> add(String name, String kind, Keys keys, ToLongFunction<V> version) {
    RecordCache<V> cache =
        new RecordCache<>(
            bounded.create(name, settings.maxEntries(), settings.ttl().plus(settings.grace())),
            bounded.create(
                name + ".unknown", MOST_UNKNOWN, Duration.ofSeconds(RecordCache.UNKNOWN_SECONDS)),
            keys,
            feed,
            settings.ttl(),
            nanoTicker,
            version);
    kinds.put(cache, kind);
    watch(name, cache.lookUps);
    return cache;
  }

  private void watch(String name, LookUps lookUps) {
    telemetry.watchCache(name, lookUps.hits::sum, lookUps.misses::sum);
  }

  /** How the store does, and the cluster where one was joined. */
  public List<Health.Part> health() {
    WakeUps others = cluster;
    return others == null ? List.of(feed.health()) : List.of(feed.health(), others.health());
  }

  /** The feed, for tests that read the position in the thread's place. */
  ChangeFeed feed() {
    return feed;
  }

  /** Ends the feed's thread and gives up all copies. May be called again. */
  @Override
  public void close() {
    feed.close();
    bounded.close();
  }
}
