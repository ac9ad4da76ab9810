package io.github.sallyport.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The databases that the tables are written for, and wherein they differ. */
enum Dialect {
  // Within a transaction CURRENT_TIMESTAMP stands still from the first statement on that asks it.
  H2("", "CAST(FLOOR(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000) AS BIGINT)"),
  // CURRENT_TIMESTAMP stands still from the transaction's beginning on, locks waited for or not.
  POSTGRESQL(
      " COLLATE \"C\"", "CAST(FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)"),
  // NOPAD: else "acme " would be the same owner as "acme".
  // The time in UTC: UNIX_TIMESTAMP of a local one errs by an hour once a year.
  MARIADB(
      " CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
      "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000");

  private final String exact;
  private final String now;

  Dialect(String exact, String now) {
    this.exact = exact;
    this.now = now;
  }

  /**
   * Tells which database is at the other end.
   *
   * @throws IllegalStateException if it is none of them
   */
  static Dialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    return Arrays.stream(values())
        .filter(dialect -> dialect.name().equalsIgnoreCase(product))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the store's database says that it is "
                        + product
                        + ": Sallyport knows H2, PostgreSQL and MariaDB"));
  }

  /** What makes a column of text compare and sort by code point. */
  String exact() {
    return exact;
  }

  /**
   * The SQL for the milliseconds since 1970 by the database's own clock, which all nodes share: of
   * when the first statement of the transaction began that asks for them, or of later.
   */
  String now() {
    return now;
  }

  /** The schema that the connection looks in; MariaDB's is what JDBC calls a catalog. */
  @Nullable String schema(Connection connection) throws SQLException {
    return this == MARIADB ? connection.getCatalog() : connection.getSchema();
  }

  void enter(Connection connection, @Nullable String schema) throws SQLException {
    if (this == MARIADB) {
      connection.setCatalog(schema);
    } else {
      connection.setSchema(schema);
    }
  }

  /** Prepares the connection for making tables. */
  void beforeTables(Connection connection) throws SQLException {
    if (this != MARIADB) return;
    // Another engine than InnoDB, which a server may prefer, has no transactions.
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION default_storage_engine = InnoDB");
    }
  }
}
