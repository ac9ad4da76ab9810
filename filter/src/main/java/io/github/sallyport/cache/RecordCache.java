package io.github.sallyport.cache;

import io.github.sallyport.StoreUnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import javax.cache.Cache;
import org.jspecify.annotations.Nullable;

/**
 * Copies of one kind of record, read through from the store.
 *
 * <p><b>The race.</b> A reader finds no copy, and reads the record from the store. Before it puts
 * the copy in place the record changes, and whoever learns of that removes a copy that is not there
 * yet. Then the reader puts the old record in, where it would stay. JSR 107 promises no order
 * between a load and a put, so no provider helps.
 *
 * <p><b>The rule.</b> Whoever reads an id enters it in {@code loads} first; others who want the
 * same id wait for that one. Whoever learns of a change marks the id's load as stale. A load
 * publishes, and looks at its mark, under the map's lock of that id; if it is stale it reads again.
 * So what is published was read after every change that was known when it was published, also where
 * no copy ever was.
 *
 * <p><b>Two more.</b> A change of our own puts the record that it made in the copy's place, unless
 * the copy has a higher version already (two changes may end in the other order than they were
 * committed in). And if everything was emptied while our change was on its way, what it made may be
 * older than what the emptying was for: the copy is then dropped.
 *
 * <p>Ids that the store does not know leave no copy. Safe for use by many threads.
 *
 * @param <V> the record, immutable: it is handed out by reference
 */
public final class RecordCache<V> {
  private final Cache<String, Copy<V>> copies;
  private final ChangeFeed feed;
  private final long ttlNanos;
  private final LongSupplier nanoTicker;
  private final ToLongFunction<V> version;
  private final ConcurrentHashMap<String, Load<V>> loads = new ConcurrentHashMap<>();
  private final AtomicLong clears = new AtomicLong();

  RecordCache(
      Cache<String, Copy<V>> copies,
      ChangeFeed feed,
      Duration ttl,
      LongSupplier nanoTicker,
      ToLongFunction<V> version) {
    this.copies = copies;
    this.feed = feed;
    this.ttlNanos = ttl.toNanos();
    this.nanoTicker = nanoTicker;
    this.version = version;
  }

  /**
   * Finds a record: by its copy while that is young, else in the store.
   *
   * @param read reads the record from the store; at most one at a time runs for an id
   * @throws StoreUnavailableException if the store does not answer and no copy may be trusted
   */
  public Optional<V> find(String id, Function<String, Optional<V>> read) {
    Copy<V> copy = copies.get(id);
    feed.requireFresh(); // after the copy is in hand, lest a pause in between stretch the grace
    if (copy == null) return load(id, read);
    boolean young = nanoTicker.getAsLong() - copy.readAt() <= ttlNanos;
    if (young || !feed.reached()) return Optional.of(copy.value());
    try {
      return load(id, read);
    } catch (StoreUnavailableException e) {
      return Optional.of(copyAfter(e, id));
    }
  }

  /**
   * Runs a change of our own, its commit included, and puts what it made in the copy's place. Where
   * it fails nobody knows what was committed, so there is no copy then.
   *
   * @param change makes the change
   * @param made takes the record out of the change's result; null where there is none to keep
   */
  public <R> R change(String id, Supplier<R> change, Function<R, @Nullable V> made) {
    long before = clears.get();
    V record = null;
    try {
      R result = change.get();
      record = made.apply(result);
      return result;
    } finally {
      replace(id, record);
      if (clears.get() != before) replace(id, null);
    }
  }

  /** Drops every copy, and has every running load read again. */
  void clear() {
    clears.incrementAndGet();
    for (String id : loads.keySet()) {
      loads.computeIfPresent(id, (same, load) -> load.markStale());
    }
    copies.clear();
  }

  private void replace(String id, @Nullable V record) {
    loads.compute(
        id,
        (same, load) -> {
          if (record == null) {
            copies.remove(id);
          } else {
            Copy<V> copy = copies.get(id);
            if (copy == null || version(copy.value()) <= version(record)) {
              copies.put(id, new Copy<>(record, nanoTicker.getAsLong()));
            }
          }
          return load == null ? null : load.markStale();
        });
  }

  private long version(V record) {
    return version.applyAsLong(record);
  }

  /** Asks for the copy anew: a change may have replaced it while the store was waited for. */
  private V copyAfter(StoreUnavailableException failure, String id) {
    Copy<V> copy = copies.get(id);
    feed.requireFresh();
    if (copy == null) throw failure;
    return copy.value();
  }

  private Optional<V> load(String id, Function<String, Optional<V>> read) {
    Load<V> mine = new Load<>();
    Load<V> running = loads.putIfAbsent(id, mine);
    if (running != null) return running.await();
    try {
      long readAt;
      Optional<V> found;
      do {
        readAt = nanoTicker.getAsLong();
        found = read.apply(id);
      } while (!publish(id, mine, found, readAt));
      mine.result.complete(found);
      return found;
    } catch (RuntimeException | Error e) {
      loads.remove(id, mine);
      mine.result.completeExceptionally(e);
      throw e;
    }
  }

  /** Puts the copy in place and ends the load, unless it is stale. */
  private boolean publish(String id, Load<V> mine, Optional<V> found, long readAt) {
    Load<V> still =
        loads.compute(
            id,
            (same, load) -> {
              if (mine.stale) {
                mine.stale = false;
                return mine;
              }
              if (found.isPresent()) {
                copies.put(id, new Copy<>(found.get(), readAt));
              } else {
                copies.remove(id);
              }
              return null;
            });
    return still == null;
  }

  /** A read that runs, for all who want the same id. */
  private static final class Load<V> {
    private final CompletableFuture<Optional<V>> result = new CompletableFuture<>();

    // Guarded by the lock of the entry of loads.
    private boolean stale;

    private Load<V> markStale() {
      stale = true;
      return this;
    }

    private Optional<V> await() {
      try {
        return result.join();
      } catch (CompletionException e) {
        throw new StoreUnavailableException(
            "the store did not answer another request for the same record", e.getCause());
      }
    }
  }
}
