package io.github.sallyport.limit;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The buckets under all plans. This class and what it alone knows see Bucket4j, which is there only
 * where there are plans.
 */
final class Meters {
  /** Of those who had a credential of their own issued: nobody makes many of them at will. */
  private static final int MOST_KNOWN = 1_000_000;

  /** Of addresses: whoever has a network has as many as it likes. */
  private static final int MOST_CLIENTS = 100_000;

  private final Map<String, Meter> byPlan = new HashMap<>();
  private final Meter strictest;
  private final Buckets known;
  private final Buckets clients;

  Meters(List<Plan> plans, LongSupplier nanoTime) {
    TimeMeter time = new Ticks(nanoTime, nanoTime.getAsLong());
    for (Plan plan : plans) byPlan.put(plan.name(), new Meter(plan, time));
    this.strictest = new Meter(strictest(plans), time);
    this.known = new Buckets(MOST_KNOWN);
    this.clients = new Buckets(MOST_CLIENTS);
  }

  boolean knows(String plan) {
    return byPlan.containsKey(plan);
  }

  Verdict ofLineage(String plan, String lineage, int permits) {
    return known.take(new Holder.Lineage(meter(plan), lineage), permits);
  }

  Verdict ofUser(String plan, String issuer, String subject, int permits) {
    return known.take(new Holder.User(meter(plan), issuer, subject), permits);
  }

  Verdict ofClient(String plan, String lineage, Network network, int permits) {
    return clients.take(new Holder.Client(meter(plan), lineage, network), permits);
  }

  private Meter meter(String plan) {
    return byPlan.getOrDefault(plan, strictest);
  }

  /** For each window that any plan speaks of, the least that any plan lets through. */
  private static Plan strictest(List<Plan> plans) {
    Map<Duration, Limit> byWindow = new TreeMap<>();
    for (Plan plan : plans) {
      for (Limit limit : plan.limits()) byWindow.merge(limit.window(), limit, Meters::stricter);
    }
    return new Plan("unknown", List.copyOf(byWindow.values()));
  }

  private static Limit stricter(Limit one, Limit other) {
    return new Limit(
        Math.min(one.permits(), other.permits()),
        one.window(),
        Math.min(one.burst(), other.burst()));
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
