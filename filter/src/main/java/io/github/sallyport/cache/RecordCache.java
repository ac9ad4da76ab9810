package io.github.sallyport.cache;

import io.github.sallyport.StoreUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * <p>Ids that the store does not know are remembered for {@value #UNKNOWN_SECONDS} seconds, in a
 * small place of their own, so that no flood of them drives a record out. Safe for use by many
 * threads.
 *
 * <p>A provider that fails, or hands out what was never put there, costs queries and nothing else.
 *
 * @param <V> the record, immutable: it is handed out by reference
 */
public final class RecordCache<V> {
  private static final System.Logger LOG = System.getLogger("sallyport.cache");

  /** How long it is remembered that the store does not know an id. */
  static final int UNKNOWN_SECONDS = 5;

  private static final long UNKNOWN_NANOS = Duration.ofSeconds(UNKNOWN_SECONDS).toNanos();

  private final Cache<String, Copy<V>> copies;
  private final Cache<String, Copy<V>> unknown;
  private final ChangeFeed feed;
  private final long ttlNanos;
  private final LongSupplier nanoTicker;
  private final ToLongFunction<V> version;
  private final ConcurrentHashMap<String, Load<V>> loads = new ConcurrentHashMap<>();
  private final Keys keys;
  private final AtomicBoolean reported = new AtomicBoolean();
  // Written in this order, and read in the other.
  private volatile long failedAt;
  private volatile boolean failed;
  final LookUps lookUps = new LookUps();
  // Changes and emptyings that were heard of.
  private final AtomicLong heard = new AtomicLong();
  // Writes to the provider that have ended, whatever became of them.
  private final AtomicLong written = new AtomicLong();

  /** What the copies are kept by. */
  enum Keys {
    /** The ids that the change feed speaks of. */
    IDS,
    /** Something else that leads to a record: what it leads to never changes, once there is one. */
    OTHERS
  }

  RecordCache(
      Cache<String, Copy<V>> copies,
      Cache<String, Copy<V>> unknown,
      Keys keys,
      ChangeFeed feed,
      Duration ttl,
      LongSupplier nanoTicker,
      ToLongFunction<V> version) {
    this.copies = copies;
    this.unknown = unknown;
    this.keys = keys;
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
    Copy<V> copy = get(copies, id);
    feed.requireFresh(); // after the copy is in hand, lest a pause in between stretch the grace
    V value = copy == null ? null : copy.value();
    if (copy == null || value == null) {
      if (unknownNow(id) == null) return miss(id, read);
      lookUps.hits.increment();
      return Optional.empty();
    }
    if (isYoung(copy) || !feed.reached()) {
      lookUps.hits.increment();
      return Optional.of(value);
    }
    try {
      return miss(id, read);
    } catch (StoreUnavailableException e) {
      return Optional.of(copyAfter(e, id));
    }
  }

  /**
   * Finds one record again and again, for those of which every request needs the same. While
   * nothing was written here since the last look, the copy is the one of that look, and the
   * provider is not asked; how old it may be, and the grace, are as ever.
   *
   * @param read as in {@link #find}
   */
  public Supplier<Optional<V>> held(String id, Function<String, Optional<V>> read) {
    return new Held(id, read);
  }

  private final class Held implements Supplier<Optional<V>> {
    private final String id;
    private final Function<String, Optional<V>> read;
    private volatile @Nullable Hold<V> last;

    Held(String id, Function<String, Optional<V>> read) {
      this.id = id;
      this.read = read;
    }

    @Override
    public Optional<V> get() {
      Hold<V> hold = last;
      if (hold != null && hold.written == written.get() && !isDistrusted(hold.copy)) {
        feed.requireFresh();
        if (isYoung(hold.copy)) {
          lookUps.hits.increment();
          return hold.found;
        }
      }
      // Counted before the look: what is written from here on makes it void.
      long before = written.get();
      Optional<V> found = find(id, read);
      Copy<V> copy = found.isEmpty() ? null : RecordCache.this.get(copies, id);
      last = copy != null && copy.value() == found.get() ? new Hold<>(found, copy, before) : null;
      return found;
    }
  }

  /** What was found, and when. */
  private record Hold<V>(Optional<V> found, Copy<V> copy, long written) {}

  /**
   * Runs a change of our own, its commit included, and puts what it made in the copy's place. Where
   * it fails nobody knows what was committed, so there is no copy then.
   *
   * @param change makes the change
   * @param made takes the record out of the change's result; null where there is none to keep
   */
  public <R> R change(String id, Supplier<R> change, Function<R, @Nullable V> made) {
    long before = heard.get();
    V record = null;
    try {
      R result = change.get();
      record = made.apply(result);
      return result;
    } finally {
      replace(id, record);
      if (heard.get() != before) replace(id, null);
      feed.wake();
    }
  }

  /** Forgets which ids the store does not know: one may have come in by another way. */
  public void forgetUnknown() {
    heard.incrementAndGet();
    staleAllLoads();
    write(unknown::clear);
  }

  /** Drops the copy of a record that was changed, here or elsewhere, unless it is as new. */
  void changed(String id, long newVersion) {
    if (keys == Keys.OTHERS) {
      forgetUnknown();
      return;
    }
    heard.incrementAndGet();
    loads.compute(
        id,
        (same, load) -> {
          remove(unknown, id);
          Copy<V> copy = get(copies, id);
          if (copy != null && version(copy) >= newVersion) return load;
          remove(copies, id);
          return load == null ? null : load.markStale();
        });
  }

  /** Drops every copy, and has every running load read again. */
  void clear() {
    heard.incrementAndGet();
    staleAllLoads();
    write(copies::clear);
    write(unknown::clear);
  }

  private void staleAllLoads() {
    for (String id : loads.keySet()) {
      loads.computeIfPresent(id, (same, load) -> load.markStale());
    }
  }

  /** A copy, if the provider has one that it gives and that may be trusted. */
  private @Nullable Copy<V> get(Cache<String, Copy<V>> from, String id) {
    try {
      Copy<V> copy = from.get(id);
      return copy == null || isDistrusted(copy) ? null : copy;
    } catch (RuntimeException e) {
      report("a copy can't be read, and is read from the store", e);
      return null;
    }
  }

  private void put(Cache<String, Copy<V>> to, String id, Copy<V> copy) {
    write(() -> to.put(id, copy));
  }

  private void remove(Cache<String, Copy<V>> from, String id) {
    write(() -> from.remove(id));
  }

  /**
   * Writes to the provider. Where that fails, the copy that should have gone may have stayed: so
   * none that was read before now is trusted any more.
   */
  private void write(Runnable writing) {
    try {
      writing.run();
    } catch (RuntimeException e) {
      failedAt = nanoTicker.getAsLong();
      failed = true;
      report("copies can't be written; none from before now is used", e);
    } finally {
      written.incrementAndGet();
    }
  }

  private boolean isDistrusted(Copy<V> copy) {
    return failed && copy.readAt() - failedAt <= 0;
  }

  private void report(String what, RuntimeException e) {
    if (reported.compareAndSet(false, true)) LOG.log(Level.WARNING, what, e);
  }

  private boolean isYoung(Copy<V> copy) {
    return nanoTicker.getAsLong() - copy.readAt() <= ttlNanos;
  }

  /** The word that the store does not know the id, if it is not too old. */
  private @Nullable Copy<V> unknownNow(String id) {
    Copy<V> copy = get(unknown, id);
    return copy != null && nanoTicker.getAsLong() - copy.readAt() <= UNKNOWN_NANOS ? copy : null;
  }

  private void replace(String id, @Nullable V record) {
    loads.compute(
        id,
        (same, load) -> {
          remove(unknown, id);
          if (record == null) {
            remove(copies, id);
          } else {
            Copy<V> copy = get(copies, id);
            if (copy == null || version(copy) <= version.applyAsLong(record)) {
              put(copies, id, new Copy<>(record, nanoTicker.getAsLong()));
            }
          }
          return load == null ? null : load.markStale();
        });
  }

  private long version(Copy<V> copy) {
    V value = copy.value();
    return value == null ? 0 : version.applyAsLong(value);
  }

  /** Asks for the copy anew: a change may have replaced it while the store was waited for. */
  private V copyAfter(StoreUnavailableException failure, String id) {
    Copy<V> copy = get(copies, id);
    feed.requireFresh();
    V value = copy == null ? null : copy.value();
    if (value == null) throw failure;
    return value;
  }

  private Optional<V> miss(String id, Function<String, Optional<V>> reader) {
    lookUps.misses.increment();
    return load(id, reader);
  }

  private Optional<V> load(String id, Function<String, Optional<V>> reader) {
    Load<V> mine = new Load<>();
    Load<V> running = loads.putIfAbsent(id, mine);
    if (running != null) return running.await();
    try {
      Copy<V> known = loadedMeanwhile(id);
      if (known != null && end(id, mine, () -> {})) {
        mine.result.complete(Optional.ofNullable(known.value()));
        return mine.await();
      }
      long readAt;
      Optional<V> found;
      do {
        readAt = nanoTicker.getAsLong();
        found = reader.apply(id);
      } while (!publish(id, mine, found, readAt));
      mine.result.complete(found);
      return found;
    } catch (RuntimeException | Error e) {
      loads.remove(id, mine);
      mine.result.completeExceptionally(e);
      throw e;
    }
  }

  /** What another load published between our look and our turn. */
  private @Nullable Copy<V> loadedMeanwhile(String id) {
    Copy<V> copy = get(copies, id);
    if (copy == null || !isYoung(copy)) copy = unknownNow(id);
    if (copy != null) feed.requireFresh();
    return copy;
  }

  /** Puts the copy in place and ends the load, unless it is stale. */
  private boolean publish(String id, Load<V> mine, Optional<V> found, long readAt) {
    return end(
        id,
        mine,
        () -> {
          if (found.isPresent()) {
            put(copies, id, new Copy<>(found.get(), readAt));
            remove(unknown, id);
          } else {
            remove(copies, id);
            put(unknown, id, new Copy<>(null, readAt));
          }
        });
  }

  /** Ends the load, unless it is stale. */
  private boolean end(String id, Load<V> mine, Runnable publication) {
    Load<V> still =
        loads.compute(
            id,
            (same, load) -> {
              if (mine.stale) {
                mine.stale = false;
                return mine;
              }
              publication.run();
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
