package io.github.sallyport.limit;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The plans, and whose they are.
 *
 * @param plans each with a name of its own: they seed the store, whose own hold afterwards
 * @param ofKeys the name of the plan of API keys that have none; null: those are not limited
 * @param ofTokens the name of the plan of callers who show a token alone; null: those are not
 *     limited
 * @param failures how many failed authentications an address may have
 * @param mostCost how many permits the costliest path takes
 * @param lease how many permits of a bucket that nodes share a node takes at once, 1 to {@value
 *     Limit#MOST}; 0: as many as its load asks for
 * @param onFailure what holds while the nodes' cluster is silent
 */
public record LimitSettings(
    List<Plan> plans,
    @Nullable String ofKeys,
    @Nullable String ofTokens,
    Limit failures,
    int mostCost,
    int lease,
    OnFailure onFailure) {
  /** What an address may fail where nothing is said. */
  public static final Limit FAILURES = Limit.of(20, Duration.ofMinutes(1));

  /** Nobody is limited. */
  public static final LimitSettings NONE = new LimitSettings(List.of(), null, null);

  /** Where no path costs more than another. */
  public LimitSettings(List<Plan> plans, @Nullable String ofKeys, @Nullable String ofTokens) {
    this(plans, ofKeys, ofTokens, FAILURES, 1);
  }

  /** Where nodes that share buckets do so by their load. */
  public LimitSettings(
      List<Plan> plans,
      @Nullable String ofKeys,
      @Nullable String ofTokens,
      Limit failures,
      int mostCost) {
    this(plans, ofKeys, ofTokens, failures, mostCost, 0, OnFailure.LOCAL);
  }

  public LimitSettings {
    Objects.requireNonNull(onFailure, "onFailure");
    if (lease < 0 || lease > Limit.MOST) {
      throw new IllegalArgumentException("lease must be 0 to " + Limit.MOST + ", was " + lease);
    }
    plans = List.copyOf(plans);
    Objects.requireNonNull(failures, "failures");
    List<String> names = plans.stream().map(Plan::name).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException("two plans of one name");
    }
    if (!Stream.of(ofKeys, ofTokens).allMatch(n -> n == null || names.contains(n))) {
      throw new IllegalArgumentException("no plan is called so");
    }
  }
}
