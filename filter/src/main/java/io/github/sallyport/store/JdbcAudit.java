package io.github.sallyport.store;

import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditEvent.Result;
import io.github.sallyport.audit.AuditQuery;
import io.github.sallyport.audit.AuditStore;
import io.github.sallyport.audit.Checkpoint;
import io.github.sallyport.audit.Link;
import io.github.sallyport.store.Database.Transaction;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Events in the tables {@code sallyport_audit} and {@code sallyport_audit_checkpoint}. */
final class JdbcAudit implements AuditStore {
  private static final List<String> COLUMNS =
      List.of(
          "chain",
          "seq",
          "happened_at",
          "action",
          "result",
          "code",
          "target",
          "detail",
          "actor",
          "key_id",
          "owner",
          "subject",
          "issuer",
          "request_id",
          "address",
          "user_agent",
          "method",
          "path",
          "previous",
          "seal_id",
          "seal");
  private static final String INSERT =
      "INSERT INTO sallyport_audit ("
          + String.join(", ", COLUMNS)
          + ") VALUES ("
          + String.join(", ", Collections.nCopies(COLUMNS.size(), "?"))
          + ")";
  private static final String SELECT =
      "SELECT " + String.join(", ", COLUMNS) + " FROM sallyport_audit";
  private static final String CHECKPOINT = "chain, kind, number, seq, head, made_at, seal_id, seal";

  private final Database database;

  JdbcAudit(Database database) {
    this.database = database;
  }

  @Override
  public boolean append(List<Link> links) {
    boolean added =
        database.transactUnlessTaken(
            "writing events of audit",
            t -> {
              insert(t, links);
              return true;
            });
    if (added) return true;
    Link end = links.get(links.size() - 1);
    return last(end.chain()).map(end::equals).orElse(false);
  }

