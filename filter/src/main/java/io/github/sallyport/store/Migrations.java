package io.github.sallyport.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Our tables, brought to the version that this code speaks.
 *
 * <p>Of several nodes that start at once one works, holding a lock on a row, while the others wait
 * for it. The lock has a connection of its own, since on H2 and MariaDB each statement that makes a
 * table commits. So a start that was killed leaves any number of statements done; each may run
 * twice, and the version is written after its last one.
 *
 * <p>Tables of a newer Sallyport are taken as they are, so that nodes can be updated one after the
 * other, unless they say that code as old as this can't work with them.
 */
final class Migrations {
  private static final String TABLE =
      "CREATE TABLE IF NOT EXISTS sallyport_schema_version (version INT NOT NULL PRIMARY KEY,"
          + " oldest INT NOT NULL)";
  private static final int LOCK = 0; // a row that is no version, to be locked
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int NO_TIMEOUT = 0;

  // No such table, or no such schema, in the words of the three databases.
  private static final Set<String> NO_TABLE = Set.of("42P01", "3F000", "42S02", "42S03", "42S04");

  private final DataSource source;
  private final @Nullable String schema;
  private final int timeoutSeconds;

  private Migrations(DataSource source, StoreSettings settings) {
    this.source = source;
    this.schema = settings.schema();
    this.timeoutSeconds = Database.seconds(settings.queryTimeout());
  }

  /**
   * Makes or alters the tables, or only checks them.
   *
   * @param workers where to work on a container's connections; null: the pool is ours
   * @throws IllegalStateException if they lack a version and may not be altered, or are too new
   */
  static void apply(
      DataSource source, @Nullable Workers workers, StoreSettings settings, Faults faults) {
    Migrations migrations = new Migrations(source, settings);
    try {
      if (workers == null) {
        migrations.apply(settings.migrate());
      } else {
        workers.callToItsEnd(gate -> migrations.apply(settings.migrate()));
      }
    } catch (SQLException e) {
      throw faults.unavailable("making or checking its tables", e);
    }
  }

  private Tables apply(boolean migrate) throws SQLException {
    Tables tables = with(Migrations::read);
    if (tables.version < Script.newest()) {
      if (!migrate) throw lacking(tables);
      tables = migrate();
    }
    if (tables.oldest > Script.newest()) throw tooNew(tables);
    return tables;
  }

  /** What to run where the tables are made by hand, in the order to run it. */
  static List<String> byHand(Dialect dialect, int after) {
    List<String> statements = new ArrayList<>(List.of(TABLE));
    for (Script script : Script.ALL) {
      if (script.version() <= after) continue;
      statements.addAll(script.statements(dialect));
      statements.add(record(script));
    }
    return statements;
  }

  /**
   * The tables that are there.
   *
   * @param version 0: there are none
   * @param oldest the version that code must know at least
   */
  private record Tables(int version, int oldest) {}

  @FunctionalInterface
  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private Tables migrate() throws SQLException {
    with(
        connection -> {
          makeLock(connection);
          return true;
        });
    return with(
        lock -> {
          lock.setAutoCommit(false);
          try {
            waitForTurn(lock);
            return with(this::work);
          } finally {
            lock.rollback();
          }
        });
  }

  private Tables work(Connection connection) throws SQLException {
    Dialect dialect = Dialect.of(connection);
    dialect.beforeTables(connection);
    int there = read(connection).version;
    for (Script script : Script.ALL) {
      if (script.version() <= there) continue;
      for (String statement : script.statements(dialect)) execute(connection, statement);
      execute(connection, record(script));
    }
    return read(connection);
  }

  private static String record(Script script) {
    return "INSERT INTO sallyport_schema_version (version, oldest) VALUES ("
        + script.version()
        + ", "
        + script.oldest()
        + ")";
  }

  // PostgreSQL may refuse IF NOT EXISTS while another does the same: then it is there.
  private void makeLock(Connection connection) throws SQLException {
    try {
      execute(connection, TABLE);
    } catch (SQLException e) {
      if (!isThere(connection)) throw e;
    }
    try {
      execute(connection, "INSERT INTO sallyport_schema_version (version, oldest) VALUES (0, 0)");
    } catch (SQLException e) {
      if (!Database.isTaken(e)) throw e;
    }
  }

  private static boolean isThere(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT version FROM sallyport_schema_version WHERE 1 = 0")) {
      return !rows.next();
    } catch (SQLException e) {
      if (isNoTable(e)) return false;
      throw e;
    }
  }

  /** Waits until no other node is at work, however long its statements take. */
  private void waitForTurn(Connection connection) throws SQLException {
    long began = System.nanoTime();
    while (true) {
      try (PreparedStatement statement =
          connection.prepareStatement(
              "SELECT version FROM sallyport_schema_version WHERE version = ? FOR UPDATE")) {
        statement.setQueryTimeout(timeoutSeconds);
        statement.setInt(1, LOCK);
        statement.executeQuery().close();
        return;
      } catch (SQLException e) {
        connection.rollback();
        if (!isTimeout(e) || System.nanoTime() - began > PATIENCE.toNanos()) throw e;
      }
    }
  }

  private static Tables read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT MAX(version), MAX(oldest) FROM sallyport_schema_version")) {
      return row.next() ? new Tables(row.getInt(1), row.getInt(2)) : new Tables(0, 0);
    } catch (SQLException e) {
      if (isNoTable(e)) return new Tables(0, 0);
      throw e;
    }
  }

  private <T> T with(Work<T> work) throws SQLException {
    try (Connection connection = source.getConnection()) {
      Dialect dialect = Dialect.of(connection);
      boolean autoCommit = connection.getAutoCommit();
      String before = schema == null ? null : dialect.schema(connection);
      if (schema != null) dialect.enter(connection, schema);
      connection.setAutoCommit(true);
      try {
        return work.on(connection);
      } finally {
        connection.setAutoCommit(autoCommit);
        if (schema != null) dialect.enter(connection, before);
      }
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(NO_TIMEOUT); // an index on many rows takes what it takes
      statement.execute(sql);
    }
  }

  private static boolean isNoTable(SQLException e) {
    return e.getSQLState() != null && NO_TABLE.contains(e.getSQLState());
  }

  private static boolean isTimeout(SQLException e) {
    return e instanceof SQLTimeoutException
        || "57014".equals(e.getSQLState()) // PostgreSQL: cancelled, by the time-out
        || e.getErrorCode() == 1205 // MariaDB: lock wait
        || e.getErrorCode() == 1969; // MariaDB: max_statement_time
  }

  private static IllegalStateException lacking(Tables there) {
    return new IllegalStateException(
        "sallyport.store.migrate is false and the tables lack version "
            + (there.version + 1)
            + (there.version + 1 < Script.newest() ? " to " + Script.newest() : "")
            + ": set it to true once, or run what 'java -cp sallyport-filter.jar "
            + TablesSql.class.getName()
            + " DATABASE "
            + there.version
            + "' prints (the scripts are in "
            + Script.FOLDER
            + ")");
  }

  private static IllegalStateException tooNew(Tables there) {
    return new IllegalStateException(
        "the tables are of a newer Sallyport: they have version "
            + there.version
            + " and need one that knows at least version "
            + there.oldest
            + ", this one knows "
            + Script.newest());
  }
}
