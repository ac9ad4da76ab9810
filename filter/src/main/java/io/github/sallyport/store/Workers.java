package io.github.sallyport.store;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A few threads of ours, on which work on a container's connections runs. The caller's thread may
 * be in a transaction of the application's, which such a connection would join: what we answered
 * would then be undone with it. JTA binds transactions to threads, so ours are in none; nothing of
 * Jakarta Transactions is needed for that.
 *
 * <p>The caller waits, and not for ever. Who gives up before the commit began has it not take
 * place; later, nobody can say. Threads that idle end.
 */
final class Workers implements AutoCloseable {
  private static final int MOST_THREADS = 10;
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final ThreadPoolExecutor threads;
  private final Duration patience;

  /**
   * @param patience how long a caller waits for a thread, a connection and a statement together
   */
  Workers(Duration patience) {
    this.patience = patience;
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            MOST_THREADS,
            MOST_THREADS,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              // Nothing of the thread that happens to be first is inherited.
              Thread thread =
                  new Thread(null, work, "sallyport-store-" + number.incrementAndGet(), 0, false);
              thread.setDaemon(true);
              thread.setContextClassLoader(Workers.class.getClassLoader());
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** What is done on a thread of ours. */
  @FunctionalInterface
  interface Job<T> {
    T run(Gate gate) throws SQLException;
  }

  /** Stands before a commit: either it begins, or who waited for it has given up before. */
  static final class Gate {
    private final AtomicReference<State> state = new AtomicReference<>(State.BEFORE);

    private enum State {
      BEFORE,
      COMMITTING,
      GIVEN_UP
    }

    /**
     * Is called right before the commit.
     *
     * @throws SQLException if nobody waits any more
     */
    void pass() throws SQLException {
      if (!state.compareAndSet(State.BEFORE, State.COMMITTING)) {
        throw new SQLTimeoutException("nobody waits for this change any more");
      }
    }

    private boolean giveUp() {
      return state.compareAndSet(State.BEFORE, State.GIVEN_UP);
    }
  }

  /** Does the job, and waits for it no longer than the patience. */
  <T> T call(Job<T> job) throws SQLException {
    Gate gate = new Gate();
    FutureTask<T> task = new FutureTask<>(() -> job.run(gate));
    start(task);
    try {
      return await(task);
    } catch (TimeoutException e) {
      if (gate.giveUp()) {
        threads.remove(task);
        throw new SQLTimeoutException("no answer within " + patience);
      }
      return awaitCommit(task);
    } catch (InterruptedException e) {
      gate.giveUp();
      threads.remove(task);
      throw interrupted();
    }
  }

  /** Does the job, however long it takes. */
  <T> T callToItsEnd(Job<T> job) throws SQLException {
    FutureTask<T> task = new FutureTask<>(() -> job.run(new Gate()));
    start(task);
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw thrownBy(e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Lets what is being committed end, and no thread go on. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
  }

  private void start(FutureTask<?> task) throws SQLException {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      throw new SQLException("the store is closed", e);
    }
  }

  private <T> T await(Future<T> task) throws SQLException, InterruptedException, TimeoutException {
    try {
      return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw thrownBy(e);
    }
  }

  private <T> T awaitCommit(Future<T> task) throws SQLException {
    try {
      return await(task);
    } catch (TimeoutException e) {
      throw new SQLTimeoutException("the commit does not return");
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static SQLException interrupted() {
    Thread.currentThread().interrupt();
    return new SQLException("interrupted while waiting for the store");
  }

  /** What the job threw, as if it had run on the caller's thread. */
  private static SQLException thrownBy(ExecutionException e) {
    Throwable thrown = e.getCause();
    if (thrown instanceof RuntimeException unchecked) throw unchecked;
    if (thrown instanceof Error error) throw error;
    if (thrown instanceof SQLException fault) return fault;
    throw new AssertionError("a job throws nothing else", thrown);
  }
}
