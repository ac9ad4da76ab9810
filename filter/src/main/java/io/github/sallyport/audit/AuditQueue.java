package io.github.sallyport.audit;

import io.github.sallyport.Health;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.json.Json;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Stands before what keeps events slowly: one thread writes them in batches, in the order in which
 * they came.
 *
 * <p>Refusals and what must be answered for (changes, audited accesses) have rooms apart, so that a
 * flood of the former can't keep an administrator from revoking a key. A refusal that finds no room
 * waits for it, or does not, as the deployer says; it stays a refusal in either case, and that its
 * event is lost is counted, logged and told of by an event. What must be answered for gets its room
 * before it is done, and is not done where there is none. While the keeper fails nobody waits.
 *
 * <p>What is not kept when the queue is closed, and the time for that is over, goes to the log.
 */
public final class AuditQueue implements AuditSink, AutoCloseable {
  static final int ROOM = 4096;
  static final int RESERVED_ROOM = 1024;
  static final String DROPPED = "audit.dropped";

  private static final System.Logger LOG = System.getLogger("sallyport.audit");
  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final Semaphore NOBODYS = new Semaphore(0);

  /** No event: it has the thread look whether it is to end. */
  private static final Entry WAKE =
      new Entry(
          new AuditEvent(Instant.EPOCH, "wake", null, Actor.part("sallyport"), null, null),
          NOBODYS,
          null);

  private final AuditKeeper keeper;
  private final boolean block;
  private final Patience patience;
  private final Clock clock;
  private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(ROOM);
  private final Semaphore reserved = new Semaphore(RESERVED_ROOM);
  private final OnceAMinute said = new OnceAMinute();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong droppedEver = new AtomicLong();
  private final Thread thread;
  private volatile boolean failing;
  private volatile int inHand; // written by the thread
  private volatile Instant lostAt = Instant.MIN;
  private volatile boolean closing;
  private volatile long giveUpAt;

  /**
   * How long is waited.
   *
   * @param request by a request, for room and for its event to be kept
   * @param retry between one attempt to keep and the next
   * @param close for all events to be kept at the end
   */
  public record Patience(Duration request, Duration retry, Duration close) {
    /** What a deployment has. */
    public static final Patience USUAL =
        new Patience(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(10));
  }

  private AuditQueue(
      String name, AuditKeeper keeper, boolean block, Patience patience, Clock clock) {
    this.keeper = Objects.requireNonNull(keeper, "keeper");
    this.block = block;
    this.patience = Objects.requireNonNull(patience, "patience");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.thread = new Thread(this::work, name);
    thread.setDaemon(true);
  }

  /** A queue whose refusals wait, for a while, until there is room. */
  public static AuditQueue blocking(
      String name, AuditKeeper keeper, Patience patience, Clock clock) {
    return new AuditQueue(name, keeper, true, patience, clock).started();
  }

  /** A queue whose refusals are dropped where there is no room. */
  public static AuditQueue dropping(
      String name, AuditKeeper keeper, Patience patience, Clock clock) {
    return new AuditQueue(name, keeper, false, patience, clock).started();
  }

  private AuditQueue started() {
    thread.start();
    return this;
  }

  /**
   * One event on its way.
   *
   * @param from whose room it takes
   * @param kept told when it is kept; null: nobody waits
   */
  private record Entry(AuditEvent event, Semaphore from, @Nullable CountDownLatch kept) {}

  @Override
  public void record(AuditEvent event) {
    if (take(room, block)) put(new Entry(event, room, null));
    else drop();
  }

  @Override
  public Place reserve() {
    if (failing || closing || !take(reserved, true)) {
      throw new StoreUnavailableException(
          "audit can't keep an event now, so nothing is done that needs one");
    }
    return new Reserved();
  }

  /** How many events were dropped since the beginning. */
  public long dropped() {
    return droppedEver.get();
  }

  /** How many events are not kept yet. */
  public int waiting() {
    return queue.size() + inHand;
  }

  /** How well audit does: nobody is to find out by what is missing. */
  public Health.Part health() {
    Health.Status status = Health.Status.DEGRADED;
    if (failing) {
      return part(status, "It can't keep events: " + waiting() + " wait, and changes are refused.");
    }
    if (lostAt.isAfter(clock.instant().minus(REMEMBERED))) {
      return part(status, "In the last minute events were dropped, or went to the log instead.");
    }
    return part(Health.Status.UP, "Its events are kept.");
  }

  private static Health.Part part(Health.Status status, String detail) {
    return new Health.Part("audit", status, detail);
  }

