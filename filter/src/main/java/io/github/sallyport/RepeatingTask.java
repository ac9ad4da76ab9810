package io.github.sallyport;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Work that is done again and again in a daemon thread of its own, whatever becomes of one turn.
 */
public final class RepeatingTask implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("sallyport");
  private static final Duration WAIT_AT_END = Duration.ofSeconds(5);

  private final ScheduledExecutorService thread;
  private final Future<?> turns;

  /**
   * Begins.
   *
   * @param name the thread's
   * @param first how long after now
   * @param pause between the end of one turn and the next
   */
  public RepeatingTask(String name, Duration first, Duration pause, Runnable task) {
    thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread made = new Thread(work, name);
              made.setDaemon(true);
              return made;
            });
    turns =
        thread.scheduleWithFixedDelay(
            () -> turn(name, task), first.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  // What a turn throws would end all later ones without a word.
  private static void turn(String name, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, name + " failed, and will try again", e);
    }
  }

  /** Lets a running turn end, for a while, and begins no other. May be called again. */
  @Override
  public void close() {
    turns.cancel(false);
    thread.shutdown();
    try {
      if (thread.awaitTermination(WAIT_AT_END.toMillis(), TimeUnit.MILLISECONDS)) return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.shutdownNow();
  }
}
