package io.github.sallyport.cache;

import io.github.sallyport.Health;
import io.github.sallyport.StoreUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the store's changes, and says whether copies may be trusted.
 *
 * <p>One thread reads, every {@code poll} and when it is woken, what was changed since, and applies
 * it in order; only then is the read noted, by the instant <em>before </em> it began, since a
 * change may be committed while it runs. Copies are good as long as that instant is no older than
 * the grace. Nothing else is asked on a request: when the thread hangs, is starved or has died, the
 * same comparison refuses.
 *
 * <p>Each read begins with the change that was applied last. If that is another one now, or gone,
 * or if a number is missing, then the store is not the one that was followed (a restored backup),
 * or this node slept longer than changes are kept: every copy is dropped.
 */
final class ChangeFeed implements AutoCloseable {
  /** How many changes are read at once. */
  static final int BATCH = 1000;

  /** How many changes are kept for nodes that are behind. */
  static final long KEPT = 10_000;

  private static final System.Logger LOG = System.getLogger("sallyport.cache");
  private static final long CLOSE_WAIT_MILLIS = 10_000;
  private static final long PRUNE_EVERY = 1000;

  private final ChangeSource source;
  private final LongSupplier nanoTicker;
  private final long pollNanos;
  private final long graceNanos;
  private final Copies copies;
  private final Semaphore wakeUps = new Semaphore(0);
  private final Thread thread;
  private volatile LongConsumer announce = position -> {};
  private volatile boolean closed;

  // Guards what follows; never waited for on a request.
  private final Lock reading = new ReentrantLock();
  private @Nullable Change last;
  private long prunedAt;

  // Written under the lock, read without it by who is told of changes.
  private volatile long position;

  private volatile long readAt;
  private volatile boolean reached;

  // Somebody said that there is a change, and it could not be read yet.
  private volatile boolean told;
  private volatile boolean toldInVain;

  /** What follows the changes. Called by the reader's thread. */
  interface Copies {
    /** Something was changed, here or elsewhere. */
    void changed(Change change);

    /**
     * Anything may have been changed.
     *
     * @throws RuntimeException if copies that must be whole can't be read: the changes then count
     *     as not read
     */
    void clear();
  }

  /**
   * @param nanoTicker a clock that never goes back, in nanoseconds
   */
  ChangeFeed(ChangeSource source, CacheSettings settings, LongSupplier nanoTicker, Copies copies) {
    this.source = source;
    this.nanoTicker = nanoTicker;
    this.pollNanos = settings.poll().toNanos();
    this.graceNanos = settings.grace().toNanos();
    this.copies = copies;
    this.thread = new Thread(this::run, "sallyport-feed");
    thread.setDaemon(true);
    thread.setContextClassLoader(ChangeFeed.class.getClassLoader());
  }

  /**
   * Reads once where the changes stand, and begins to follow them.
   *
   * @throws StoreUnavailableException if the store does not answer: nothing was started then
   */
  void open() {
    long began = nanoTicker.getAsLong();
    jumpTo(source.read(Long.MAX_VALUE, 1).newest());
    prunedAt = position;
    readAt = began;
    reached = true;
    thread.start();
  }

  /**
   * Has others told how far the changes have come, whenever this node has followed them further.
   *
   * @param announcement called by the reader's thread; what it throws is logged
   */
  void announceBy(LongConsumer announcement) {
    announce = announcement;
  }

  /** Has the changes read now: this node made one, and others shall hear of it. */
  void wake() {
    wakeUps.release();
  }

  /**
   * Has the changes read now: somebody said that there are some. If they can't be read, copies are
   * not trusted any more until they can, however much of the grace is left.
   *
   * @param newest how far they have come, by what was said; {@link WakeUps#UNKNOWN} if that was not
   *     understood
   */
  void tell(long newest) {
    // Our own announcement, or another's of what we have followed. Any other number is worth a
    // read, a lower one too, by which a restored backup shows.
    if (newest == position) return;
    told = true;
    LOG.log(Level.DEBUG, "told of changes up to {0}", Long.toString(newest));
    wakeUps.release();
  }

