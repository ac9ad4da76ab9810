package io.github.sallyport.store;

import io.github.sallyport.limit.QuotaLedger;
import io.github.sallyport.store.Database.Transaction;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was used of quotas, in the tables {@code sallyport_quota} and {@code sallyport_quota_block};
 * nothing else touches them. The lock of a period's row lets one at a time work on its blocks.
 */
final class JdbcQuotas implements QuotaLedger {
  private static final int[] THRESHOLDS = {80, 100};
  private static final int SHARES = 8;
  private static final int ATTEMPTS = 5;

  private final Database database;

  JdbcQuotas(Database database) {
    this.database = database;
  }

  /** A period's row. */
  private record Row(long used, long epoch, int told) {}

  /** What somebody holds. */
  private record Held(long granted, long used) {}

  @Override
  public Block settle(Claim claim) {
    for (int i = 0; i < ATTEMPTS; i++) {
      List<Block> made = new ArrayList<>();
      boolean done =
          database.transactUnlessTaken(
              "settling a quota",
              t -> {
                made.add(settle(t, claim));
                return true;
              });
      if (done) return made.get(0); // else another node made the row at the same moment
    }
    throw new IllegalStateException("a quota's row is there, and is not found");
  }

  private static Block settle(Transaction transaction, Claim claim) throws SQLException {
    Row row = lock(transaction, claim.lineage(), claim.periodStart());
    takeBack(transaction, claim);
    Held mine = held(transaction, claim);
    // What was counted before it was set to nothing is void.
    boolean isVoid = claim.epoch() >= 0 && claim.epoch() != row.epoch;
    long added = isVoid ? 0 : claim.used() - (mine == null ? 0 : mine.used);
    long used = Math.max(0, row.used + added);
    long free = claim.quota() - used - heldByOthers(transaction, claim);
    long outstanding = mine == null || isVoid ? 0 : mine.granted - claim.used();
    long hold = hold(claim, free, outstanding);
    keep(transaction, claim, claim.used() + hold, mine == null);
    List<Integer> reached = reached(used, claim.quota(), row.told);
    transaction.update(
        "UPDATE sallyport_quota SET used = ?, told = ? WHERE lineage = ? AND period_start = ?",
        used,
        reached.isEmpty() ? row.told : reached.get(reached.size() - 1),
        claim.lineage(),
        claim.periodStart().toEpochMilli());
    return new Block(claim.used() + hold, row.epoch, Math.max(0, free - hold), reached);
  }

  /**
   * How much of what is free this one gets: its block, or a share of the rest, so that near the end
   * no node keeps from another what it does not need; and never less than it has, which it may be
   * using at this moment.
   */
  private static long hold(Claim claim, long free, long outstanding) {
    if (claim.wanted() == 0) return 0;
    long share = Math.min(claim.wanted(), Math.max(1, free / SHARES));
    long hold = Math.max(share, claim.needed());
    return Math.max(hold <= free ? hold : 0, Math.max(0, outstanding));
  }

  private static List<Integer> reached(long used, long quota, int told) {
    List<Integer> reached = new ArrayList<>();
    for (int threshold : THRESHOLDS) {
      if (told < threshold && used * 100 >= quota * threshold) reached.add(threshold);
    }
    return reached;
  }

  /** The row of a period, which is ours until the end of the transaction. */
  private static Row lock(Transaction transaction, String lineage, Instant start)
      throws SQLException {
    try (PreparedStatement statement =
            transaction.prepare(
                "SELECT used, epoch, told FROM sallyport_quota"
                    + " WHERE lineage = ? AND period_start = ? FOR UPDATE",
                lineage,
                start.toEpochMilli());
        ResultSet row = statement.executeQuery()) {
      if (row.next()) return new Row(row.getLong(1), row.getLong(2), row.getInt(3));
    }
    transaction.update(
        "INSERT INTO sallyport_quota (lineage, period_start, used, epoch, told)"
            + " VALUES (?, ?, 0, 0, 0)",
        lineage,
        start.toEpochMilli());
    return new Row(0, 0, 0);
  }

  /** Gives back what others hold whose lease is over: what they have not said was not used. */
  private static void takeBack(Transaction transaction, Claim claim) throws SQLException {
    transaction.update(
        "UPDATE sallyport_quota_block SET granted = used"
            + " WHERE lineage = ? AND period_start = ? AND holder <> ? AND lease_until < ?",
        claim.lineage(),
        claim.periodStart().toEpochMilli(),
        claim.holder(),
        claim.now().toEpochMilli());
  }

  private static @Nullable Held held(Transaction transaction, Claim claim) throws SQLException {
    try (PreparedStatement statement =
            transaction.prepare(
                "SELECT granted, used FROM sallyport_quota_block"
                    + " WHERE lineage = ? AND period_start = ? AND holder = ?",
                claim.lineage(),
                claim.periodStart().toEpochMilli(),
                claim.holder());
        ResultSet row = statement.executeQuery()) {
      return row.next() ? new Held(row.getLong(1), row.getLong(2)) : null;
    }
  }

  private static long heldByOthers(Transaction transaction, Claim claim) throws SQLException {
    try (PreparedStatement statement =
            transaction.prepare(
                "SELECT SUM(granted - used) FROM sallyport_quota_block"
                    + " WHERE lineage = ? AND period_start = ? AND holder <> ?",
                claim.lineage(),
                claim.periodStart().toEpochMilli(),
                claim.holder());
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private static void keep(Transaction transaction, Claim claim, long granted, boolean isNew)
      throws SQLException {
    transaction.update(
        isNew
            ? "INSERT INTO sallyport_quota_block"
                + " (granted, used, lease_until, lineage, period_start, holder)"
                + " VALUES (?, ?, ?, ?, ?, ?)"
            : "UPDATE sallyport_quota_block SET granted = ?, used = ?, lease_until = ?"
                + " WHERE lineage = ? AND period_start = ? AND holder = ?",
        granted,
        claim.used(),
        claim.leaseUntil().toEpochMilli(),
        claim.lineage(),
        claim.periodStart().toEpochMilli(),
        claim.holder());
  }

  @Override
  public void forget(String lineage, Instant periodStart, String holder) {
    database.transact(
        "closing a quota's block",
        t ->
            t.update(
                "DELETE FROM sallyport_quota_block"
                    + " WHERE lineage = ? AND period_start = ? AND holder = ?",
                lineage,
                periodStart.toEpochMilli(),
                holder));
  }

  @Override
  public void forgetBefore(Instant leaseUntil) {
    database.transact(
        "forgetting old blocks of quotas",
        t ->
            t.update(
                "DELETE FROM sallyport_quota_block WHERE lease_until < ?",
                leaseUntil.toEpochMilli()));
  }

  @Override
  public void forgetPeriodsBefore(Instant start) {
    database.transact(
        "forgetting old periods of quotas",
        t -> t.update("DELETE FROM sallyport_quota WHERE period_start < ?", start.toEpochMilli()));
  }

  @Override
  public void reset(String lineage, Instant periodStart) {
    long start = periodStart.toEpochMilli();
    database.transact(
        "resetting a quota",
        t -> {
          t.update(
              "UPDATE sallyport_quota SET used = 0, told = 0, epoch = epoch + 1"
                  + " WHERE lineage = ? AND period_start = ?",
              lineage,
              start);
          return t.update(
              "UPDATE sallyport_quota_block SET granted = used"
                  + " WHERE lineage = ? AND period_start = ?",
              lineage,
              start);
        });
  }
}