  private boolean take(Semaphore from, boolean wait) {
    if (from.tryAcquire()) return true;
    if (!wait || failing || closing) return false;
    try {
      return from.tryAcquire(patience.request.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void put(Entry entry) {
    queue.add(entry);
    // Who came after the thread's last look is not forgotten.
    if (closing && !thread.isAlive()) abandonAll();
  }

  private void drop() {
    long count = dropped.incrementAndGet();
    droppedEver.incrementAndGet();
    lostAt = clock.instant();
    if (said.isDue()) {
      LOG.log(
          Level.ERROR,
          "audit has no room: {0} events were dropped since there was, {1} since the start",
          Long.toString(count),
          Long.toString(droppedEver.get()));
    }
  }

  /** A place that was taken before the event was there. */
  private final class Reserved implements Place {
    // Used by one thread at a time; who hands it on does so safely.
    private boolean used;

    @Override
    public void record(AuditEvent event) {
      if (used) throw new IllegalStateException("a place is for one event");
      used = true;
      CountDownLatch kept = new CountDownLatch(1);
      put(new Entry(event, reserved, kept));
      if (!isKeptInTime(kept)) fallBack(event, "is not kept yet, and will be tried again");
    }

    private boolean isKeptInTime(CountDownLatch kept) {
      try {
        return kept.await(patience.request.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    @Override
    public void close() {
      if (used) return;
      used = true;
      reserved.release();
    }
  }

  private void work() {
    boolean last = false;
    while (!last) {
      // What is put after this is seen by who puts it.
      last = closing && queue.isEmpty() && dropped.get() == 0;
      List<Entry> batch = next();
      inHand = batch.size();
      if (!batch.isEmpty()) keep(batch);
      inHand = 0;
      if (!isOutOfTime()) attempt("tending audit", keeper::tend);
      if (isOutOfTime()) {
        abandonAll();
        last = true;
      }
    }
    attempt("closing audit", keeper::close);
  }

  private List<Entry> next() {
    List<Entry> batch = new ArrayList<>();
    try {
      Entry first = queue.poll(closing ? 0 : 1000, TimeUnit.MILLISECONDS);
      if (first != null) {
        batch.add(first);
        queue.drainTo(batch, keeper.most() - 1);
      }
    } catch (InterruptedException e) {
      // It is asked for by closing alone, which the next look at the flag finds.
    }
    batch.remove(WAKE);
    long lost = failing || batch.size() >= keeper.most() ? 0 : dropped.getAndSet(0);
    if (lost > 0) batch.add(new Entry(lost(lost), NOBODYS, null));
    return batch;
  }

  private AuditEvent lost(long count) {
    LOG.log(
        Level.ERROR, "audit has room again: {0} events were dropped before", Long.toString(count));
    return new AuditEvent(
        clock.instant(), DROPPED, null, Actor.part("sallyport"), null, count + " events");
  }

  private void keep(List<Entry> batch) {
    while (true) {
      try {
        keeper.keep(batch.stream().map(Entry::event).toList());
        failing = false;
        batch.forEach(AuditQueue::settle);
        return;
      } catch (StoreUnavailableException e) {
        failing = true;
        if (said.isDue()) LOG.log(Level.ERROR, "audit can't keep events now", e);
        if (isOutOfTime() || !pause()) {
          batch.forEach(entry -> abandon(entry, "could not be kept in time"));
          return;
        }
      } catch (RuntimeException | Error e) { // an error would end the thread, and audit with it
        failing = false;
        // The events themselves say each time that something is wrong.
        if (said.isDue()) LOG.log(Level.ERROR, "audit can't keep events", e);
        batch.forEach(entry -> abandon(entry, "could not be kept"));
        return;
      }
    }
  }

  /** Waits before the next attempt; false: there is no time for one. */
  private boolean pause() {
    try {
      Thread.sleep(closing ? patience.retry.toMillis() / 10 : patience.retry.toMillis());
    } catch (InterruptedException e) {
      // The queue is being closed.
    }
    return !isOutOfTime();
  }

  private boolean isOutOfTime() {
    return closing && System.nanoTime() - giveUpAt >= 0;
  }

  private static void settle(Entry entry) {
    entry.from.release();
    if (entry.kept != null) entry.kept.countDown();
  }

  private void abandon(Entry entry, String why) {
    lostAt = clock.instant();
    fallBack(entry.event, why);
    settle(entry);
  }

  private void abandonAll() {
    List<Entry> rest = new ArrayList<>();
    queue.drainTo(rest);
    rest.remove(WAKE);
    rest.forEach(entry -> abandon(entry, "could not be kept in time"));
  }

  private static void fallBack(AuditEvent event, String why) {
    LOG.log(Level.ERROR, "an event of audit " + why + ": {0}", Json.write(event.fields()));
  }

  private static void attempt(String doing, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, doing + " failed", e);
    }
  }

  /**
   * Has all events kept, as long as there is time; the rest goes to the log. May be called again.
   */
  @Override
  public void close() {
    if (closing) return;
    giveUpAt = System.nanoTime() + patience.close.toNanos();
    closing = true;
    queue.add(WAKE);
    try {
      thread.join(patience.close.plus(patience.retry).toMillis());
      thread.interrupt();
      thread.join(patience.retry.toMillis());
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
    if (!thread.isAlive()) abandonAll();
  }
}
