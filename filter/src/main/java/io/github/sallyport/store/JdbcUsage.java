package io.github.sallyport.store;

import io.github.sallyport.store.Database.Transaction;
import io.github.sallyport.usage.Tally;
import io.github.sallyport.usage.UsageCell;
import io.github.sallyport.usage.UsageStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Usage in the table {@code sallyport_usage}; nothing else touches it. Each run of a node has rows
 * of its own, so that no two ever wait for each other; whoever reads adds them up.
 */
final class JdbcUsage implements UsageStore {
  private static final List<String> COUNTS =
      IntStream.range(-3, Tally.CLASSES)
          .mapToObj(
              i ->
                  switch (i) {
                    case -3 -> "requests";
                    case -2 -> "bytes";
                    case -1 -> "millis";
                    default -> "latency_" + i;
                  })
          .toList();
  private static final String CELL =
      " WHERE key_id = ? AND hour_number = ? AND rule_name = ? AND outcome = ? AND node = ?";
  private static final String UPDATE =
      "UPDATE sallyport_usage SET "
          + COUNTS.stream().map(c -> c + " = " + c + " + ?").collect(Collectors.joining(", "))
          + CELL;
  private static final String INSERT =
      "INSERT INTO sallyport_usage ("
          + String.join(", ", COUNTS)
          + ", key_id, hour_number, rule_name, outcome, node) VALUES (?"
          + ", ?".repeat(COUNTS.size() + 4)
          + ")";

  private final Database database;
  private final String node = UUID.randomUUID().toString();
  private final Lock adding = new ReentrantLock();

  JdbcUsage(Database database) {
    this.database = database;
  }

  @Override
  public void add(Map<UsageCell, Tally> counted) {
    if (counted.isEmpty()) return;
    List<Counted> all =
        counted.entrySet().stream().map(e -> new Counted(e.getKey(), e.getValue())).toList();
    adding.lock();
    try {
      database.transact("writing usage", t -> insert(t, update(t, all)));
    } finally {
      adding.unlock();
    }
  }

  /** Those that have no row yet. */
  private List<Counted> update(Transaction transaction, List<Counted> all) throws SQLException {
    List<Counted> missing = new ArrayList<>();
    int[] updated = batch(transaction, UPDATE, all);
    for (int i = 0; i < updated.length; i++) {
      // A driver that sends all at once may not say which it met.
      boolean there =
          updated[i] == Statement.SUCCESS_NO_INFO
              ? isThere(transaction, all.get(i).cell())
              : updated[i] > 0;
      if (!there) missing.add(all.get(i));
    }
    return missing;
  }

  private int insert(Transaction transaction, List<Counted> missing) throws SQLException {
    return missing.isEmpty() ? 0 : batch(transaction, INSERT, missing).length;
  }

  private int[] batch(Transaction transaction, String sql, List<Counted> all) throws SQLException {
    try (PreparedStatement statement = transaction.prepare(sql)) {
      for (Counted each : all) {
        int at = 1;
        Tally tally = each.tally();
        statement.setLong(at++, tally.requests());
        statement.setLong(at++, tally.bytes());
        statement.setLong(at++, tally.millis());
        for (int i = 0; i < Tally.CLASSES; i++) statement.setLong(at++, tally.latency(i));
        statement.setString(at++, each.cell().keyId());
        statement.setLong(at++, each.cell().hour());
        statement.setString(at++, each.cell().rule());
        statement.setString(at++, each.cell().outcome());
        statement.setString(at, node);
        statement.addBatch();
      }
      return statement.executeBatch();
    }
  }

  private boolean isThere(Transaction transaction, UsageCell cell) throws SQLException {
    try (PreparedStatement statement =
            transaction.prepare(
                "SELECT requests FROM sallyport_usage" + CELL,
                cell.keyId(),
                cell.hour(),
                cell.rule(),
                cell.outcome(),
                node);
        ResultSet row = statement.executeQuery()) {
      return row.next();
    }
  }

  @Override
  public List<Counted> read(
      @Nullable String keyId, long from, long until, Set<Part> by, int limit) {
    String parts = by.stream().sorted().map(JdbcUsage::column).collect(Collectors.joining(", "));
    String sums = COUNTS.stream().map(c -> "SUM(" + c + ")").collect(Collectors.joining(", "));
    String sql =
        "SELECT "
            + sums
            + (parts.isEmpty() ? "" : ", " + parts)
            + " FROM sallyport_usage WHERE hour_number >= ? AND hour_number < ?"
            + (keyId == null ? "" : " AND key_id = ?")
            + (parts.isEmpty() ? "" : " GROUP BY " + parts + " ORDER BY " + parts)
            + " LIMIT ?";
    return database.transact(
        "reading usage",
        t -> {
          try (PreparedStatement statement =
                  keyId == null
                      ? t.prepare(sql, from, until, limit)
                      : t.prepare(sql, from, until, keyId, limit);
              ResultSet rows = statement.executeQuery()) {
            List<Counted> found = new ArrayList<>();
            while (rows.next()) {
              Tally tally = tally(rows);
              if (tally.requests() > 0) found.add(new Counted(cell(rows, by), tally));
            }
            return found;
          }
        });
  }

  private static String column(Part part) {
    return switch (part) {
      case KEY -> "key_id";
      case HOUR -> "hour_number";
      case RULE -> "rule_name";
      case OUTCOME -> "outcome";
    };
  }

  private static Tally tally(ResultSet row) throws SQLException {
    long[] latency = new long[Tally.CLASSES];
    for (int i = 0; i < latency.length; i++) latency[i] = row.getLong(4 + i);
    return new Tally(row.getLong(1), row.getLong(2), row.getLong(3), latency);
  }

  private static UsageCell cell(ResultSet row, Set<Part> by) throws SQLException {
    return new UsageCell(
        by.contains(Part.KEY) ? row.getString("key_id") : "",
        by.contains(Part.HOUR) ? row.getLong("hour_number") : 0,
        by.contains(Part.RULE) ? row.getString("rule_name") : "",
        by.contains(Part.OUTCOME) ? row.getString("outcome") : "");
  }

  @Override
  public void prune(long before) {
    database.transact(
        "forgetting old usage",
        t -> t.update("DELETE FROM sallyport_usage WHERE hour_number < ?", before));
  }
}
