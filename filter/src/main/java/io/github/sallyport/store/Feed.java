package io.github.sallyport.store;

import io.github.sallyport.cache.FeedPosition;
import io.github.sallyport.store.Database.Transaction;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The numbered changes of the store.
 *
 * <p>The number comes from one row, whose lock is held from the bump to the commit: so numbers have
 * no gaps and appear in their own order, which a sequence's do not. Since the lock is one for all
 * writers, the bump and the change's row are the last two statements of their transaction.
 */
final class Feed implements FeedPosition {
  private final Database database;

  Feed(Database database) {
    this.database = database;
  }

  @Override
  public long read() {
    return database.transact("reading the change feed's position", Feed::position);
  }

  /** Numbers a change. Nothing but the commit may follow. */
  static void append(Transaction transaction, String kind, String id, long version)
      throws SQLException {
    int rows = transaction.update("UPDATE sallyport_feed SET position = position + 1");
    if (rows != 1) throw new SQLException("sallyport_feed must have one row, has " + rows);
    transaction.update(
        "INSERT INTO sallyport_change (position, kind, id, version)"
            + " SELECT position, ?, ?, ? FROM sallyport_feed",
        kind,
        id,
        version);
  }

  private static long position(Transaction transaction) throws SQLException {
    try (PreparedStatement statement = transaction.prepare("SELECT position FROM sallyport_feed");
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) throw new SQLException("sallyport_feed has no row");
      return row.getLong(1);
    }
  }
}
