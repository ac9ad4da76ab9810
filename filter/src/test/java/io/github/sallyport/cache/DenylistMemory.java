package io.github.sallyport.cache;

import io.github.sallyport.cache.Mirror.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Measures how much memory a denylist takes, and how long a look at it. Run by hand. */
final class DenylistMemory {
  private static final int[] SIZES = {10_000, 100_000, 1_000_000};
  private static final int LOOKS = 5_000_000;
  private static final int TEXTS = 1 << 16;

  private DenylistMemory() {}

  /** Measures. */
  public static void main(String[] arguments) {
    measure(10); // so that classes are loaded
    System.out.println(System.getProperty("java.vm.version"));
    for (int size : SIZES) {
      double[] measured = measure(size);
      System.out.printf(
          "%9d entries %6.1f bytes an entry %6.0f ns a look%n", size, measured[0], measured[1]);
    }
  }

  /** Bytes an entry, and nanoseconds a look. */
  private static double[] measure(int size) {
    HandFeed feed = new HandFeed();
    CacheSettings settings =
        new CacheSettings(Duration.ofHours(1), 10, Duration.ofHours(1), Duration.ofHours(1));
    try (Caches caches = Caches.open(settings, feed, feed.nanos::get)) {
      long before = heap();
      Mirror mirror = caches.mirror("denied", pages(size));
      long bytes = heap() - before;
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < TEXTS; i++) texts.add(digest(i));
      long found = 0;
      long began = System.nanoTime();
      for (int i = 0; i < LOOKS; i++) found += mirror.find(texts.get(i % TEXTS)) == 0 ? 0 : 1;
      double nanos = (double) (System.nanoTime() - began) / LOOKS;
      if (mirror.size() != size || found == 0) throw new AssertionError("not all are there");
      return new double[] {(double) bytes / size, nanos};
    }
  }

  private static Mirror.Pages pages(int size) {
    int[] at = {0};
    return (@Nullable String after, int limit) -> {
      List<Entry> page = new ArrayList<>();
      // An end of its own each, as tokens have: numbers that many share would take less.
      while (page.size() < limit && at[0] < size) {
        page.add(new Entry(digest(at[0]), 2_000_000_000L + at[0]));
        at[0]++;
      }
      return page;
    };
  }

  /** A digest's bits are as good as random. */
  private static String digest(int number) {
    SplittableRandom random = new SplittableRandom(number);
    return String.format("%016x%016x", random.nextLong(), random.nextLong());
  }

  private static long heap() {
    for (int i = 0; i < 5; i++) System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
