package io.github.sallyport.limit;

import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds callers to their quotas, with the other nodes of the same ledger. Safe for use by many
 * threads.
 *
 * <p>In the background, what was used is said to the ledger every half minute, the next block is
 * taken before one is empty, and what a caller who stays away holds is given back.
 */
public final class Quotas implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("sallyport.limit");
  private static final Actor SALLYPORT = Actor.part("sallyport");
  private static final Duration SETTLE_EVERY = Duration.ofSeconds(30);
  private static final long IDLE_NANOS = Duration.ofSeconds(60).toNanos();
  private static final Duration WAIT_AT_END = Duration.ofSeconds(5);
  private static final Duration FORGOTTEN = Duration.ofDays(1);

  /** How long it is known what was used in a period that has ended. */
  static final Duration KEPT = Duration.ofDays(400);

  private static final Duration LONGEST_PERIOD = Duration.ofDays(31);
  // A block is a hundredth of its quota, and no more than this.
  private static final long LARGEST_BLOCK = 1_000;
  private static final int SHARES = 100;
  private static final int ATTEMPTS = 3;

  private final QuotaLedger ledger;
  private final AuditSink audit;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private final String node = HexFormat.of().formatHex(randomBytes());
  private final AtomicLong opened = new AtomicLong();
  private final Map<Id, Open> accounts = new ConcurrentHashMap<>();
  private final Queue<Open> closing = new ConcurrentLinkedQueue<>();
  private final Map<Quota, Period> periods = new ConcurrentHashMap<>();
  private final Set<Account> asked = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService behind =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "sallyport-quotas");
            thread.setDaemon(true);
            return thread;
          });

  private record Id(String lineage, Instant start) {}

  private record Open(Account account, long quota) {}

  private @Nullable Future<?> turns;
  private @Nullable Future<?> forgetting;

  /** Does nothing in the background until it is started. */
  public Quotas(QuotaLedger ledger, AuditSink audit, LongSupplier nanoTime, Clock clock) {
    this.ledger = Objects.requireNonNull(ledger, "ledger");
    this.audit = Objects.requireNonNull(audit, "audit");
    this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** Begins to settle in the background. */
  public Quotas start() {
    long every = SETTLE_EVERY.toMillis();
    forgetting = behind.scheduleWithFixedDelay(() -> quietly(this::forget), 0, 1, TimeUnit.DAYS);
    turns = behind.scheduleWithFixedDelay(this::settleQuietly, every, every, TimeUnit.MILLISECONDS);
    return this;
  }

  private void forget() {
    Instant now = clock.instant();
    ledger.forgetBefore(now.minus(FORGOTTEN));
    ledger.forgetPeriodsBefore(now.minus(KEPT).minus(LONGEST_PERIOD));
  }

  /** The period of a quota that holds now. */
  Period period(Quota quota) {
    Instant now = clock.instant();
    Period known = periods.get(quota);
    if (known != null && known.contains(now)) return known;
    Period period = quota.periodAt(now);
    if (periods.size() > 1_000) periods.clear(); // of plans that were changed a thousand times
    periods.put(quota, period);
    return period;
  }

  /** Takes permits of what is left in this period, if there are so many. */
  Admission take(Who who, Plan plan, Quota quota, int permits) {
    String lineage = lineage(who);
    for (int i = 0; i < ATTEMPTS; i++) {
      Period period = period(quota);
      Account account = account(new Id(lineage, period.start()), period, quota.permits());
      Account.End end = account.take(quota.permits(), permits);
      if (end == Account.End.CLOSED) continue;
      Duration rest = Duration.between(clock.instant(), period.end());
      Standing standing = new Standing(plan, quota, account.left(), rest, period);
      return end == Account.End.TAKEN
          ? new Admission.Begun(
              new Taken(null, () -> account.giveBack(quota.permits(), permits)), standing)
          : new Admission.Exhausted(rest, standing);
    }
    throw new AssertionError("an account was closed again and again under one request");
  }

  /**
   * Sets what a key's lineage has used in this period to nothing. On other nodes it binds within a
   * second; what they have taken and not said yet is void.
   */
  void reset(String lineage, Quota quota) {
    Period period = period(quota);
    ledger.reset(lineage, period.start());
    Open open = accounts.get(new Id(lineage, period.start()));
    if (open != null) open.account.askAgain();
  }

  private Account account(Id id, Period period, long quota) {
    Open open = accounts.get(id);
    if (open != null && open.quota == quota) return open.account;
    return accounts.compute(
            id,
            (same, there) -> {
              if (there == null)
                return new Open(new Account(id.lineage, period, holder(), this), quota);
              there.account.askAgain(); // there may be more of it now
              return new Open(there.account, quota);
            })
        .account;
  }

  /** A user's subject is nothing that a ledger should keep, or a database should meet. */
  private static String lineage(Who who) {
    if (who instanceof Who.Lineage lineage) return lineage.id();
    if (who instanceof Who.Client client) return client.lineage();
    Who.User user = (Who.User) who;
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(user.issuer().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(user.subject().getBytes(StandardCharsets.UTF_8));
      return "user-" + HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  long nanos() {
    return nanoTime.getAsLong();
  }

  Instant now() {
    return clock.instant();
  }

  QuotaLedger ledger() {
    return ledger;
  }

  private String holder() {
    return node + "-" + Long.toString(opened.incrementAndGet(), 36);
  }

  /** How much of a quota a node holds at most: what a sudden end of it may cost. */
  long block(long quota) {
    return Math.max(1, Math.min(LARGEST_BLOCK, quota / SHARES));
  }

  void settleBehind(Account account, long quota) {
    if (!asked.add(account)) return;
    try {
      behind.execute(
          () -> {
            asked.remove(account);
            quietly(() -> account.refill(quota));
          });
    } catch (RejectedExecutionException e) {
      asked.remove(account); // closing
    }
  }

  /** What was given back too late for its account goes to the next one. */
  void credit(Account closed, long quota, int permits) {
    Id id = new Id(closed.lineage, closed.period.start());
    account(id, closed.period, quota).credit(permits);
  }

  void tell(Account account, long quota, int hundredths) {
    String detail =
        hundredths + " % of " + quota + " are used; the period ends " + account.period.end();
    try {
      audit.record(
          new AuditEvent(
              clock.instant(), "quota.reached", null, SALLYPORT, account.lineage, detail));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "that a quota was reached could not be audited", e);
    }
  }

  private void settleQuietly() {
    quietly(this::settle);
  }

  private static void quietly(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) { // which would end all later turns without a word
      LOG.log(Level.WARNING, "what was used of quotas can't be settled now, and will be later", e);
    }
  }

  /** Says to the ledger what was used, and gives back what nobody uses. */
  void settle() {
    long now = nanos();
    Instant time = clock.instant();
    for (Map.Entry<Id, Open> entry : List.copyOf(accounts.entrySet())) {
      Account account = entry.getValue().account;
      boolean over = !account.period.contains(time) || account.isIdleSince(now - IDLE_NANOS);
      if (over) {
        if (accounts.remove(entry.getKey(), entry.getValue())) closing.add(entry.getValue());
      } else if (account.isUnsettled() || account.endsBefore(now + Account.LEASE.toNanos() / 2)) {
        account.refill(entry.getValue().quota);
      }
    }
    // Where the store does not answer they wait for the next time.
    for (Open open : List.copyOf(closing)) {
      open.account.close(open.quota);
      closing.remove(open);
    }
  }

  /** How many callers hold something here. */
  int size() {
    return accounts.size();
  }

  private static byte[] randomBytes() {
    byte[] bytes = new byte[8];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  /** Says what was used, and gives everything back. May be called again. */
  @Override
  public void close() {
    if (turns != null) turns.cancel(false);
    if (forgetting != null) forgetting.cancel(false);
    behind.shutdown();
    try {
      if (!behind.awaitTermination(WAIT_AT_END.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.log(Level.WARNING, "the settling of quotas still runs");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closing.addAll(accounts.values());
    accounts.clear();
    settleQuietly();
  }
}
