package io.github.sallyport.usage;

import io.github.sallyport.Refusal;
import io.github.sallyport.RepeatingTask;
import io.github.sallyport.StoreUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests in memory and writes the counts behind them, every {@link #WRITE_EVERY}: a crash
 * loses what was counted since, a stop nothing. Where the store is away they wait. The memory is
 * bounded: beyond {@link #MOST} cells requests are counted without their key.
 */
public final class Usage implements EndedRequests, AutoCloseable {
  static final Duration WRITE_EVERY = Duration.ofSeconds(10);
  static final int MOST = 200_000;

  /** How long counts are kept. */
  public static final Duration KEPT = Duration.ofDays(400);

  private static final System.Logger LOG = System.getLogger("sallyport.usage");
  private static final int BATCH = 500;

  // What the store will never take is lost; if it takes nothing at all, no more than this.
  private static final int MOST_LOST = 10;

  private final UsageStore store;
  private final Clock clock;
  private final int most;
  private final Map<UsageCell, Tally> cells = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicBoolean full = new AtomicBoolean();
  private final AtomicBoolean failing = new AtomicBoolean();
  private @Nullable RepeatingTask thread; // by the thread that opens and closes
  private long prunedIn; // by the thread that writes

  /** Writes nothing until it is started, or {@link #write} is called. */
  public Usage(UsageStore store, Clock clock) {
    this(store, clock, MOST);
  }

  Usage(UsageStore store, Clock clock, int most) {
    this.store = Objects.requireNonNull(store, "store");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.most = most;
  }

  /** Begins to write what is counted, in a thread of its own. */
  public Usage start() {
    thread = new RepeatingTask("sallyport-usage", WRITE_EVERY, WRITE_EVERY, this::write);
    return this;
  }

  @Override
  public void count(
      @Nullable String keyId,
      String rule,
      @Nullable Refusal why,
      int status,
      long bytes,
      long nanos) {
    UsageCell cell = UsageCell.of(keyId, clock.instant(), rule, why, status);
    // A full place is left to those that are in it; the rest are as many as there are rules and
    // outcomes.
    if (size.get() >= most && !cells.containsKey(cell)) {
      if (full.compareAndSet(false, true)) {
        LOG.log(Level.WARNING, "too many keys are in use: the rest is counted without its key");
      }
      cell = cell.withoutKey();
    }
    // Within the entry's lock, under which it is taken out too: no count is lost in between.
    cells.compute(
        cell,
        (same, tally) -> {
          if (tally != null) return tally.count(bytes, nanos);
          size.incrementAndGet();
          return new Tally().count(bytes, nanos);
        });
  }

  /** Writes what was counted. What the store does not take is kept for the next time. */
  public void write() {
    List<UsageCell> waiting = new ArrayList<>(cells.keySet());
    AtomicInteger mayBeLost = new AtomicInteger(MOST_LOST);
    for (int i = 0; i < waiting.size(); i += BATCH) {
      if (!write(waiting.subList(i, Math.min(i + BATCH, waiting.size())), mayBeLost)) return;
    }
    full.set(false);
    prune();
  }

  private boolean write(List<UsageCell> some, AtomicInteger mayBeLost) {
    Map<UsageCell, Tally> taken = new HashMap<>();
    for (UsageCell cell : some) {
      Tally tally = cells.remove(cell);
      if (tally == null) continue;
      size.decrementAndGet();
      taken.put(cell, tally);
    }
    try {
      store.add(taken);
      failing.set(false);
      return true;
    } catch (StoreUnavailableException e) {
      taken.forEach(this::putBack);
      if (failing.compareAndSet(false, true)) {
        LOG.log(Level.WARNING, "the usage of API keys can't be written, and waits", e);
      }
      return false;
    } catch (RuntimeException e) {
      if (taken.size() == 1 && mayBeLost.getAndDecrement() > 0) {
        LOG.log(Level.ERROR, "the store takes no count of " + taken.keySet() + ": it is lost", e);
        return true;
      }
      taken.forEach(this::putBack);
      if (taken.size() <= 1) throw e;
      // One that is at fault must not hold up the rest.
      int half = some.size() / 2;
      return write(some.subList(0, half), mayBeLost)
          && write(some.subList(half, some.size()), mayBeLost);
    }
  }

  private void putBack(UsageCell cell, Tally tally) {
    cells.compute(
        cell,
        (same, since) -> {
          if (since != null) return since.add(tally);
          size.incrementAndGet();
          return tally;
        });
  }

  /** Once an hour. */
  private void prune() {
    Instant now = clock.instant();
    if (prunedIn == UsageCell.hourOf(now)) return;
    try {
      store.prune(UsageCell.hourOf(now.minus(KEPT)));
      prunedIn = UsageCell.hourOf(now);
    } catch (StoreUnavailableException e) {
      LOG.log(Level.DEBUG, "old usage is forgotten another time", e);
    }
  }

  /** How many cells wait to be written. */
  int size() {
    return size.get();
  }

  /** Ends the thread, and writes what is left. May be called again. */
  @Override
  public void close() {
    if (thread == null) return;
    thread.close();
    thread = null;
    write();
  }
}
