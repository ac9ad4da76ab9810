package io.github.sallyport.limit;

import io.github.sallyport.cache.SharedNumbers;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The buckets that all nodes of a cluster share. The cluster keeps {@link Levels}; a node takes
 * permits out of them in leases and decides by its lease, see {@link LeasedBucket}. What is shared
 * is changed by compare-and-set: who was overtaken reads again.
 *
 * <p>Whoever asks the cluster does so on threads of this room's, so that a request's wait is
 * bounded whatever becomes of the cluster. Safe for use by many threads.
 */
public final class SharedBuckets implements AutoCloseable {
  /** The longest that a request waits for the cluster. */
  static final Duration PATIENCE = Duration.ofMillis(250);

  /** How long nobody waits after somebody waited in vain. */
  static final Duration SILENCE = Duration.ofSeconds(1);

  private static final System.Logger LOG = System.getLogger("sallyport.limit");
  private static final int THREADS = 4;
  private static final int MOST_TRIES = 100;
  private static final Duration SWEEP_EVERY = Duration.ofMillis(500);
  private static final Duration WAIT_AT_END = Duration.ofSeconds(2);
  private static final Duration MARGIN = Duration.ofMinutes(1);
  private static final Duration LONGEST_LIFE = Duration.ofDays(3_650);
  private static final long SAY_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private final SharedNumbers numbers;
  private final LimitSettings settings;
  private final LongSupplier nanoTime;
  private final long begin;
  private final ScheduledThreadPoolExecutor threads;
  private final Executor behind;
  private final Set<LeasedBucket> holding = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean silent = new AtomicBoolean();
  private volatile long silentUntil;
  private volatile long saidAt;

  /** Asks nothing until there is a request. */
  public SharedBuckets(SharedNumbers numbers, LimitSettings settings, LongSupplier nanoTime) {
    this(numbers, settings, nanoTime, null);
  }

  /**
   * As the other.
   *
   * @param behind runs what asks the cluster; null: threads of its own
   */
  SharedBuckets(
      SharedNumbers numbers,
      LimitSettings settings,
      LongSupplier nanoTime,
      @Nullable Executor behind) {
    this.numbers = Objects.requireNonNull(numbers, "numbers");
    this.settings = Objects.requireNonNull(settings, "settings");
    this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime");
    this.begin = nanoTime.getAsLong();
    this.threads = threads();
    this.behind = behind == null ? threads : behind;
  }

  private static ScheduledThreadPoolExecutor threads() {
    return new ScheduledThreadPoolExecutor(
        THREADS,
        work -> {
          Thread thread = new Thread(work, "sallyport-leases");
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Begins to give back, in the background, what nobody uses. */
  public SharedBuckets start() {
    long every = SWEEP_EVERY.toMillis();
    var unused = threads.scheduleWithFixedDelay(this::sweep, every, every, TimeUnit.MILLISECONDS);
    return this;
  }

  /**
   * The bucket of a holder.
   *
   * @param plan as it is now; asked on every request
   */
  Bucket bucket(Supplier<Plan> plan, Holder holder) {
    return new LeasedBucket(this, plan, name(plan.get().name(), holder));
  }

  /** By which the cluster knows a holder: of no secret, and of no name that a token may have. */
  private static String name(String plan, Holder holder) {
    String whose;
    if (holder instanceof Holder.Lineage lineage) {
      whose = "k" + lineage.id();
    } else if (holder instanceof Holder.User user) {
      whose = "u" + user.issuer().length() + " " + user.issuer() + user.subject();
    } else {
      Holder.Client client = (Holder.Client) holder;
      whose = "c" + client.network().v6() + " " + client.network().bits() + " " + client.lineage();
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(whose.getBytes(StandardCharsets.UTF_8));
      return plan + ":" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Nanoseconds that never go back. */
  long ticks() {
    return nanoTime.getAsLong() - begin;
  }

  /** How many permits a lease has; 0: as many as the load asks for. */
  int lease() {
    return settings.lease();
  }

  OnFailure onFailure() {
    return settings.onFailure();
  }

  /** Tells whether the cluster did not answer a moment ago, so that nobody waits for it. */
  boolean isSilent(long now) {
    return silent.get() && now - silentUntil < 0;
  }

  /** Has a bucket settle with the cluster, on another thread. */
  void settle(LeasedBucket bucket) {
    try {
      behind.execute(() -> settleNow(bucket));
    } catch (RejectedExecutionException e) {
      bucket.settled(e); // closed
    }
  }

  private void settleNow(LeasedBucket bucket) {
    try {
      exchange(bucket);
      heard();
      bucket.settled(null);
    } catch (RuntimeException | Error e) {
      failed(e);
      bucket.settled(e);
    }
  }

  private void exchange(LeasedBucket bucket) {
    LeasedBucket.Order order = bucket.order();
    for (int i = 0; i < MOST_TRIES; i++) {
      long[] before = numbers.read(bucket.name());
      long now = numbers.millis();
      Levels levels = order.settle(Levels.of(before, order.plan().limits(), now));
      long taken = order.granted(levels.available(now));
      if (taken == 0 && order.changesNothing() && !Levels.isStrange(before, now)) {
        bucket.learn(order, levels.timed(ticks() / 1_000_000), 0);
        return;
      }
      Levels after = levels.take(taken);
      if (numbers.replace(bucket.name(), before, after.numbers(), life(after.untilFull(now)))) {
        bucket.learn(order, after.timed(ticks() / 1_000_000), taken);
        if (taken > 0) holding.add(bucket);
        return;
      }
    }
    throw new IllegalStateException("others were faster " + MOST_TRIES + " times");
  }

  private static Duration life(Duration untilFull) {
    Duration life = untilFull.plus(MARGIN);
    return life.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE : life;
  }

  private void heard() {
    if (silent.get() && silent.compareAndSet(true, false)) {
      LOG.log(Level.INFO, "the cluster answers again: rate limits are of all nodes together");
    }
  }

  /** The cluster did not answer, or in vain. */
  void failed(Throwable why) {
    long now = ticks();
    silentUntil = now + SILENCE.toNanos();
    if (!silent.compareAndSet(false, true)) return;
    if (saidAt != 0 && now - saidAt < SAY_EVERY_NANOS) return;
    saidAt = now;
    LOG.log(
        Level.WARNING,
        "the cluster does not answer about rate limits: until it does"
            + switch (settings.onFailure()) {
              case LOCAL -> " each node holds callers to their whole limits";
              case ALLOW -> " nobody is held to them";
              case DENY -> " who is under one is refused";
            },
        why);
  }

  /** Has what was not used in time given back. */
  void sweep() {
    long now = ticks();
    for (LeasedBucket bucket : List.copyOf(holding)) {
      if (!bucket.holds()) {
        holding.remove(bucket);
        if (bucket.holds()) holding.add(bucket);
      } else if (!isSilent(now)) {
        bucket.settleIfLapsed(now);
      }
    }
  }

  /** How many buckets hold a lease, or did a moment ago. */
  int holding() {
    return holding.size();
  }

  /** Gives everything back, if the cluster answers. May be called again. */
  @Override
  public void close() {
    if (threads.isShutdown()) return;
    if (!isSilent(ticks())) holding.forEach(LeasedBucket::end);
    threads.shutdown();
    try {
      if (!threads.awaitTermination(WAIT_AT_END.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
