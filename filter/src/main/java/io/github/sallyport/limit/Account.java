package io.github.sallyport.limit;

import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.limit.QuotaLedger.Block;
import io.github.sallyport.limit.QuotaLedger.Claim;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What this node holds of one caller's quota in one period. Taking from it waits for nobody; only
 * who finds it empty asks the ledger, one at a time.
 */
final class Account {
  /** How long it is remembered that the ledger has no more, or does not answer. */
  static final long MEMORY_NANOS = Duration.ofSeconds(1).toNanos();

  /** When the ledger may take back what a node holds that says nothing any more. */
  static final Duration LEASE = Duration.ofMinutes(10);

  // Added to what was used when the account is closed: more than any quota, so that nobody takes.
  private static final long CLOSED = 1L << 60;
  // By our own clock a lease ends earlier: two clocks need not agree.
  private static final long LEASE_NANOS = LEASE.minusMinutes(1).toNanos();

  final String lineage;
  final Period period;
  private final String holder;
  private final Quotas quotas;
  private final AtomicLong used = new AtomicLong();
  private volatile Lease lease = new Lease(-CLOSED, 0, -1, 0, 0);
  private volatile @Nullable Memory memory;
  private volatile long takenAt;

  // Guards the asking; whoever waits for it waits for the ledger.
  private final Lock asking = new ReentrantLock();
  // Guarded by it.
  private boolean closed;
  private long count; // what was used when it was closed
  private boolean settled; // and the ledger knows it

  /**
   * What the ledger said.
   *
   * @param until by the nano ticker
   */
  private record Lease(long granted, long settled, long epoch, long remaining, long until) {}

  /**
   * What need not be asked again at once.
   *
   * @param needed so much it had not, or more
   * @param failure it did not answer at all; null: it did
   */
  private record Memory(long needed, long at, @Nullable StoreUnavailableException failure) {}

  /** How taking ended. */
  enum End {
    TAKEN,
    EMPTY,
    CLOSED
  }

  Account(String lineage, Period period, String holder, Quotas quotas) {
    this.lineage = lineage;
    this.period = period;
    this.holder = holder;
    this.quotas = quotas;
    this.takenAt = quotas.nanos();
  }

  /** Takes permits from the block, or from the ledger where that is too small. */
  End take(long quota, int permits) {
    if (takeFromBlock(quota, permits)) return End.TAKEN;
    asking.lock();
    try {
      if (takeFromBlock(quota, permits)) return End.TAKEN;
      if (closed) return End.CLOSED;
      if (isKnownToLack(permits)) return End.EMPTY;
      settle(quota, permits, quotas.block(quota));
      if (takeFromBlock(quota, permits)) return End.TAKEN;
      memory = new Memory(permits, quotas.nanos(), null);
      return End.EMPTY;
    } finally {
      asking.unlock();
    }
  }

  private boolean takeFromBlock(long quota, int permits) {
    Lease held = lease;
    long now = quotas.nanos();
    if (now - held.until > 0) return false;
    long before;
    do {
      before = used.get();
      if (before + permits > held.granted) return false;
    } while (!used.compareAndSet(before, before + permits));
    takenAt = now;
    // So that the next block is there before this one is empty.
    if ((held.granted - before - permits) * 2 < quotas.block(quota) && held.remaining > 0) {
      quotas.settleBehind(this, quota);
    }
    return true;
  }

  void giveBack(long quota, int permits) {
    // What an account said when it was closed was its last word.
    if (used.addAndGet(-permits) >= CLOSED / 2) quotas.credit(this, quota, permits);
  }

  /** Counts what was given back after an account of the same caller was closed. */
  void credit(int permits) {
    used.addAndGet(-permits);
  }

  private @Nullable Memory fresh() {
    Memory known = memory;
    return known == null || quotas.nanos() - known.at > MEMORY_NANOS ? null : known;
  }

  private boolean hasJustFailed() {
    Memory known = fresh();
    return known != null && known.failure != null;
  }

  private boolean isKnownToLack(int permits) {
    Memory known = fresh();
    if (known == null) return false;
    if (known.failure != null) {
      throw new StoreUnavailableException("the ledger of quotas does not answer", known.failure);
    }
    return permits >= known.needed;
  }

  /** What is left of the quota, as far as this node knows. */
  long left() {
    Lease held = lease;
    return Math.max(0, held.granted - used.get()) + held.remaining;
  }

  /** Forgets that the ledger had no more. */
  void askAgain() {
    memory = null;
  }

  /** Says what was used, and takes the next block, unless that is done at this moment. */
  void refill(long quota) {
    if (!asking.tryLock()) return;
    try {
      if (!closed && !hasJustFailed()) settle(quota, 0, quotas.block(quota));
    } finally {
      asking.unlock();
    }
  }

  /** Says what was used, and gives the rest back; nobody takes from it any more. */
  void close(long quota) {
    asking.lock();
    try {
      if (!closed) {
        closed = true;
        count = used.getAndAdd(CLOSED);
      }
      // Once its last word is said it must not be said again: it may be forgotten by then.
      if (!settled) settle(quota, 0, 0);
      settled = true;
      quotas.ledger().forget(lineage, period.start(), holder);
    } finally {
      asking.unlock();
    }
  }

  boolean isUnsettled() {
    return lease.settled != used.get();
  }

  boolean isIdleSince(long nanos) {
    return takenAt - nanos < 0;
  }

  boolean endsBefore(long nanos) {
    return lease.until - nanos < 0;
  }

  private void settle(long quota, long needed, long wanted) {
    long began = quotas.nanos();
    Instant now = quotas.now();
    Lease before = lease;
    long said = closed ? count : used.get();
    Block block;
    try {
      block =
          quotas
              .ledger()
              .settle(
                  new Claim(
                      lineage,
                      period.start(),
                      holder,
                      quota,
                      said,
                      before.epoch,
                      needed,
                      wanted,
                      now,
                      now.plus(LEASE)));
    } catch (StoreUnavailableException e) {
      memory = new Memory(0, quotas.nanos(), e);
      throw e;
    }
    lease = new Lease(block.granted(), said, block.epoch(), block.remaining(), began + LEASE_NANOS);
    memory = null;
    for (int hundredths : block.reached()) quotas.tell(this, quota, hundredths);
  }
}
