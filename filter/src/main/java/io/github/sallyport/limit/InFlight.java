package io.github.sallyport.limit;

import java.util.concurrent.ConcurrentHashMap;

/** How many requests of each caller are on their way, on this node. Who has none takes no room. */
final class InFlight {
  private final ConcurrentHashMap<Who, Integer> counts = new ConcurrentHashMap<>();

  /** Counts one more, unless there are so many already. */
  boolean enter(Who who, int most) {
    boolean[] entered = {false};
    counts.compute(
        who,
        (same, count) -> {
          int before = count == null ? 0 : count;
          entered[0] = before < most;
          return entered[0] ? Integer.valueOf(before + 1) : count;
        });
    return entered[0];
  }

  void leave(Who who) {
    counts.computeIfPresent(who, (same, count) -> count == 1 ? null : count - 1);
  }

  /** How many are on their way in all. */
  int size() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }
}
