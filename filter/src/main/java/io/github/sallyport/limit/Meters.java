package io.github.sallyport.limit;

import io.github.bucket4j.TimeMeter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The buckets under all plans. This class and what it alone knows see Bucket4j, which is there only
 * where plans have limits.
 */
final class Meters {
  /** Of those who had a credential of their own issued: nobody makes many of them at will. */
  private static final int MOST_KNOWN = 1_000_000;

  /** Of addresses: whoever has a network has as many as it likes. */
  private static final int MOST_CLIENTS = 100_000;

  private final Map<String, Meter> byPlan = new ConcurrentHashMap<>();
  private final TimeMeter time;
  private final @Nullable SharedBuckets shared;
  private final Buckets known;
  private final Buckets clients;

  Meters(LongSupplier nanoTime, @Nullable SharedBuckets shared) {
    this.shared = shared;
    this.time = new Ticks(nanoTime, nanoTime.getAsLong());
    this.known = new Buckets(MOST_KNOWN);
    this.clients = new Buckets(MOST_CLIENTS);
  }

  Verdict take(Plan plan, Who who, int permits) {
    Meter meter = meter(plan);
    if (who instanceof Who.Client client) {
      return clients.take(new Holder.Client(meter, client.lineage(), client.network()), permits);
    }
    return known.take(
        who instanceof Who.Lineage lineage
            ? new Holder.Lineage(meter, lineage.id())
            : new Holder.User(meter, ((Who.User) who).issuer(), ((Who.User) who).subject()),
        permits);
  }

  private Meter meter(Plan plan) {
    Meter meter = byPlan.get(plan.name());
    if (meter != null && meter.isOf(plan)) return meter;
    return byPlan.compute(
        plan.name(),
        (name, there) -> there == null ? new Meter(plan, time, shared) : there.follow(plan));
  }

  /** Counts from when we began: the library compares times, and the clock's may turn over. */
  private record Ticks(LongSupplier nanoTime, long begin) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return nanoTime.getAsLong() - begin;
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
