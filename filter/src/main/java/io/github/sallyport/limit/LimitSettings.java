package io.github.sallyport.limit;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The plans, and whose they are.
 *
 * @param plans each with a name of its own; none: nobody is limited
 * @param ofKeys the name of the plan of API keys that have none; null: those are not limited
 * @param ofTokens the name of the plan of callers who show a token alone; null: those are not
 *     limited
 */
public record LimitSettings(List<Plan> plans, @Nullable String ofKeys, @Nullable String ofTokens) {
  /** Nobody is limited. */
  public static final LimitSettings NONE = new LimitSettings(List.of(), null, null);

  public LimitSettings {
    plans = List.copyOf(plans);
    List<String> names = plans.stream().map(Plan::name).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException("two plans of one name");
    }
    if (!Stream.of(ofKeys, ofTokens).allMatch(n -> n == null || names.contains(n))) {
      throw new IllegalArgumentException("no plan is called so");
    }
  }
}
