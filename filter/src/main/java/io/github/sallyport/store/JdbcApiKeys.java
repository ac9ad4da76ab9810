package io.github.sallyport.store;

import io.github.sallyport.key.AddressRange;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeyStore;
import io.github.sallyport.key.CachedApiKeys;
import io.github.sallyport.key.KeyDigest;
import io.github.sallyport.key.KeyKind;
import io.github.sallyport.key.KeyMetadata;
import io.github.sallyport.key.KeyQuery;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.LastUse;
import io.github.sallyport.key.Lineage;
import io.github.sallyport.key.WebOrigin;
import io.github.sallyport.store.Database.Transaction;
import java.lang.System.Logger.Level;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keys in the table {@code sallyport_key}; nothing else touches it. */
final class JdbcApiKeys implements ApiKeyStore {
  private static final System.Logger LOG = System.getLogger("sallyport.store");
  private static final String KIND = CachedApiKeys.KIND;
  private static final long MILLIS_BETWEEN_USES = 60_000;

  // All but what never changes (the id, how it was imported) and what changes past the version
  // (uses,
  // notices).
  private static final List<String> COLUMNS =
      List.of(
          "owner",
          "name",
          "description",
          "environment",
          "kind",
          "scopes",
          "roles",
          "plan",
          "addresses",
          "origins",
          "not_before",
          "expires_at",
          "metadata",
          "status",
          "revoked_because",
          "created_at",
          "created_by",
          "changed_at",
          "changed_by",
          "lineage",
          "parent",
          "predecessor",
          "successor",
          "overlap_millis",
          "version",
          "pepper_id",
          "digest_of",
          "digest");
  private static final String SELECT =
      "SELECT id, "
          + String.join(", ", COLUMNS)
          + ", last_used_at, last_used_from FROM sallyport_key";
  private static final String INSERT =
      "INSERT INTO sallyport_key ("
          + String.join(", ", COLUMNS)
          + ", id, imported_as) VALUES ("
          + marks(COLUMNS.size() + 2)
          + ")";
  private static final String UPDATE =
      "UPDATE sallyport_key SET " + String.join(" = ?, ", COLUMNS) + " = ? WHERE id = ?";

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
    return database.transact(
        "reading an API key", t -> selectAll(t, SELECT + " WHERE id = ?", id).stream().findFirst());
  }

  @Override
  public Optional<String> findForeign(List<KeyDigest> digests) {
    List<String> values = digests.stream().map(KeyDigest::hex).toList();
    List<String> ids =
        database.transact(
            "reading a foreign API key",
            t ->
                t.texts(
                    "SELECT id FROM sallyport_key WHERE digest_of <> 'text' AND digest IN ("
                        + marks(values.size())
                        + ") ORDER BY id",
                    values.toArray()));
    if (ids.size() > 1) {
      String same = String.join(", ", ids);
      if (reported.add(same)) {
        LOG.log(
            Level.ERROR,
            "the imported API keys {0} have the same text, so that nobody can say which of them is"
                + " shown: it is taken for none until all but one are revoked and removed",
            same);
      }
      return Optional.empty();
    }
    return ids.stream().findFirst();
  }

  @Override
  public List<ApiKeyRecord> list(KeyQuery query, int limit, @Nullable String afterId) {
    Listing listing = listing(query);
    return database.transact(
        "listing API keys", t -> list(t, listing, limit, afterId == null ? "" : afterId));
  }

  /**
   * How a list is asked for.
   *
   * @param sql with two marks left, for the id to begin after and the limit
   */
  record Listing(String sql, List<Object> conditions) {}

  static Listing listing(KeyQuery query) {
    StringBuilder sql = new StringBuilder(SELECT + " WHERE 1 = 1");
    List<Object> values = new ArrayList<>();
    and(sql, values, "owner = ?", query.owner());
    and(sql, values, "status = ?", query.status() == null ? null : query.status().name());
    and(sql, values, "plan = ?", query.plan());
    and(sql, values, "expires_at < ?", millis(query.expiresBefore()));
    Long since = millis(query.unusedSince());
    and(sql, values, "created_at < ?", since);
    and(sql, values, "(last_used_at IS NULL OR last_used_at < ?)", since);
    if (query.text() != null) {
      sql.append(" AND (");
      List<String> columns = List.of("id", "owner", "name", "description");
      sql.append(
          columns.stream()
              .map(column -> "LOWER(" + column + ") LIKE ? ESCAPE '!'")
              .collect(Collectors.joining(" OR ")));
      sql.append(')');
      values.addAll(Collections.nCopies(columns.size(), holding(query.text())));
    }
    sql.append(" AND id > ? ORDER BY id LIMIT ?");
    return new Listing(sql.toString(), values);
  }

  /** Reads on past rows that can't be read, so that a list that is too short is always the end. */
  private List<ApiKeyRecord> list(
      Transaction transaction, Listing listing, int limit, String afterId) throws SQLException {
    List<ApiKeyRecord> records = new ArrayList<>();
    String after = afterId;
    while (true) {
      List<Object> values = new ArrayList<>(listing.conditions());
      values.add(after);
      values.add(limit - records.size());
      int rowsRead = 0;
      try (PreparedStatement statement = transaction.prepare(listing.sql(), values.toArray());
          ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          rowsRead++;
          after = rows.getString("id");
          ApiKeyRecord record = read(rows);
          if (record != null) records.add(record);
        }
      }
      if (records.size() == limit || rowsRead == 0) return records;
    }
  }

  @Override
  public boolean insert(ApiKeyRecord record) {
    return database.transactUnlessTaken(
        "keeping an API key",
        t -> {
          insert(t, record, null);
          Feed.append(t, KIND, record.id(), record.version());
          return true;
        });
  }

  @Override
  public boolean insertForeign(ApiKeyRecord record, List<KeyDigest> sameText) {
    List<String> values = sameText.stream().map(KeyDigest::hex).toList();
    return database.transactUnlessTaken(
        "keeping a foreign API key",
        t -> {
          long there =
              number(
                  t,
                  "SELECT COUNT(*) FROM sallyport_key WHERE imported_as IN ("
                      + marks(values.size())
                      + ") OR (digest_of <> 'text' AND digest IN ("
                      + marks(values.size())
                      + "))",
                  Stream.concat(values.stream(), values.stream()).toArray());
          if (there > 0) return false;
          insert(t, record, values.get(0));
          Feed.append(t, KIND, record.id(), record.version());
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
          insert(t, record, null);
          Feed.append(t, KIND, record.id(), record.version());
          beforeCommit.run();
          return true;
        });
  }

  @Override
  public Optional<Changed> change(String id, Function<ApiKeyRecord, Step> step) {
    return database.transact(
        "changing an API key",
        t -> {
          List<ApiKeyRecord> found = selectAll(t, SELECT + " WHERE id = ? FOR UPDATE", id);
          if (found.isEmpty()) return Optional.empty();
          ApiKeyRecord before = found.get(0);
          Step wanted = step.apply(before);
          ApiKeyRecord after = wanted.record();
          Changed changed = new Changed(before, after, wanted.added());
          if (changed.happened()) update(t, before, after);
          ApiKeyRecord added = wanted.added();
          if (added != null) insert(t, added, null);
          // The feed comes last: its row is one lock for all who write.
          if (changed.happened()) Feed.append(t, KIND, id, after.version());
          if (added != null) Feed.append(t, KIND, added.id(), added.version());
          return Optional.of(changed);
        });
  }

  @Override
  public Optional<Boolean> revokeUnread(String id) {
    return database.transact(
        "revoking an API key",
        t -> {
          int rows =
              t.update(
                  "UPDATE sallyport_key SET status = 'REVOKED', version = version + 1"
                      + " WHERE id = ? AND status <> 'REVOKED'",
                  id);
          if (rows == 0) {
            boolean there = number(t, "SELECT COUNT(*) FROM sallyport_key WHERE id = ?", id) > 0;
            return there ? Optional.of(false) : Optional.empty();
          }
          long version = number(t, "SELECT version FROM sallyport_key WHERE id = ?", id);
          Feed.append(t, KIND, id, version);
          return Optional.of(true);
        });
  }

  @Override
  public void noteUse(String id, LastUse use) {
    long at = use.at().toEpochMilli();
    database.transact(
        "noting the use of an API key",
        t ->
            t.update(
                "UPDATE sallyport_key SET last_used_at = ?, last_used_from = ?, told_idle = 0"
                    + " WHERE id = ? AND status <> 'REVOKED'"
                    + " AND (last_used_at IS NULL OR last_used_at <= ?)",
                at,
                use.from(),
                id,
                at - MILLIS_BETWEEN_USES));
  }

  @Override
  public void replaceDigest(String id, KeyDigest old, KeyDigest current) {
    database.transact(
        "renewing the digest of an API key",
        t ->
            t.update(
                "UPDATE sallyport_key SET pepper_id = ?, digest_of = ?, digest = ?"
                    + " WHERE id = ? AND digest = ?",
                current.pepperId(),
                current.of(),
                current.hex(),
                id,
                old.hex()));
  }

  @Override
  public List<ApiKeyRecord> untoldEnds(
      int daysLeft, Instant endsBy, @Nullable Instant orCreatedBy, int limit) {
    // Nothing is created by the beginning of time.
    long createdBy = orCreatedBy == null ? -1 : orCreatedBy.toEpochMilli();
    return database.transact(
        "looking for API keys near their end",
        t ->
            selectAll(
                t,
                SELECT
                    + " WHERE (expires_at <= ? OR created_at <= ?)"
                    + " AND (told_days IS NULL OR told_days > ?)"
                    + " AND status = 'ACTIVE' AND parent IS NULL ORDER BY id LIMIT ?",
                endsBy.toEpochMilli(),
                createdBy,
                daysLeft,
                limit));
  }

  @Override
  public List<ApiKeyRecord> untoldIdle(Instant since, int limit) {
    return database.transact(
        "looking for API keys that nobody uses",
        t ->
            selectAll(
                t,
                SELECT
                    + " WHERE created_at <= ? AND (last_used_at IS NULL OR last_used_at <= ?)"
                    + " AND told_idle = 0"
                    + " AND status = 'ACTIVE' AND parent IS NULL ORDER BY id LIMIT ?",
                since.toEpochMilli(),
                since.toEpochMilli(),
                limit));
  }

  @Override
  public boolean claimEndNotice(String id, int daysLeft) {
    return database.transact(
            "claiming to tell of an API key's end",
            t ->
                t.update(
                    "UPDATE sallyport_key SET told_days = ?"
                        + " WHERE id = ? AND (told_days IS NULL OR told_days > ?)",
                    daysLeft,
                    id,
                    daysLeft))
        == 1;
  }

  @Override
  public boolean claimIdleNotice(String id) {
    return database.transact(
            "claiming to tell of an unused API key",
            t ->
                t.update(
                    "UPDATE sallyport_key SET told_idle = 1 WHERE id = ? AND told_idle = 0", id))
        == 1;
  }

  @Override
  public long countUnderOtherPeppers(Set<String> pepperIds) {
    List<String> comparable =
        Stream.concat(
                Stream.of(KeyDigest.OF_TEXT, KeyDigest.OF_SHA256),
                pepperIds.stream().map(id -> KeyDigest.OF_HMAC + id))
            .toList();
    return database.transact(
        "counting API keys",
        t ->
            number(
                t,
                "SELECT COUNT(*) FROM sallyport_key WHERE (pepper_id NOT IN ("
                    + marks(pepperIds.size())
                    + ") OR digest_of NOT IN ("
                    + marks(comparable.size())
                    + ")) AND status <> 'REVOKED'",
                Stream.concat(pepperIds.stream(), comparable.stream()).toArray()));
  }

  private static void insert(
      Transaction transaction, ApiKeyRecord record, @Nullable String importedAs)
      throws SQLException {
    List<@Nullable Object> values = values(record);
    values.add(record.id());
    values.add(importedAs);
    transaction.update(INSERT, values.toArray());
  }

  private static void update(Transaction transaction, ApiKeyRecord before, ApiKeyRecord after)
      throws SQLException {
    List<@Nullable Object> values = values(after);
    values.add(after.id());
    transaction.update(UPDATE, values.toArray());
    if (!Objects.equals(before.terms().expiresAt(), after.terms().expiresAt())) {
      transaction.update("UPDATE sallyport_key SET told_days = NULL WHERE id = ?", after.id());
    }
  }

  /** The values of {@link #COLUMNS}. */
  private static List<@Nullable Object> values(ApiKeyRecord record) {
    KeyTerms terms = record.terms();
    Lineage lineage = record.lineage();
    List<@Nullable Object> values = new ArrayList<>();
    values.add(terms.owner());
    values.add(terms.name());
    values.add(terms.description());
    values.add(terms.environment());
    values.add(terms.kind().name());
    values.add(String.join(" ", terms.scopes()));
    values.add(String.join(" ", terms.roles()));
    values.add(terms.plan());
    values.add(joined(terms.addresses().stream().map(AddressRange::toString).toList()));
    values.add(joined(terms.origins().stream().map(WebOrigin::text).toList()));
    values.add(millis(terms.notBefore()));
    values.add(millis(terms.expiresAt()));
    values.add(terms.metadata().json());
    values.add(record.status().name());
    values.add(record.revokedBecause());
    values.add(record.createdAt().toEpochMilli());
    values.add(record.createdBy());
    values.add(record.changedAt().toEpochMilli());
    values.add(record.changedBy());
    values.add(lineage.id());
    values.add(lineage.parent());
    values.add(lineage.predecessor());
    values.add(lineage.successor());
    values.add(lineage.overlap() == null ? null : lineage.overlap().toMillis());
    values.add(record.version());
    values.add(record.digest().pepperId());
    values.add(record.digest().of());
    values.add(record.digest().hex());
    return values;
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
          terms(row),
          Status.valueOf(row.getString("status")),
          row.getString("revoked_because"),
          Instant.ofEpochMilli(row.getLong("created_at")),
          row.getString("created_by"),
          Instant.ofEpochMilli(row.getLong("changed_at")),
          row.getString("changed_by"),
          lineage(row),
          lastUse(row),
          row.getLong("version"),
          new KeyDigest(
              row.getString("pepper_id"), row.getString("digest_of"), row.getString("digest")));
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

  private static KeyTerms terms(ResultSet row) throws SQLException {
    return new KeyTerms(
        row.getString("owner"),
        row.getString("name"),
        row.getString("description"),
        row.getString("environment"),
        KeyKind.valueOf(row.getString("kind")),
        Set.copyOf(parts(row.getString("scopes"))),
        Set.copyOf(parts(row.getString("roles"))),
        row.getString("plan"),
        parts(row.getString("addresses")).stream()
            .map(AddressRange::of)
            .collect(Collectors.toSet()),
        parts(row.getString("origins")).stream().map(WebOrigin::new).collect(Collectors.toSet()),
        instant(row, "not_before"),
        instant(row, "expires_at"),
        KeyMetadata.ofJson(row.getString("metadata")));
  }

  private static Lineage lineage(ResultSet row) throws SQLException {
    long overlap = row.getLong("overlap_millis");
    boolean none = row.wasNull(); // it speaks of the column that was read last
    return new Lineage(
        row.getString("lineage"),
        row.getString("parent"),
        row.getString("predecessor"),
        row.getString("successor"),
        none ? null : Duration.ofMillis(overlap));
  }

  private static @Nullable LastUse lastUse(ResultSet row) throws SQLException {
    Instant at = instant(row, "last_used_at");
    return at == null ? null : new LastUse(at, row.getString("last_used_from"));
  }

  private static String joined(Collection<String> parts) {
    return String.join(" ", parts);
  }

  // An empty column must not read as "no restriction".
  private static List<String> parts(@Nullable String text) {
    Objects.requireNonNull(text, "a list");
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }

  private static @Nullable Long millis(@Nullable Instant time) {
    return time == null ? null : time.toEpochMilli();
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  private static void and(
      StringBuilder sql, List<Object> values, String condition, @Nullable Object value) {
    if (value == null) return;
    sql.append(" AND ").append(condition);
    values.add(value);
  }

  /** A pattern of LIKE for texts that hold this one. */
  private static String holding(String text) {
    return "%" + text.toLowerCase(Locale.ROOT).replaceAll("[!%_]", "!$0") + "%";
  }

  private static String marks(int count) {
    return String.join(", ", Collections.nCopies(count, "?"));
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
