package io.github.sallyport.cache;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * What was found out with some effort, by a name that says all that it depended on: so many, and so
 * long. Whether it still holds is for who asks. Safe for use by many threads; where the provider
 * fails, nothing is remembered.
 */
public final class Remembered<V> {
  private static final System.Logger LOG = System.getLogger("sallyport.cache");

  private final Cache<String, Copy<V>> copies;
  private final long lifeNanos;
  private final LongSupplier nanoTicker;
  final LookUps lookUps = new LookUps();
  private final AtomicBoolean reported = new AtomicBoolean();

  Remembered(Cache<String, Copy<V>> copies, Duration life, LongSupplier nanoTicker) {
    this.copies = copies;
    this.lifeNanos = life.toNanos();
    this.nanoTicker = nanoTicker;
  }

  /** Recalls; null: it is not remembered. */
  public @Nullable V get(String name) {
    V value = copyOf(name);
    (value == null ? lookUps.misses : lookUps.hits).increment();
    return value;
  }

  private @Nullable V copyOf(String name) {
    try {
      Copy<V> copy = copies.get(name);
      if (copy == null || nanoTicker.getAsLong() - copy.readAt() >= lifeNanos) return null;
      return copy.value();
    } catch (RuntimeException e) {
      report(e);
      return null;
    }
  }

  /** Remembers. */
  public void put(String name, V value) {
    try {
      copies.put(name, new Copy<>(value, nanoTicker.getAsLong()));
    } catch (RuntimeException e) {
      report(e);
    }
  }

  private void report(RuntimeException e) {
    if (reported.compareAndSet(false, true)) {
      LOG.log(Level.WARNING, "the cache fails: what it holds is found out anew each time", e);
    }
  }
}
