package io.github.sallyport.store;

import io.github.sallyport.cache.Change;
import io.github.sallyport.cache.ChangeSource;
import io.github.sallyport.cache.Changes;
import io.github.sallyport.store.Database.Transaction;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The numbered changes of the store.
 *
 * <p>The number comes from one row, whose lock is held from the bump to the commit: so numbers have
 * no gaps and appear in their own order, which a sequence's do not. Since the lock is one for all
 * writers, the bump and the change's row are the last two statements of their transaction.
 */
final class Feed implements ChangeSource {
  private final Database database;

  Feed(Database database) {
    this.database = database;
  }

  @Override
  public Changes read(long from, int limit) {
    // The number first: rows that are committed in between are then a gift, and none is missed.
    return database.transact(
        "reading the changes", t -> new Changes(position(t), rows(t, from, limit)));
  }

  @Override
  public void prune(long upTo) {
    database.transact(
        "forgetting old changes",
        t -> t.update("DELETE FROM sallyport_change WHERE position <= ?", upTo));
  }

  private static List<Change> rows(Transaction transaction, long from, int limit)
      throws SQLException {
    List<Change> changes = new ArrayList<>();
    try (PreparedStatement statement =
            transaction.prepare(
                "SELECT position, kind, id, version FROM sallyport_change"
                    + " WHERE position >= ? ORDER BY position LIMIT ?",
                from,
                limit);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        changes.add(
            new Change(rows.getLong(1), rows.getString(2), rows.getString(3), rows.getLong(4)));
      }
    }
    return changes;
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
