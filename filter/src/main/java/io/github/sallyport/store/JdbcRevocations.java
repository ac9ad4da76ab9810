package io.github.sallyport.store;

import io.github.sallyport.store.Database.Transaction;
import io.github.sallyport.token.RevocationStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What was taken back, in the tables {@code sallyport_denied} and {@code sallyport_token_version};
 * nothing else touches them.
 */
final class JdbcRevocations implements RevocationStore {
  private static final int ATTEMPTS = 5;

  private final Database database;

  JdbcRevocations(Database database) {
    this.database = database;
  }

  @Override
  public void deny(String digest, long untilSecond) {
    unlessTaken(
        "denying a token",
        t -> {
          if (denyFor(t, digest, untilSecond)) Feed.append(t, DENIED, digest, untilSecond);
          return untilSecond;
        });
  }

  /** False: it is denied for as long already. */
  private static boolean denyFor(Transaction transaction, String digest, long untilSecond)
      throws SQLException {
    OptionalLong there =
        lock(transaction, "SELECT until_second FROM sallyport_denied WHERE digest = ?", digest);
    if (there.isPresent() && there.getAsLong() >= untilSecond) return false;
    transaction.update(
        there.isPresent()
            ? "UPDATE sallyport_denied SET until_second = ? WHERE digest = ?"
            : "INSERT INTO sallyport_denied (until_second, digest) VALUES (?, ?)",
        untilSecond,
        digest);
    return true;
  }

  @Override
  public long raise(
      String digest, LongUnaryOperator next, @Nullable String familiesOf, Instant now) {
    return unlessTaken(
        "raising a token version",
        t -> {
          OptionalLong there =
              lock(t, "SELECT version FROM sallyport_token_version WHERE digest = ?", digest);
          long before = there.orElse(0);
          long after = Math.max(before, next.applyAsLong(before));
          if (after > before) {
            t.update(
                there.isPresent()
                    ? "UPDATE sallyport_token_version SET version = ? WHERE digest = ?"
                    : "INSERT INTO sallyport_token_version (version, digest) VALUES (?, ?)",
                after,
                digest);
          }
          if (familiesOf != null) JdbcRefresh.revokeAllOf(t, familiesOf, now);
          if (after > before) Feed.append(t, VERSION, digest, after);
          return after;
        });
  }

  /** Tries again where another node made the row at the same moment. */
  private long unlessTaken(String doing, Database.Work<Long> work) {
    for (int i = 0; i < ATTEMPTS; i++) {
      List<Long> made = new ArrayList<>();
      if (database.transactUnlessTaken(doing, t -> made.add(work.in(t)))) return made.get(0);
    }
    throw new IllegalStateException("a row is there, and is not found: " + doing);
  }

  /** The number in a row, which is ours until the end of the transaction. */
  private static OptionalLong lock(Transaction transaction, String select, String digest)
      throws SQLException {
    try (PreparedStatement statement = transaction.prepare(select + " FOR UPDATE", digest);
        ResultSet row = statement.executeQuery()) {
      return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
    }
  }

  @Override
  public long version(String digest) {
    return database.transact(
        "reading a token version",
        t -> {
          try (PreparedStatement statement =
                  t.prepare(
                      "SELECT version FROM sallyport_token_version WHERE digest = ?", digest);
              ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getLong(1) : 0L;
          }
        });
  }

  @Override
  public List<Mark> read(String kind, @Nullable String after, int limit) {
    String from =
        switch (kind) {
          case DENIED -> "SELECT digest, until_second FROM sallyport_denied";
          case VERSION -> "SELECT digest, version FROM sallyport_token_version";
          default -> throw new IllegalArgumentException("no kind of mark: " + kind);
        };
    return database.transact(
        "reading what was taken back",
        t -> {
          List<Mark> marks = new ArrayList<>();
          try (PreparedStatement statement =
                  t.prepare(
                      from + " WHERE digest > ? ORDER BY digest LIMIT ?",
                      after == null ? "" : after,
                      limit);
              ResultSet row = statement.executeQuery()) {
            while (row.next()) marks.add(new Mark(row.getString(1), row.getLong(2)));
          }
          return marks;
        });
  }

  @Override
  public int removeDenied(long beforeSecond, int limit) {
    return database.transact(
        "removing denied tokens that have ended",
        t -> {
          int removed = 0;
          // In one order, so that two nodes that do this at once never wait for each other.
          for (String digest : ended(t, beforeSecond, limit)) {
            removed +=
                t.update(
                    "DELETE FROM sallyport_denied WHERE digest = ? AND until_second < ?",
                    digest,
                    beforeSecond);
          }
          return removed;
        });
  }

  private static List<String> ended(Transaction transaction, long beforeSecond, int limit)
      throws SQLException {
    return transaction.texts(
        "SELECT digest FROM sallyport_denied WHERE until_second < ?"
            + " ORDER BY until_second, digest LIMIT ?",
        beforeSecond,
        limit);
  }
}
