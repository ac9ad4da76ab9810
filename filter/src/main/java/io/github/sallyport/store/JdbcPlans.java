package io.github.sallyport.store;

import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import io.github.sallyport.limit.CachedPlans;
import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.limit.PlanRecord;
import io.github.sallyport.limit.PlanSet;
import io.github.sallyport.limit.PlanStore;
import io.github.sallyport.limit.Quota;
import io.github.sallyport.store.Database.Transaction;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Plans in the table {@code sallyport_plan}; nothing else touches it. */
final class JdbcPlans implements PlanStore {
  private static final System.Logger LOG = System.getLogger("sallyport.store");

  private final Database database;

  // One line in the log for each row that can't be read, however often it is read.
  private final Set<String> reported = ConcurrentHashMap.newKeySet();

  JdbcPlans(Database database) {
    this.database = database;
  }

  @Override
  public PlanSet read() {
    // The number first: plans that are committed in between are then newer than it, and read again.
    return database.transact("reading the plans", t -> read(t));
  }

  @Override
  public List<String> seed(List<PlanRecord> plans) {
    return database.transact(
        "keeping the plans of the settings",
        t -> {
          next(t);
          List<String> kept = new ArrayList<>();
          for (PlanRecord plan : plans) {
            if (version(t, plan.plan().name()) > 0) continue;
            write(t, plan, definition(plan.plan()));
            kept.add(plan.plan().name());
          }
          if (kept.isEmpty()) t.undo();
          else append(t);
          return kept;
        });
  }

  @Override
  public PlanSet change(String name, Function<Optional<PlanRecord>, Optional<PlanRecord>> step) {
    return database.transact(
        "changing a plan",
        t -> {
          next(t);
          Optional<PlanRecord> before = read(t).find(name);
          Optional<PlanRecord> after = step.apply(before);
          if (after.isPresent()) {
            write(t, after.get(), definition(after.get().plan()));
          } else if (before.isPresent()) {
            write(t, before.get(), null);
          }
          // Also where nothing was changed: what is handed out and kept has a number of its own.
          PlanSet all = read(t);
          append(t);
          return all;
        });
  }

  /** Numbers a change of plans, and has others who want to change any wait for our end. */
  private static void next(Transaction transaction) throws SQLException {
    int rows = transaction.update("UPDATE sallyport_plan_set SET version = version + 1");
    if (rows != 1) throw new SQLException("sallyport_plan_set must have one row, has " + rows);
  }

  private static void append(Transaction transaction) throws SQLException {
    Feed.append(transaction, CachedPlans.KIND, CachedPlans.ALL, number(transaction));
  }

  private static long number(Transaction transaction) throws SQLException {
    try (PreparedStatement statement =
            transaction.prepare("SELECT version FROM sallyport_plan_set");
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) throw new SQLException("sallyport_plan_set has no row");
      return row.getLong(1);
    }
  }

  private PlanSet read(Transaction transaction) throws SQLException {
    long number = number(transaction);
    List<PlanRecord> plans = new ArrayList<>();
    try (PreparedStatement statement =
            transaction.prepare(
                "SELECT name, definition, version, changed_at, changed_by FROM sallyport_plan"
                    + " WHERE definition IS NOT NULL ORDER BY name");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        PlanRecord plan = read(rows);
        if (plan != null) plans.add(plan);
      }
    }
    return new PlanSet(number, plans);
  }

  /** The version of a plan, also of one that was deleted; 0: there never was one. */
  private static long version(Transaction transaction, String name) throws SQLException {
    try (PreparedStatement statement =
            transaction.prepare("SELECT version FROM sallyport_plan WHERE name = ?", name);
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /**
   * @param definition null: it is deleted
   */
  private static void write(Transaction transaction, PlanRecord plan, @Nullable String definition)
      throws SQLException {
    String name = plan.plan().name();
    long version = version(transaction, name);
    transaction.update(
        version == 0
            ? "INSERT INTO sallyport_plan (definition, version, changed_at, changed_by, name)"
                + " VALUES (?, ?, ?, ?, ?)"
            : "UPDATE sallyport_plan SET definition = ?, version = ?, changed_at = ?,"
                + " changed_by = ? WHERE name = ?",
        definition,
        version + 1,
        plan.changedAt().toEpochMilli(),
        plan.changedBy(),
        name);
  }

  private static String definition(Plan plan) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("limits", plan.limits().stream().map(Limit::text).toList());
    json.put("quota", plan.quota() == null ? null : plan.quota().text());
    json.put("concurrency", plan.concurrency());
    return Json.write(json);
  }

  /** Makes a plan of a row; null if somebody wrote there what we never would. */
  private @Nullable PlanRecord read(ResultSet row) throws SQLException {
    String name = row.getString("name");
    try {
      return new PlanRecord(
          plan(name, row.getString("definition")),
          row.getLong("version"),
          Instant.ofEpochMilli(row.getLong("changed_at")),
          row.getString("changed_by"));
    } catch (JsonException
        | NullPointerException
        | ClassCastException
        | IllegalArgumentException e) {
      if (reported.add(name)) {
        LOG.log(
            Level.ERROR,
            "the row of the plan {0} can''t be read, and is taken for none: keys that have it are"
                + " held to the strictest",
            name);
      }
      return null;
    }
  }

  private static Plan plan(String name, String definition) throws JsonException {
    Map<String, @Nullable Object> json =
        Json.readObject(definition.getBytes(StandardCharsets.UTF_8));
    List<Limit> limits = new ArrayList<>();
    for (Object text : (List<?>) Objects.requireNonNull(json.get("limits"))) {
      limits.add(Limit.parse((String) text));
    }
    String quota = (String) json.get("quota");
    Number concurrency = (Number) json.get("concurrency");
    return new Plan(
        name,
        limits,
        quota == null ? null : Quota.parse(quota),
        concurrency == null ? null : Math.toIntExact(concurrency.longValue()));
  }
}
