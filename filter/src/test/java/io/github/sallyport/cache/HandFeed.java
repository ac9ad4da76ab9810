package io.github.sallyport.cache;

import io.github.sallyport.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A position, a ticker and a store's health, moved by hand. */
final class HandFeed implements FeedPosition {
  final AtomicLong position = new AtomicLong(7);
  final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000); // so that it overflows
  final AtomicInteger reads = new AtomicInteger();
  volatile boolean down;
  volatile Runnable duringRead = () -> {};

  @Override
  public long read() {
    reads.incrementAndGet();
    duringRead.run();
    if (down) throw new StoreUnavailableException("down");
    return position.get();
  }

  void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