  /**
   * Passes while copies may be trusted.
   *
   * @throws StoreUnavailableException if the store's changes have not been read for longer than the
   *     grace
   */
  void requireFresh() {
    if (toldInVain) {
      throw new StoreUnavailableException(
          "the store has changes, by what another node said, and they could not be read");
    }
    if (nanoTicker.getAsLong() - readAt > graceNanos) {
      throw new StoreUnavailableException(
          "the store's changes could not be read for longer than sallyport.store.grace");
    }
  }

  /** Tells whether the last attempt to read the changes succeeded. */
  boolean reached() {
    return reached;
  }

  /** How well the store does, by what reading its changes tells of it. */
  Health.Part health() {
    String name = "store";
    try {
      requireFresh();
    } catch (StoreUnavailableException e) {
      return new Health.Part(name, Health.Status.DOWN, sentence(e));
    }
    return reached
        ? new Health.Part(name, Health.Status.UP, "Its changes are followed.")
        : new Health.Part(
            name,
            Health.Status.DEGRADED,
            "It is not reached: copies serve until sallyport.store.grace is over.");
  }

  private static String sentence(StoreUnavailableException e) {
    String message = String.valueOf(e.getMessage());
    return message.substring(0, 1).toUpperCase(Locale.ROOT) + message.substring(1) + ".";
  }

  /** How long ago it began that the changes were read last. */
  Duration age() {
    return Duration.ofNanos(nanoTicker.getAsLong() - readAt);
  }

  /** Reads the changes once. Called by the reader's thread, and by tests in its place. */
  void poll() {
    reading.lock();
    try {
      read();
    } finally {
      reading.unlock();
    }
  }

  private void read() {
    long began = nanoTicker.getAsLong();
    boolean wasTold = told;
    told = false;
    long before = position;
    try {
      follow();
      readAt = began;
      toldInVain = false;
    } catch (Throwable e) {
      // Whatever it is, an Error too: the thread goes on, or one fault would end the service.
      if (reached) LOG.log(Level.WARNING, "store not reached: copies serve for the grace", e);
      reached = false;
      if (wasTold) toldInVain = true;
      return;
    }
    if (!reached) LOG.log(Level.INFO, "store reached again");
    reached = true;
    if (position != before) {
      tellOthers();
      prune();
    }
  }

  private void follow() {
    while (true) {
      Changes read = source.read(position, BATCH);
      List<Change> rows = read.rows();
      if (read.newest() < position) {
        restart(read, "its changes go back to " + read.newest() + ", as a restored backup's do");
        return;
      }
      if (last != null && (rows.isEmpty() || !rows.get(0).isSame(last))) {
        restart(read, "change " + position + " is gone or is another one now");
        return;
      }
      long before = position;
      for (Change change : rows) apply(change);
      if (position >= read.newest()) return;
      if (position == before) {
        restart(read, "changes after " + position + " are gone");
        return;
      }
    }
  }

  /** Applies the next change; one that does not follow on the last is left. */
  private void apply(Change change) {
    if (change.position() == position + 1) copies.changed(change);
    else if (change.position() != position) return;
    position = change.position();
    last = change;
  }

  private void restart(Changes read, String because) {
    copies.clear();
    jumpTo(read.newest());
    LOG.log(Level.INFO, "the store is not as it was followed: {0}; every copy is dropped", because);
  }

  private void jumpTo(long newest) {
    position = newest;
    last = null;
  }

  private void tellOthers() {
    try {
      announce.accept(position);
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "other nodes could not be told, and find out by themselves", e);
    }
  }

  private void prune() {
    if (position - prunedAt < PRUNE_EVERY) return;
    prunedAt = position;
    try {
      source.prune(position - KEPT);
    } catch (StoreUnavailableException e) {
      LOG.log(Level.DEBUG, "old changes are forgotten another time", e);
    }
  }

  private void run() {
    try {
      while (!closed) {
        if (wakeUps.tryAcquire(pollNanos, TimeUnit.NANOSECONDS)) wakeUps.drainPermits();
        if (!closed) poll();
      }
    } catch (InterruptedException e) {
      LOG.log(Level.ERROR, "the reader of the store's changes was interrupted and has ended", e);
    }
  }

  /**
   * Ends the reader's thread and waits for it. Never interrupts it: that would close an embedded
   * database's file under everybody's hands.
   */
  @Override
  public void close() {
    closed = true;
    wakeUps.release();
    try {
      thread.join(CLOSE_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) LOG.log(Level.WARNING, "the reader of the store's changes still runs");
  }
}
