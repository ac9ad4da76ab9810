package io.github.sallyport.cache;

import io.github.sallyport.StoreUnavailableException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All numbers that the store has of one kind, by digests, kept in the process: asking for one that
 * is not there, as nearly all requests do, costs the store nothing.
 *
 * <p>They are read once, and follow the change feed from before that read began; a change says all
 * that there is to know. Numbers only grow: of two for one digest the higher holds, so that changes
 * may be met twice and in any order. Where the feed can't be followed, all are read again, into
 * another map, which takes the first one's place when it is whole. Until then the first one holds;
 * what is heard of meanwhile goes into both.
 *
 * <p>Safe for use by many threads.
 */
public final class Mirror {
  private static final int PAGE = 10_000;
  private static final int DIGITS = 32;

  private final Pages store;
  private final ChangeFeed feed;

  // One at a time reads everything. Taken before the other lock.
  private final Lock reading = new ReentrantLock();
  // Held by who writes, never while the store is asked: a number must not go into a map that has
  // just been replaced.
  private final Lock writing = new ReentrantLock();
  private volatile ConcurrentHashMap<Digest, Long> numbers = new ConcurrentHashMap<>();
  // What is being read; guarded by writing.
  private @Nullable ConcurrentHashMap<Digest, Long> coming;

  Mirror(Pages store, ChangeFeed feed) {
    this.store = store;
    this.feed = feed;
  }

  /** Reads numbers from the store, in the order of their digests. */
  @FunctionalInterface
  public interface Pages {
    /**
     * Reads some.
     *
     * @param after the last digest of the page before; null: from the first
     * @param limit how many; fewer are the last
     */
    List<Entry> read(@Nullable String after, int limit);
  }

  /**
   * A number by its digest.
   *
   * @param digest 32 hex digits
   * @param number more than 0
   */
  public record Entry(String digest, long number) {}

  /**
   * Finds a number.
   *
   * @param digest 32 hex digits
   * @return 0: there is none
   * @throws StoreUnavailableException if the changes have not been followed for longer than the
   *     grace
   */
  public long find(String digest) {
    Long number = numbers.get(required(digest));
    feed.requireFresh(); // after the number is in hand, lest a pause in between stretch the grace
    return number == null ? 0 : number;
  }

  /**
   * Puts a number in that this node has committed, so that it holds here at once; others are told.
   *
   * @param digest 32 hex digits
   */
  public void put(String digest, long number) {
    put(required(digest), number);
    feed.wake();
  }

  /** Drops numbers below this one, which nobody asks for any more; the store keeps its own. */
  public void removeBelow(long number) {
    writing.lock();
    try {
      numbers.values().removeIf(each -> each < number);
    } finally {
      writing.unlock();
    }
  }

  /** How many there are. */
  public int size() {
    return numbers.size();
  }

  /** Something was changed, here or elsewhere. */
  void changed(String id, long number) {
    Digest digest = Digest.of(id);
    if (digest != null) put(digest, number); // who has another id asks for none
  }

  /**
   * Reads everything anew.
   *
   * @throws StoreUnavailableException if the store does not answer: then all is as it was
   */
  void reload() {
    reading.lock();
    try {
      ConcurrentHashMap<Digest, Long> fresh = new ConcurrentHashMap<>();
      announce(fresh);
      try {
        readInto(fresh);
      } catch (RuntimeException | Error e) {
        announce(null);
        throw e;
      }
      replaceBy(fresh);
    } finally {
      reading.unlock();
    }
  }

  private void readInto(ConcurrentHashMap<Digest, Long> fresh) {
    String after = null;
    while (true) {
      List<Entry> page = store.read(after, PAGE);
      for (Entry entry : page) {
        Digest digest = Digest.of(entry.digest());
        if (digest != null) fresh.merge(digest, entry.number(), Math::max);
      }
      if (page.size() < PAGE) return;
      after = page.get(page.size() - 1).digest();
    }
  }

  private void announce(@Nullable ConcurrentHashMap<Digest, Long> fresh) {
    writing.lock();
    try {
      coming = fresh;
    } finally {
      writing.unlock();
    }
  }

  private void replaceBy(ConcurrentHashMap<Digest, Long> fresh) {
    writing.lock();
    try {
      numbers = fresh;
      coming = null;
    } finally {
      writing.unlock();
    }
  }

  private void put(Digest digest, long number) {
    writing.lock();
    try {
      numbers.merge(digest, number, Math::max);
      if (coming != null) coming.merge(digest, number, Math::max);
    } finally {
      writing.unlock();
    }
  }

  private static Digest required(String digest) {
    Digest parsed = Digest.of(digest);
    if (parsed == null) throw new IllegalArgumentException("a digest here has 32 hex digits");
    return parsed;
  }

  /**
   * 128 bits, in 32 bytes of memory instead of a text's 72. No record: its own {@code equals} would
   * leave its class in a static field of JDK 17's {@code ObjectMethods}.
   */
  private static final class Digest {
    private final long high;
    private final long low;

    private Digest(long high, long low) {
      this.high = high;
      this.low = low;
    }

    /** Reads 32 hex digits; null: these are none. */
    static @Nullable Digest of(String hex) {
      if (hex.length() != DIGITS || !hex.chars().allMatch(HexFormat::isHexDigit)) return null;
      return new Digest(
          HexFormat.fromHexDigitsToLong(hex, 0, DIGITS / 2),
          HexFormat.fromHexDigitsToLong(hex, DIGITS / 2, DIGITS));
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Digest that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(high ^ low);
    }
  }
}
