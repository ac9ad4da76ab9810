package io.github.sallyport.limit;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All plans as they were at one time: they are few, so that they are kept and read as one. */
public final class PlanSet {
  /** What is told as the name of a plan that is not there. */
  public static final String UNKNOWN = "unknown";

  private final long version;
  private final Map<String, PlanRecord> byName = new TreeMap<>();
  private final @Nullable Plan strictest;

  /**
   * Takes the plans.
   *
   * @param version grows with every change to any of them
   */
  public PlanSet(long version, Collection<PlanRecord> plans) {
    this.version = version;
    for (PlanRecord record : plans) byName.put(record.plan().name(), record);
    this.strictest = plans.isEmpty() ? null : strictest();
  }

  /** Plans that nobody changes. */
  static PlanSet of(Collection<Plan> plans) {
    return new PlanSet(
        0, plans.stream().map(plan -> new PlanRecord(plan, 1, Instant.EPOCH, "")).toList());
  }

  public long version() {
    return version;
  }

  public boolean isEmpty() {
    return byName.isEmpty();
  }

  public Set<String> names() {
    return Set.copyOf(byName.keySet());
  }

  /** In the order of their names. */
  public List<PlanRecord> all() {
    return List.copyOf(byName.values());
  }

  public Optional<PlanRecord> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Nullable Plan plan(String name) {
    PlanRecord record = byName.get(name);
    return record == null ? null : record.plan();
  }

  /** The least of everything that any plan lets through; null where there is none. */
  @Nullable Plan leastOfAll() {
    return strictest;
  }

  /** For each window that any plan speaks of, the least that any plan lets through. */
  private Plan strictest() {
    Map<Duration, Limit> byWindow = new TreeMap<>();
    for (PlanRecord each : byName.values()) {
      for (Limit limit : each.plan().limits()) {
        byWindow.merge(limit.window(), limit, PlanSet::stricter);
      }
    }
    return new Plan(
        UNKNOWN,
        List.copyOf(byWindow.values()),
        plans().map(Plan::quota).filter(Objects::nonNull).reduce(PlanSet::stricter).orElse(null),
        plans().map(Plan::concurrency).filter(Objects::nonNull).reduce(Math::min).orElse(null));
  }

  private Stream<Plan> plans() {
    return byName.values().stream().map(PlanRecord::plan);
  }

  private static Limit stricter(Limit one, Limit other) {
    return new Limit(
        Math.min(one.permits(), other.permits()),
        one.window(),
        Math.min(one.burst(), other.burst()));
  }

  private static Quota stricter(Quota one, Quota other) {
    return perMonth(one) <= perMonth(other) ? one : other;
  }

  private static long perMonth(Quota quota) {
    return quota.cycle() == Quota.Cycle.DAY ? quota.permits() * 31 : quota.permits();
  }
}
