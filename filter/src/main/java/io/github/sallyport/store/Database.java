package io.github.sallyport.store;

import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.Telemetry;
import io.github.sallyport.store.Workers.Gate;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Transactions on the database: READ COMMITTED, every statement with a time-out, every fault of
 * JDBC a {@link StoreUnavailableException}. Safe for use by many threads; on H2 in this process
 * they take turns.
 */
final class Database {
  // The database gets a second to say itself that it gave up, before we hang up.
  private static final int GRACE_MILLIS = 1000;

  // The connection is broken, the database was closed, and both as the client has it.
  private static final Set<Integer> H2_GONE = Set.of(90067, 90098, 90121);

  private final DataSource source;
  private final @Nullable Workers workers;
  private final @Nullable String schema;
  private final int timeoutSeconds;
  private final Faults faults;
  private final Runnable reconnect;
  private final Telemetry telemetry;

  // H2 writes table after table what it has in memory, also what others are about to commit. A
  // process that was killed then left files with half a transaction (about one kill in 80), and so
  // one after the other is allowed in.
  private final ReentrantLock turn = new ReentrantLock(true);

  /**
   * @param workers where work runs on connections that are the container's, which come as others
   *     left them; null: the pool is ours, and they come with the schema, the isolation and no
   *     auto-commit
   * @param reconnect gives up every connection, where the database was closed under us
   * @param telemetry is told how long each transaction took, waiting for a connection included
   */
  Database(
      DataSource source,
      @Nullable Workers workers,
      @Nullable String schema,
      Duration queryTimeout,
      Faults faults,
      Runnable reconnect,
      Telemetry telemetry) {
    this.telemetry = telemetry;
    this.source = source;
    this.workers = workers;
    this.schema = schema;
    this.timeoutSeconds = seconds(queryTimeout);
    this.faults = faults;
    this.reconnect = reconnect;
  }

  /** In whole seconds, as JDBC counts; zero would mean "for ever". */
  static int seconds(Duration timeout) {
    return (int) Math.max(1, (timeout.toMillis() + 999) / 1000);
  }

  /** What is done within one transaction. */
  @FunctionalInterface
  interface Work<T> {
    T in(Transaction transaction) throws SQLException;
  }

  /** A connection within a transaction. */
  final class Transaction {
    private final Connection connection;
    private boolean undone;

    private Transaction(Connection connection) {
      this.connection = connection;
    }

    /** Has this transaction rolled back at its end, though nothing failed. */
    void undo() {
      undone = true;
    }

    /** Which database this is; known to the driver, which asks nobody. */
    Dialect dialect() throws SQLException {
      return Dialect.of(connection);
    }

    PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
      PreparedStatement statement = connection.prepareStatement(sql);
      try {
        statement.setQueryTimeout(timeoutSeconds);
        for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
        return statement;
      } catch (SQLException | RuntimeException e) {
        statement.close();
        throw e;
      }
    }

    /** The first column of every row. */
    List<String> texts(String sql, @Nullable Object... values) throws SQLException {
      List<String> texts = new ArrayList<>();
      try (PreparedStatement statement = prepare(sql, values);
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) texts.add(rows.getString(1));
      }
      return texts;
    }

    int update(String sql, @Nullable Object... values) throws SQLException {
      try (PreparedStatement statement = prepare(sql, values)) {
        return statement.executeUpdate();
      }
    }
  }

  /**
   * Runs the work and commits, or rolls back where it throws, and then passes that on.
   *
   * @param doing what this is, for the message of a fault
   */
  <T> T transact(String doing, Work<T> work) {
    try {
      return attempt(work);
    } catch (SQLException e) {
      throw unavailable(doing, e);
    }
  }

  /**
   * As {@link #transact}, where a row may be there already.
   *
   * @return false: it is, and nothing was done
   */
  boolean transactUnlessTaken(String doing, Work<Boolean> work) {
    try {
      return attempt(work);
    } catch (SQLException e) {
      if (isTaken(e)) return false;
      throw unavailable(doing, e);
    }
  }

  /**
   * H2 closes a database that it could not write, for want of space, and opens its file anew only
   * when nobody is connected to it any more. And by none of its codes does the pool see that a
   * connection is of no use: one that is asked for twice a second would be handed out for ever.
   */
  private StoreUnavailableException unavailable(String doing, SQLException e) {
    if (H2_GONE.contains(e.getErrorCode())) reconnect.run();
    return faults.unavailable(doing, e);
  }

  private <T> T attempt(Work<T> work) throws SQLException {
    long began = System.nanoTime();
    boolean answered = false;
    try {
      T result = attemptUnwatched(work);
      answered = true;
      return result;
    } catch (SQLException e) {
      answered = isTaken(e);
      throw e;
    } finally {
      telemetry.storeAsked(answered, System.nanoTime() - began);
    }
  }

  private <T> T attemptUnwatched(Work<T> work) throws SQLException {
    if (workers != null) return workers.call(gate -> attemptOnTheirs(work, gate));
    try (Connection connection = source.getConnection()) {
      if (!EmbeddedH2.isInThisProcess(connection.getMetaData().getURL())) {
        return attemptInTime(connection, work, new Gate());
      }
      awaitTurn();
      try {
        return attemptInTime(connection, work, new Gate());
      } finally {
        turn.unlock();
      }
    }
  }

  private void awaitTurn() throws SQLException {
    try {
      if (turn.tryLock(timeoutSeconds, TimeUnit.SECONDS)) return;
      throw new SQLTimeoutException("the file is busy: another transaction takes too long");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while another transaction ran", e);
    }
  }

  /** Sets what we need, and gives the connection back as it was. */
  private <T> T attemptOnTheirs(Work<T> work, Gate gate) throws SQLException {
    try (Connection connection = source.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      int isolation = connection.getTransactionIsolation();
      Dialect dialect = schema == null ? null : Dialect.of(connection);
      String before = dialect == null ? null : dialect.schema(connection);
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      if (dialect != null) dialect.enter(connection, schema);
      connection.setAutoCommit(false);
      try {
        return attemptInTime(connection, work, gate);
      } finally {
        connection.setAutoCommit(autoCommit);
        if (dialect != null) dialect.enter(connection, before);
        connection.setTransactionIsolation(isolation);
      }
    }
  }

  /**
   * Has the driver hang up on a network that swallows everything. A statement's own time-out does
   * not: it asks the database to stop, over that network.
   */
  private <T> T attemptInTime(Connection connection, Work<T> work, Gate gate) throws SQLException {
    int before = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, timeoutSeconds * 1000 + GRACE_MILLIS);
    try {
      return commit(connection, work, gate);
    } finally {
      if (!connection.isClosed()) connection.setNetworkTimeout(Runnable::run, before);
    }
  }

  private <T> T commit(Connection connection, Work<T> work, Gate gate) throws SQLException {
    boolean done = false;
    try {
      Transaction transaction = new Transaction(connection);
      T result = work.in(transaction);
      if (!transaction.undone) {
        gate.pass();
        connection.commit();
        done = true;
      }
      return result;
    } finally {
      if (!done) rollBack(connection);
    }
  }

  // What made us roll back is on its way out and says more than this would.
  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // A connection that can't roll back is dropped by its pool, and its transaction with it.
    }
  }

  /** Tells whether a row was there already. */
  static boolean isTaken(SQLException e) {
    return e instanceof SQLIntegrityConstraintViolationException
        || (e.getSQLState() != null && e.getSQLState().startsWith("23"));
  }
}
