package io.github.sallyport.usage;

import io.github.sallyport.StoreUnavailableException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures how much memory counts take that no store takes. Run by hand; its figures stand in
 * {@code docs/usage.md}.
 */
final class UsageMemory {
  private static final int REQUESTS = 1_000_000;
  private static final int[] KEYS = {10_000, 100_000, Usage.MOST, 1_000_000};

  private UsageMemory() {}

  /** Measures. */
  public static void main(String[] arguments) {
    measure(10); // so that classes are loaded
    System.out.printf("%d requests; %s%n%n", REQUESTS, System.getProperty("java.vm.version"));
    for (int keys : KEYS) {
      long[] measured = measure(keys);
      System.out.printf(
          "%9d keys %9d cells %6.1f MB %6d ns a request%n",
          keys, measured[0], measured[1] / 1e6, measured[2]);
    }
  }

  /** How many cells wait, how many bytes they hold, and how long one request took. */
  private static long[] measure(int keys) {
    // As those of real keys are, of 14 characters, and each request brings its own.
    long before = heap();
    Usage usage = new Usage(new Away(), Clock.systemUTC());
    long began = System.nanoTime();
    for (int i = 0; i < REQUESTS; i++) {
      String id = String.format("k%013d", i % keys);
      usage.count(id, "orders", null, 200, 1000, 3_000_000);
    }
    long nanos = (System.nanoTime() - began) / REQUESTS;
    usage.write();
    long bytes = heap() - before;
    return new long[] {usage.size(), bytes, nanos};
  }

  private static long heap() {
    for (int i = 0; i < 5; i++) System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Takes nothing. */
  private static final class Away implements UsageStore {
    @Override
    public void add(Map<UsageCell, Tally> counted) {
      throw new StoreUnavailableException("away");
    }

    @Override
    public List<Counted> read(
        @Nullable String keyId, long from, long until, Set<Part> by, int limit) {
      throw new UnsupportedOperationException("nobody asks here");
    }

    @Override
    public void prune(long before) {}
  }
}
