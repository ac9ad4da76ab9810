package io.github.sallyport.limit;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bounded place of buckets, without a lock.
 *
 * <p>Whoever has a new bucket made pays with a look at {@value #LOOKS} old ones. One that is full
 * again says nothing that a new one would not say, and leaves; any other stays, so that nobody gets
 * permits anew by having others thrown out. Where the place is full of such, a newcomer has no
 * bucket of its own: it shares one of {@value #CROWD} with whoever falls to the same by its {@link
 * Holder#neighbours}. So a flood of addresses costs a bounded memory, gains nothing, and holds up
 * newcomers from the flood's own networks first; whoever had a bucket before keeps it.
 */
final class Buckets {
  private static final int LOOKS = 4;
  private static final int CROWD = 1024;

  private final int most;
  private final Map<Holder, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicInteger size = new AtomicInteger();
  private final Queue<Entry> toLookAt = new ConcurrentLinkedQueue<>();
  private final Map<Slot, Bucket> crowd = new ConcurrentHashMap<>();
  // Nobody outside can tell whom it will stand with.
  private final int seed = ThreadLocalRandom.current().nextInt();

  /**
   * @param most how many have one of their own
   */
  Buckets(int most) {
    this.most = most;
  }

  /** Takes permits of a holder's bucket, if it has so many. */
  Verdict take(Holder holder, int permits) {
    while (true) {
      Entry entry = entries.get(holder);
      if (entry == null) entry = enter(holder);
      if (entry == null) return takeInCrowd(holder, permits);
      Verdict taken = entry.bucket.take(permits);
      if (entry.stays()) return taken;
      // It left meanwhile, full; what was taken of it is not missing anywhere.
    }
  }

  /** The bucket from which a holder took; null: it would get a full one. */
  @Nullable Bucket find(Holder holder) {
    Entry entry = entries.get(holder);
    return entry == null ? crowd.get(slot(holder)) : entry.bucket;
  }

  int size() {
    return size.get();
  }

  /** The entry of a holder; null if there is no room. */
  private @Nullable Entry enter(Holder holder) {
    look();
    if (size.incrementAndGet() > most) {
      size.decrementAndGet();
      return entries.get(holder);
    }
    Entry made = new Entry(holder, holder.meter().bucket(holder));
    Entry before = entries.putIfAbsent(holder, made);
    if (before != null) {
      size.decrementAndGet();
      return before;
    }
    toLookAt.add(made);
    return made;
  }

  private void look() {
    for (int i = 0; i < LOOKS; i++) {
      // Who takes an entry from the queue is the only one to look at it.
      Entry entry = toLookAt.poll();
      if (entry == null) return;
      if (entry.leaveIfFull()) {
        entries.remove(entry.holder, entry);
        size.decrementAndGet();
      } else {
        toLookAt.add(entry);
      }
    }
  }

  private Verdict takeInCrowd(Holder holder, int permits) {
    return crowd.computeIfAbsent(slot(holder), s -> s.meter.bucket()).take(permits);
  }

  private Slot slot(Holder holder) {
    return new Slot(holder.meter(), spread(holder.neighbours().hashCode()));
  }

  private int spread(int hash) {
    int mixed = (hash ^ seed) * 0x9E3779B9;
    mixed = (mixed ^ (mixed >>> 16)) * 0x85EBCA6B;
    return (mixed ^ (mixed >>> 13)) & (CROWD - 1);
  }

  private record Slot(Bucket.Maker meter, int number) {}

  /**
   * A bucket in the place.
   *
   * <p>The race: one thread has found the bucket, and before it takes, another finds the bucket
   * full and removes it; the first one's permit would be taken from nobody. The rule: who removes
   * says so before it looks, who takes asks after it took. So either the one who looks sees what
   * was taken, or the one who took sees that it may be leaving, waits for the word, and goes
   * elsewhere.
   */
  private static final class Entry {
    private enum State {
      STAYS,
      LOOKED_AT,
      GONE
    }

    final Holder holder;
    final Bucket bucket;
    private volatile State state = State.STAYS;

    Entry(Holder holder, Bucket bucket) {
      this.holder = holder;
      this.bucket = bucket;
    }

    boolean stays() {
      while (state == State.LOOKED_AT) Thread.onSpinWait();
      return state == State.STAYS;
    }

    boolean leaveIfFull() {
      if (!bucket.isFull()) return false;
      boolean full = false;
      state = State.LOOKED_AT;
      try {
        full = bucket.isFull();
      } finally {
        // Also where there was no memory for a look: somebody may be waiting for the word.
        state = full ? State.GONE : State.STAYS;
      }
      return full;
    }
  }
}
