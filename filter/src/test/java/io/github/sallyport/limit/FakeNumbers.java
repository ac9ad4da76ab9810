package io.github.sallyport.limit;

import io.github.sallyport.cache.SharedNumbers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A cluster in a map, whose clock is set by hand, and which fails where it is told to. */
final class FakeNumbers implements SharedNumbers {
  final Map<String, Numbers> all = new ConcurrentHashMap<>();
  final AtomicLong millis = new AtomicLong(1_800_000_000_000L);
  final AtomicInteger reads = new AtomicInteger();
  volatile boolean down;
  volatile boolean overtaken;
  volatile Runnable duringRead = () -> {};
  volatile Duration life = Duration.ZERO;

  /** An array is no value by itself. */
  static final class Numbers {
    final long[] numbers;

    Numbers(long[] numbers) {
      this.numbers = numbers.clone();
    }
  }

  @Override
  public long @Nullable [] read(String name) {
    reads.incrementAndGet();
    duringRead.run();
    if (down) throw new IllegalStateException("down");
    Numbers there = all.get(name);
    return there == null ? null : there.numbers.clone();
  }

  @Override
  public boolean replace(String name, long @Nullable [] before, long[] after, Duration time) {
    if (down) throw new IllegalStateException("down");
    if (overtaken) return false;
    life = time;
    Numbers made = new Numbers(after);
    if (before == null) return all.putIfAbsent(name, made) == null;
    Numbers there = all.get(name);
    return there != null
        && java.util.Arrays.equals(there.numbers, before)
        && all.replace(name, there, made);
  }

  @Override
  public long millis() {
    return millis.get();
  }
}
