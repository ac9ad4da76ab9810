package io.github.sallyport.limit;

import io.github.sallyport.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One holder's part, on this node, of a bucket that all nodes share.
 *
 * <p><b>The lease.</b> Permits that were taken out of the shared bucket and not used yet. A request
 * takes one of them without asking anybody. When half of them are used the next lease is fetched
 * behind the requests; who finds none left waits for it, together with all who come meanwhile. A
 * lease is as large as what was asked for here in {@link #spanNanos}, and at most three times what
 * the last one was good for, so that a quiet node takes what it needs and no more; or as the
 * settings say.
 *
 * <p><b>Its time.</b> A permit that is taken at one time and used at another makes a window longer
 * by what lies between. So a lease lapses after a twentieth of the shortest window, a second at
 * most, and what is left of it goes back with whatever this node says next, or by the sweep.
 *
 * <p><b>What is known.</b> The levels as the last exchange left them say no more than is there,
 * apart from what another node gave back since. So who is told to wait by them, within a second of
 * that exchange, is told so without asking; a flood of one caller costs the cluster nothing.
 *
 * <p><b>The silent cluster.</b> Where each node decides by itself, it starts from the levels that
 * it knew, and what it grants is taken out of the shared bucket when the cluster answers again.
 */
final class LeasedBucket implements Bucket {
  private static final long LONGEST_LEASE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long TRUSTED_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long PATIENCE_NANOS = SharedBuckets.PATIENCE.toNanos();
  private static final long MILLI = 1_000_000;
  private static final int MOST_GROWTH = 3;
  private static final int PART_OF_WINDOW = 20;

  private final SharedBuckets shared;
  private final Supplier<Plan> plan;
  private final String name;
  private final AtomicLong held = new AtomicLong();
  private volatile @Nullable Known known;

  // The rest is guarded by the lock.
  private final Lock lock = new ReentrantLock();
  private @Nullable CompletableFuture<Void> running;
  private long waiting;
  private long refused;
  private long leased;
  private @Nullable Levels alone;
  private @Nullable Levels told;

  /**
   * What the last exchange left.
   *
   * @param levels by this node's clock
   * @param at when that was
   * @param lapsesAt when what is held is no longer good
   * @param low where the next lease is fetched; 0: when there is nothing left
   * @param notBefore nobody asks before that, since there was not enough
   */
  private record Known(
      Plan plan, Levels levels, long at, long lapsesAt, long low, long notBefore) {}

  LeasedBucket(SharedBuckets shared, Supplier<Plan> plan, String name) {
    this.shared = shared;
    this.plan = plan;
    this.name = name;
  }

  String name() {
    return name;
  }

  @Override
  public Verdict take(int permits) {
    Plan holds = plan.get();
    Verdict verdict = takeOfLease(holds, permits, shared.ticks());
    return verdict != null ? verdict : takeSlowly(holds, permits);
  }

  @SuppressWarnings("ReferenceEquality") // another plan of the same name is made anew
  private @Nullable Verdict takeOfLease(Plan holds, int permits, long now) {
    Known last = known;
    if (last == null || last.plan != holds || now - last.lapsesAt >= 0) return null;
    while (true) {
      long before = held.get();
      if (before < permits) return null;
      if (!held.compareAndSet(before, before - permits)) continue;
      if (before - permits < last.low) fetchAhead();
      return new Verdict.Granted(last.levels.standing(holds, before - permits, now / MILLI));
    }
  }

  private void fetchAhead() {
    if (!lock.tryLock()) return; // whoever has it sees to it
    try {
      if (running != null || shared.isSilent(shared.ticks())) return;
      running = new CompletableFuture<>();
    } finally {
      lock.unlock();
    }
    shared.settle(this);
  }

  private Verdict takeSlowly(Plan holds, int permits) {
    long since = shared.ticks();
    boolean counted = false;
    try {
      while (true) {
        CompletableFuture<Void> answer;
        boolean mine = false;
        lock.lock();
        try {
          long now = shared.ticks();
          Verdict verdict = takeOfLease(holds, permits, now);
          if (verdict != null) return verdict;
          verdict = refusal(holds, permits, now);
          if (verdict != null) {
            refused += permits;
            return verdict;
          }
          if (counted && now - since >= PATIENCE_NANOS) return outrun(holds, permits, now);
          if (shared.isSilent(now)) return withoutCluster(holds, permits, now);
          if (!counted) waiting += permits;
          counted = true;
          answer = running;
          if (answer == null) {
            mine = true;
            running = answer = new CompletableFuture<>();
          }
        } finally {
          lock.unlock();
        }
        if (mine) shared.settle(this);
        if (!await(answer, since)) return withoutCluster(holds, permits, shared.ticks());
      }
    } finally {
      if (counted) stopWaiting(permits);
    }
  }

  private void stopWaiting(int permits) {
    lock.lock();
    try {
      waiting -= permits;
    } finally {
      lock.unlock();
    }
  }

  /** Tells a caller to wait, if what is known is young enough to say so. */
  @SuppressWarnings("ReferenceEquality") // another plan of the same name is made anew
  private @Nullable Verdict refusal(Plan holds, int permits, long now) {
    Known last = known;
    if (last == null || last.plan != holds || now - last.at > TRUSTED_NANOS) return null;
    long millis = now / MILLI;
    long own = now - last.lapsesAt < 0 ? held.get() : 0;
    boolean asks = last.levels.available(millis) + own >= permits && now - last.notBefore >= 0;
    if (asks) return null;
    Duration wait = last.levels.until(permits - own, millis);
    Duration pause = Duration.ofNanos(Math.max(1, last.notBefore - now));
    return new Verdict.Wait(
        wait.compareTo(pause) > 0 ? wait : pause, last.levels.standing(holds, own, millis));
  }

  /** The cluster answers, and others had what it gave: that is no sign of a fault. */
  private Verdict outrun(Plan holds, int permits, long now) {
    long millis = now / MILLI;
    Levels levels =
        known == null ? Levels.full(holds.limits(), millis) : known.levels.on(holds.limits());
    Duration wait = levels.until(permits, millis);
    return new Verdict.Wait(
        wait.isZero() ? Duration.ofMillis(1) : wait, levels.standing(holds, 0, millis));
  }

  /**
   * Waits for an exchange.
   *
   * @return false: the cluster does not answer
   */
  private boolean await(CompletableFuture<Void> answer, long since) {
    try {
      long left = PATIENCE_NANOS - (shared.ticks() - since);
      answer.get(Math.max(1, left), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      Known last = known;
      if (last != null && last.at - since >= 0) return true;
      shared.failed(e);
      return false;
    } catch (ExecutionException | CompletionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Verdict withoutCluster(Plan holds, int permits, long now) {
    long millis = now / MILLI;
    lock.lock();
    try {
      Levels levels = alone != null ? alone : known != null ? known.levels : null;
      levels =
          levels == null
              ? Levels.full(holds.limits(), millis)
              : levels.on(holds.limits()).at(millis);
      return switch (shared.onFailure()) {
        case LOCAL -> takeAlone(holds, levels, permits, millis);
        case ALLOW -> new Verdict.Granted(levels.standing(holds, 0, millis));
        case DENY ->
            throw new StoreUnavailableException(
                "the cluster, which counts the rate limits of all nodes, does not answer", null);
      };
    } finally {
      lock.unlock();
    }
  }

  private Verdict takeAlone(Plan holds, Levels levels, int permits, long millis) {
    if (levels.available(millis) < permits) {
      return new Verdict.Wait(levels.until(permits, millis), levels.standing(holds, 0, millis));
    }
    alone = levels.take(permits);
    return new Verdict.Granted(alone.standing(holds, 0, millis));
  }

  /**
   * What this node wants of the shared bucket.
   *
   * @param back what it did not use
   * @param wanted what it would have
   * @param alone what it granted while the cluster was silent; null: nothing
   */
  record Order(Plan plan, long back, long wanted, @Nullable Levels alone) {
    Levels settle(Levels levels) {
      Levels settled = alone == null ? levels : levels.lower(alone.timed(levels.millis()));
      return settled.giveBack(back);
    }

    long granted(long available) {
      return Math.min(wanted, Math.max(0, available));
    }

    boolean changesNothing() {
      return back == 0 && alone == null;
    }
  }

  /** Called once for an exchange, before it asks. */
  @SuppressWarnings("ReferenceEquality") // another plan of the same name is made anew
  Order order() {
    Plan holds = plan.get();
    lock.lock();
    try {
      long now = shared.ticks();
      Known last = known;
      long used = Math.max(0, leased - held.get());
      long back = 0;
      boolean changed = last != null && last.plan != holds;
      boolean lapsed = last == null || changed || now - last.lapsesAt >= 0;
      if (lapsed) back = held.getAndSet(0);
      // Nobody gets permits anew by a plan that changes back and forth.
      if (changed) back = 0;
      long wanted = lapsed && waiting == 0 ? 0 : Math.max(waiting, size(holds, used, now));
      leased = held.get();
      refused = 0;
      told = alone;
      Levels own = alone == null ? null : alone.on(holds.limits()).at(Math.max(0, now / MILLI));
      return new Order(holds, back, wanted, own);
    } finally {
      lock.unlock();
    }
  }

  private long size(Plan holds, long used, long now) {
    int fixed = shared.lease();
    if (fixed > 0) return fixed;
    Known last = known;
    if (last == null) return waiting;
    double since = (double) Math.max(MILLI / 10, now - last.at);
    double asked = (double) (used + refused + waiting);
    double inSpan = Math.ceil(asked * spanNanos(holds) / since);
    return (long) Math.min(inSpan, (double) MOST_GROWTH * (used + waiting));
  }

  private static long lifeNanos(Plan holds) {
    long shortest = Long.MAX_VALUE;
    for (Limit limit : holds.limits()) shortest = Math.min(shortest, limit.window().toNanos());
    return Math.min(LONGEST_LEASE_NANOS, shortest / PART_OF_WINDOW);
  }

  /** For how long a lease shall be enough. */
  private static long spanNanos(Plan holds) {
    return lifeNanos(holds) / 2;
  }

  /** Where there was less than was wanted: how long nobody asks again. */
  private static long pauseNanos(Plan holds) {
    long least = spanNanos(holds) / 5;
    for (Limit limit : holds.limits()) {
      double full = (double) limit.burst() * limit.window().toNanos() / limit.permits();
      least = Math.min(least, (long) (full / 2));
    }
    return least;
  }

  /** Called once for an exchange, when it was made. */
  @SuppressWarnings("ReferenceEquality") // another plan of the same name is made anew
  void learn(Order order, Levels levels, long taken) {
    lock.lock();
    try {
      long now = shared.ticks();
      leased += taken;
      boolean scarce = taken < order.wanted();
      boolean paused = scarce && shared.lease() == 0;
      long low = scarce || shared.lease() == 1 ? 0 : (taken + 1) / 2;
      known =
          new Known(
              order.plan(),
              levels,
              now,
              now + lifeNanos(order.plan()),
              low,
              paused ? now + pauseNanos(order.plan()) : now);
      held.addAndGet(taken);
      // What was granted while this was on its way is told with the next.
      if (alone == told) alone = null;
    } finally {
      lock.unlock();
    }
  }

  /** Called once for an exchange, at its end. */
  void settled(@Nullable Throwable failure) {
    CompletableFuture<Void> answer;
    lock.lock();
    try {
      answer = running;
      running = null;
    } finally {
      lock.unlock();
    }
    if (answer == null) return;
    if (failure == null) {
      answer.complete(null);
    } else {
      answer.completeExceptionally(failure);
    }
  }

  boolean holds() {
    return held.get() > 0;
  }

  /** Has what is left of a lease given back, if its time is over and nobody does so already. */
  void settleIfLapsed(long now) {
    Known last = known;
    if (last == null || now - last.lapsesAt < 0) return;
    settleUnlessRunning();
  }

  /** Has everything given back. */
  void end() {
    lock.lock();
    try {
      Known last = known;
      if (last == null || !holds()) return;
      long now = shared.ticks();
      known = new Known(last.plan, last.levels, last.at, now, 0, now);
    } finally {
      lock.unlock();
    }
    settleUnlessRunning();
  }

  private void settleUnlessRunning() {
    lock.lock();
    try {
      if (running != null) return;
      running = new CompletableFuture<>();
    } finally {
      lock.unlock();
    }
    shared.settle(this);
  }

  /** Full by what is known, and with nothing on its way: another one would start with the same. */
  @Override
  public boolean isFull() {
    lock.lock();
    try {
      long millis = shared.ticks() / MILLI;
      return running == null
          && waiting == 0
          && !holds()
          && (alone == null || alone.isFull(millis))
          && (known == null || known.levels.isFull(millis));
    } finally {
      lock.unlock();
    }
  }
}
