package io.github.sallyport.audit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps what would be said again and again to once a minute. */
final class OnceAMinute {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final AtomicLong last = new AtomicLong(System.nanoTime() - MINUTE);

  boolean isDue() {
    long now = System.nanoTime();
    long before = last.get();
    return now - before >= MINUTE && last.compareAndSet(before, now);
  }
}