  private static void insert(Transaction transaction, List<Link> links) throws SQLException {
    try (PreparedStatement statement = transaction.prepare(INSERT)) {
      for (Link link : links) {
        List<@Nullable Object> values = values(link);
        for (int i = 0; i < values.size(); i++) statement.setObject(i + 1, values.get(i));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  @Override
  public void add(Checkpoint checkpoint) {
    database.transactUnlessTaken(
        "writing a checkpoint of audit",
        t -> {
          insert(t, checkpoint);
          return true;
        });
  }

  private static void insert(Transaction transaction, Checkpoint point) throws SQLException {
    transaction.update(
        "INSERT INTO sallyport_audit_checkpoint ("
            + CHECKPOINT
            + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        point.chain(),
        point.kind().name(),
        point.number(),
        point.seq(),
        point.head(),
        point.time().toEpochMilli(),
        point.sealId(),
        point.seal());
  }

  @Override
  public List<Link> find(AuditQuery query, int limit, @Nullable Position after) {
    List<Object> values = new ArrayList<>();
    String sql = select(query, limit, after, values);
    return database.transact("looking for events of audit", t -> links(t, sql, values.toArray()));
  }

  /**
   * The statement that finds events.
   *
   * @param values gets what is to be bound
   */
  static String select(AuditQuery query, int limit, @Nullable Position after, List<Object> values) {
    if (query.key() == null) return select("1 = 1", null, query, limit, after, values);
    // Two statements, since no index serves "the one column or the other" on every database.
    return "("
        + select("key_id = ?", query.key(), query, limit, after, values)
        + ") UNION ("
        + select("target = ?", query.key(), query, limit, after, values)
        + ")"
        + newest(limit, values);
  }

  private static String select(
      String first,
      @Nullable String bound,
      AuditQuery query,
      int limit,
      @Nullable Position after,
      List<Object> values) {
    StringBuilder sql = new StringBuilder(SELECT).append(" WHERE ").append(first);
    if (bound != null) values.add(bound);
    and(sql, values, "request_id = ?", query.requestId());
    and(sql, values, "subject = ?", query.subject());
    and(sql, values, "code = ?", query.code());
    and(sql, values, "happened_at >= ?", millis(query.from()));
    and(sql, values, "happened_at < ?", millis(query.to()));
    if (after != null) {
      Long at = millis(after.time());
      // The first condition says no more than the second, and lets the index be entered.
      and(sql, values, "happened_at <= ?", at);
      and(
          sql,
          values,
          "(happened_at < ? OR chain < ? OR (chain = ? AND seq < ?))",
          at,
          after.chain(),
          after.chain(),
          after.seq());
    }
    return sql.append(newest(limit, values)).toString();
  }

  private static String newest(int limit, List<Object> values) {
    values.add(limit);
    return " ORDER BY happened_at DESC, chain DESC, seq DESC LIMIT ?";
  }

  private static void and(
      StringBuilder sql, List<Object> values, String condition, @Nullable Object... bound) {
    if (Arrays.asList(bound).contains(null)) return;
    sql.append(" AND ").append(condition);
    for (Object value : bound) if (value != null) values.add(value);
  }

  private static @Nullable Long millis(@Nullable Instant time) {
    return time == null ? null : time.toEpochMilli();
  }

  @Override
  public Set<String> chains() {
    return database.transact(
        "looking for chains of audit",
        t -> {
          Set<String> chains = new HashSet<>();
          try (PreparedStatement statement =
                  t.prepare(
                      "SELECT DISTINCT chain FROM sallyport_audit"
                          + " UNION SELECT DISTINCT chain FROM sallyport_audit_checkpoint");
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) chains.add(rows.getString(1));
          }
          return chains;
        });
  }

  @Override
  public List<Link> links(String chain, long after, int limit) {
    return database.transact(
        "reading a chain of audit",
        t ->
            links(
                t,
                // By both columns of the index, else H2 sorts all that is left of the chain.
                SELECT + " WHERE chain = ? AND seq > ? ORDER BY chain, seq LIMIT ?",
                chain,
                after,
                limit));
  }

  @Override
  public Optional<Link> last(String chain) {
    return database.transact(
        "reading the end of a chain of audit",
        t ->
            links(t, SELECT + " WHERE chain = ? ORDER BY chain DESC, seq DESC LIMIT 1", chain)
                .stream()
                .findFirst());
  }

  @Override
  public List<Checkpoint> checkpoints(String chain) {
    return database.transact(
        "reading checkpoints of audit",
        t -> {
          List<Checkpoint> points = new ArrayList<>();
          try (PreparedStatement statement =
                  t.prepare(
                      "SELECT "
                          + CHECKPOINT
                          + " FROM sallyport_audit_checkpoint WHERE chain = ?"
                          + " ORDER BY number, kind",
                      chain);
              ResultSet row = statement.executeQuery()) {
            while (row.next()) points.add(checkpoint(row));
          }
          return points;
        });
  }

  @Override
  public void prune(Checkpoint pruned) {
    database.transactUnlessTaken(
        "removing old events of audit",
        t -> {
          insert(t, pruned);
          t.update(
              "DELETE FROM sallyport_audit WHERE chain = ? AND seq <= ?",
              pruned.chain(),
              pruned.seq());
          t.update(
              "DELETE FROM sallyport_audit_checkpoint WHERE chain = ? AND"
                  + " ((kind = 'POINT' AND number <= ?) OR (kind = 'PRUNED' AND number < ?))",
              pruned.chain(),
              pruned.number(),
              pruned.number());
          return true;
        });
  }

  @Override
  public void forget(String chain) {
    database.transact(
        "removing an old chain of audit",
        t -> t.update("DELETE FROM sallyport_audit_checkpoint WHERE chain = ?", chain));
  }

  /** The values of {@link #COLUMNS}. */
  private static List<@Nullable Object> values(Link link) {
    AuditEvent event = link.event();
    Actor by = event.by();
    return Arrays.asList(
        link.chain(),
        link.seq(),
        event.time().toEpochMilli(),
        event.action(),
        event.result().name(),
        event.code(),
        event.target(),
        event.detail(),
        by.name(),
        by.keyId(),
        by.owner(),
        by.subject(),
        by.issuer(),
        by.requestId(),
        by.address(),
        by.userAgent(),
        by.method(),
        by.path(),
        link.previous(),
        link.sealId(),
        link.seal());
  }

  private static List<Link> links(Transaction transaction, String sql, Object... values)
      throws SQLException {
    List<Link> links = new ArrayList<>();
    try (PreparedStatement statement = transaction.prepare(sql, values);
        ResultSet row = statement.executeQuery()) {
      while (row.next()) links.add(link(row));
    }
    return links;
  }

  private static Link link(ResultSet row) throws SQLException {
    Actor by =
        new Actor(
            row.getString("actor"),
            row.getString("key_id"),
            row.getString("owner"),
            row.getString("subject"),
            row.getString("issuer"),
            row.getString("request_id"),
            row.getString("address"),
            row.getString("user_agent"),
            row.getString("method"),
            row.getString("path"));
    AuditEvent event =
        new AuditEvent(
            Instant.ofEpochMilli(row.getLong("happened_at")),
            row.getString("action"),
            result(row.getString("result")),
            row.getString("code"),
            by,
            row.getString("target"),
            row.getString("detail"));
    return new Link(
        row.getString("chain"),
        row.getLong("seq"),
        event,
        row.getString("previous"),
        row.getString("seal_id"),
        row.getString("seal"));
  }

  /** What we never wrote is no reason not to be read: the seal tells that it was changed. */
  private static Result result(String word) {
    return Arrays.stream(Result.values())
        .filter(result -> result.name().equals(word))
        .findFirst()
        .orElse(Result.UNKNOWN);
  }

  private static Checkpoint checkpoint(ResultSet row) throws SQLException {
    String word = row.getString("kind");
    return new Checkpoint(
        row.getString("chain"),
        Arrays.stream(Checkpoint.Kind.values())
            .filter(kind -> kind.name().equals(word))
            .findFirst()
            .orElse(Checkpoint.Kind.UNKNOWN),
        row.getLong("number"),
        row.getLong("seq"),
        row.getString("head"),
        Instant.ofEpochMilli(row.getLong("made_at")),
        row.getString("seal_id"),
        row.getString("seal"));
  }
}
