package io.github.sallyport.cache;

import io.github.sallyport.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Changes, a ticker and a store's health, moved by hand. */
final class HandFeed implements ChangeSource {
  final List<Change> rows = new CopyOnWriteArrayList<>();
  final AtomicLong position = new AtomicLong();
  final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000); // so that it overflows
  final AtomicInteger reads = new AtomicInteger();
  volatile boolean down;
  volatile Runnable duringRead = () -> {};

  HandFeed() {
    for (int i = 1; i <= 7; i++) change("other", "id" + i, 1);
  }

  void change(String kind, String id, long version) {
    rows.add(new Change(position.incrementAndGet(), kind, id, version));
  }

  /** The store as it was when the change with this number was the newest. */
  void restore(long backup) {
    rows.removeIf(change -> change.position() > backup);
    position.set(backup);
  }

  @Override
  public Changes read(long from, int limit) {
    reads.incrementAndGet();
    duringRead.run();
    if (down) throw new StoreUnavailableException("down");
    long newest = position.get();
    return new Changes(
        newest, rows.stream().filter(row -> row.position() >= from).limit(limit).toList());
  }

  @Override
  public void prune(long upTo) {
    rows.removeIf(change -> change.position() <= upTo);
  }

  void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
