package io.github.sallyport.store;

import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeyStore;
import io.github.sallyport.key.KeyDigest;
import io.github.sallyport.store.Database.Transaction;
import java.lang.System.Logger.Level;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Keys in the table {@code sallyport_key}. */
final class JdbcApiKeys implements ApiKeyStore {
  private static final System.Logger LOG = System.getLogger("sallyport.store");
  private static final String KIND = "key";
  private static final String COLUMNS =
      "id, owner, name, environment, scopes, roles, plan, status, created_at, created_by,"
          + " not_before, expires_at, version, pepper_id, digest";

  private final Database database;
  private final Once once;

  // One line in the log for each row that can't be read, however often it is asked for.
  private final Set<String> reported = ConcurrentHashMap.newKeySet();

  JdbcApiKeys(Database database, Once once) {
    this.database = database;
    this.once = once;
  }

  @Override
  public byte[] idKey() {
    return once.idKey();
  }

  @Override
  public Optional<ApiKeyRecord> find(String id) {
    return database.transact("reading an API key", t -> Optional.ofNullable(select(t, id)));
  }

  @Override
  public List<ApiKeyRecord> list(@Nullable String owner, int limit, @Nullable String afterId) {
    List<Object> values = new ArrayList<>();
    String sql = "SELECT " + COLUMNS + " FROM sallyport_key WHERE 1 = 1";
    if (owner != null) {
      sql += " AND owner = ?";
      values.add(owner);
    }
    if (afterId != null) {
      sql += " AND id > ?";
      values.add(afterId);
    }
    sql += " ORDER BY id LIMIT ?";
    values.add(limit);
    String query = sql;
    return database.transact("listing API keys", t -> selectAll(t, query, values.toArray()));
  }

  @Override
  public boolean insert(ApiKeyRecord record) {
    return database.transactUnlessTaken(
        "keeping an API key",
        t -> {
          insert(t, record);
          return true;
        });
  }

  @Override
  public boolean insertFirst(ApiKeyRecord record, Runnable beforeCommit) {
    return database.transactUnlessTaken(
        "keeping the initial API key",
        t -> {
          // Another node that comes here waits on this row until we commit or give up.
          Once.claimInitialKey(t, record.id());
          if (number(t, "SELECT COUNT(*) FROM sallyport_key") > 0) {
            t.undo(); // the claim too: it is for who does it
            return false;
          }
          insert(t, record);
          beforeCommit.run();
          return true;
        });
  }

  @Override
  public Optional<StatusChange> setStatus(String id, Status status) {
    return database.transact(
        "changing an API key",
        t -> {
          int rows =
              t.update(
                  "UPDATE sallyport_key SET status = ?, version = version + 1"
                      + " WHERE id = ? AND status <> ? AND status <> ?",
                  status.name(),
                  id,
                  status.name(),
                  Status.REVOKED.name());
          long version = number(t, "SELECT version FROM sallyport_key WHERE id = ?", id);
          if (version == 0) return Optional.empty();
          ApiKeyRecord record = select(t, id);
          if (rows > 0) Feed.append(t, KIND, id, version);
          return Optional.of(new StatusChange(rows > 0, record));
        });
  }

  @Override
  public long countUnderOtherPeppers(Set<String> pepperIds) {
    List<Object> values = new ArrayList<>(pepperIds);
    values.add(Status.REVOKED.name());
    String marks = String.join(", ", Collections.nCopies(pepperIds.size(), "?"));
    return database.transact(
        "counting API keys",
        t ->
            number(
                t,
                "SELECT COUNT(*) FROM sallyport_key WHERE pepper_id NOT IN ("
                    + marks
                    + ") AND status <> ?",
                values.toArray()));
  }

  private static void insert(Transaction transaction, ApiKeyRecord record) throws SQLException {
    transaction.update(
        "INSERT INTO sallyport_key ("
            + COLUMNS
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        record.id(),
        record.owner(),
        record.name(),
        record.environment(),
        String.join(" ", record.scopes()),
        String.join(" ", record.roles()),
        record.plan(),
        record.status().name(),
        record.createdAt().toEpochMilli(),
        record.createdBy(),
        millis(record.notBefore()),
        millis(record.expiresAt()),
        record.version(),
        record.digest().pepperId(),
        record.digest().hex());
    Feed.append(transaction, KIND, record.id(), record.version());
  }

  private @Nullable ApiKeyRecord select(Transaction transaction, String id) throws SQLException {
    String sql = "SELECT " + COLUMNS + " FROM sallyport_key WHERE id = ?";
    List<ApiKeyRecord> found = selectAll(transaction, sql, id);
    return found.isEmpty() ? null : found.get(0);
  }

  private List<ApiKeyRecord> selectAll(Transaction transaction, String sql, Object... values)
      throws SQLException {
    List<ApiKeyRecord> records = new ArrayList<>();
    try (PreparedStatement statement = transaction.prepare(sql, values);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        ApiKeyRecord record = read(rows);
        if (record != null) records.add(record);
      }
    }
    return records;
  }

  /** Makes a record of a row; null if somebody wrote there what we never would. */
  private @Nullable ApiKeyRecord read(ResultSet row) throws SQLException {
    String id = row.getString("id");
    try {
      return new ApiKeyRecord(
          id,
          row.getString("owner"),
          row.getString("name"),
          row.getString("environment"),
          tokens(row.getString("scopes")),
          tokens(row.getString("roles")),
          row.getString("plan"),
          Status.valueOf(row.getString("status")),
          Instant.ofEpochMilli(row.getLong("created_at")),
          row.getString("created_by"),
          instant(row, "not_before"),
          instant(row, "expires_at"),
          row.getLong("version"),
          new KeyDigest(row.getString("pepper_id"), row.getString("digest")));
    } catch (NullPointerException | IllegalArgumentException e) {
      // The cause stays out: its message may quote the column, and one column is the digest.
      if (reported.add(id)) {
        LOG.log(
            Level.ERROR,
            "the row of the API key {0} can''t be read, and is taken for none: a column is empty"
                + " or holds what it can''t",
            id);
      }
      return null;
    }
  }

  private static Set<String> tokens(String text) {
    return text.isEmpty() ? Set.of() : Set.of(text.split(" "));
  }

  private static @Nullable Long millis(@Nullable Instant time) {
    return time == null ? null : time.toEpochMilli();
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  /** The one number that a query answers; 0 where there is no row. */
  private static long number(Transaction transaction, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = transaction.prepare(sql, values);
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }
}
