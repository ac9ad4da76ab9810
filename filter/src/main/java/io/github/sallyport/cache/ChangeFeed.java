package io.github.sallyport.cache;

import io.github.sallyport.StoreUnavailableException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Follows the store's changes, and says whether copies may be trusted.
 *
 * <p>One thread reads the position every {@code poll}. A position that differs from the last one,
 * in either direction, empties the copies; only then is the read noted, by the instant <em>before
 * </em> it began, since a change may be committed while it runs. Copies are good as long as that
 * instant is no older than the grace. Nothing else is asked on a request: when the thread hangs, is
 * starved or has died, the same comparison refuses.
 */
final class ChangeFeed implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("sallyport.cache");
  private static final long CLOSE_WAIT_MILLIS = 10_000;

  private final FeedPosition source;
  private final LongSupplier nanoTicker;
  private final long pollNanos;
  private final long graceNanos;
  private final Runnable empty;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  // Written by open() before the thread starts, then by the thread alone.
  private long position;
  private volatile long readAt;
  private volatile boolean reached;

  /**
   * @param nanoTicker a clock that never goes back, in nanoseconds
   * @param empty empties every copy; called by the reader's thread
   */
  ChangeFeed(FeedPosition source, CacheSettings settings, LongSupplier nanoTicker, Runnable empty) {
    this.source = source;
    this.nanoTicker = nanoTicker;
    this.pollNanos = settings.poll().toNanos();
    this.graceNanos = settings.grace().toNanos();
    this.empty = empty;
    this.thread = new Thread(this::run, "sallyport-feed");
    thread.setDaemon(true);
    thread.setContextClassLoader(ChangeFeed.class.getClassLoader());
  }

  /**
   * Reads the position once, and begins to follow it.
   *
   * @throws StoreUnavailableException if the store does not answer: nothing was started then
   */
  void open() {
    long began = nanoTicker.getAsLong();
    position = source.read();
    readAt = began;
    reached = true;
    thread.start();
  }

  /**
   * Passes while copies may be trusted.
   *
   * @throws StoreUnavailableException if the store's changes have not been read for longer than the
   *     grace
   */
  void requireFresh() {
    if (nanoTicker.getAsLong() - readAt > graceNanos) {
      throw new StoreUnavailableException(
          "the store's changes could not be read for longer than sallyport.store.grace");
    }
  }

  /** Tells whether the last attempt to read the position succeeded. */
  boolean reached() {
    return reached;
  }

  /** Reads the position once. Called by the reader's thread, and by tests in its place. */
  void poll() {
    long began = nanoTicker.getAsLong();
    try {
      long now = source.read();
      if (now != position) moveTo(now);
      readAt = began;
    } catch (Throwable e) {
      // Whatever it is, an Error too: the thread goes on, or one fault would end the service.
      if (reached) LOG.log(Level.WARNING, "store not reached: copies serve for the grace", e);
      reached = false;
      return;
    }
    if (!reached) LOG.log(Level.INFO, "store reached again");
    reached = true;
  }

  private void moveTo(long now) {
    if (now < position) {
      LOG.log(
          Level.INFO,
          "the store''s position went back from {0} to {1}, as a restored backup does",
          Long.toString(position),
          Long.toString(now));
    }
    empty.run();
    position = now;
  }

  private void run() {
    try {
      while (!closed.await(pollNanos, TimeUnit.NANOSECONDS)) poll();
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
    closed.countDown();
    try {
      thread.join(CLOSE_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) LOG.log(Level.WARNING, "the reader of the store's changes still runs");
  }
}
