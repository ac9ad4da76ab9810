package io.github.sallyport.config;

import io.github.sallyport.access.PathRule;
import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.Plan;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the plans, and whose they are. */
final class PlanReader {
  /** What stands where a NAME would, and is none. */
  static final List<String> NO_NAMES = List.of("default", "jwt");

  private static final Pattern LIMIT =
      Pattern.compile("([0-9]{1,9})/([^;]+)(?:;burst=([0-9]{1,9}))?");

  private final Values values;
  private final List<String> warnings;
  private final ClassLoader application;

  PlanReader(Values values, List<String> warnings, ClassLoader application) {
    this.values = values;
    this.warnings = warnings;
    this.application = application;
  }

  LimitSettings read(Set<String> names) {
    List<Plan> plans = new ArrayList<>();
    for (String name : names) {
      List<Limit> limits = limits(values.named(name));
      if (!limits.isEmpty()) plans.add(new Plan(name, limits));
    }
    return new LimitSettings(
        plans,
        planIn(Property.PLAN_DEFAULT, names, plans),
        planIn(Property.PLAN_JWT, names, plans));
  }

  private List<Limit> limits(Values own) {
    if (!own.isSet(Property.PLAN_LIMIT)) {
      own.mistake(Property.PLAN_LIMIT, "is missing; a plan needs at least one limit, as 100/PT1M");
      return List.of();
    }
    requireBucket4j(own);
    List<Limit> limits = new ArrayList<>();
    Set<Duration> windows = new HashSet<>();
    for (String text : own.list(Property.PLAN_LIMIT)) {
      Optional<Limit> limit = limit(text);
      if (limit.isEmpty()) {
        own.mistake(
            Property.PLAN_LIMIT,
            "\""
                + Mistakes.echo(text)
                + "\" is not a limit, as 100/PT1M or 100/PT1M;burst=20: 1 to "
                + Limit.MOST
                + " permits, in a window of whole seconds from PT1S to PT24H");
      } else if (windows.add(limit.get().window())) {
        limits.add(limit.get());
      } else {
        own.mistake(
            Property.PLAN_LIMIT,
            "has two limits for " + limit.get().window() + "; leave one of them");
      }
    }
    return limits;
  }

  private void requireBucket4j(Values own) {
    try {
      Class.forName("io.github.bucket4j.Bucket", false, application);
    } catch (ClassNotFoundException e) {
      own.mistake(
          Property.PLAN_LIMIT,
          "needs Bucket4j, which is not there: add com.bucket4j:bucket4j_jdk17-core to the"
              + " application");
    }
  }

  private static Optional<Limit> limit(String text) {
    Matcher parts = LIMIT.matcher(text);
    if (!parts.matches()) return Optional.empty();
    try {
      Duration window = Duration.parse(parts.group(2));
      long permits = Long.parseLong(parts.group(1));
      String burst = parts.group(3);
      return Optional.of(
          burst == null
              ? Limit.of(permits, window)
              : new Limit(permits, window, Long.parseLong(burst)));
    } catch (DateTimeParseException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The name of a plan; null where none is named, or one that could not be read. */
  private @Nullable String planIn(Property property, Set<String> names, List<Plan> plans) {
    Optional<String> wanted = values.text(property);
    if (wanted.isEmpty()) return null;
    String name = wanted.get();
    if (!names.contains(name)) {
      values.mistake(
          property,
          "\""
              + Mistakes.echo(name)
              + "\" is not a plan; "
              + names.stream()
                  .min(Comparator.comparingInt(known -> Names.distance(name, known)))
                  .map(nearest -> "the nearest known plan is " + nearest)
                  .orElse("there is none"));
    }
    return plans.stream().anyMatch(plan -> plan.name().equals(name)) ? name : null;
  }

  /** Holds what the path rules ask for to what a bucket can ever hold. */
  void validateCosts(List<PathRule> rules, List<Plan> plans) {
    for (PathRule rule : rules) {
      Values own = values.named(rule.name());
      if (!own.isSet(Property.ACCESS_COST)) continue;
      if (plans.isEmpty()) {
        warnings.add(own.path(Property.ACCESS_COST) + " has no effect: there is no plan.");
      }
      for (Plan plan : plans) {
        if (rule.cost() <= plan.most()) continue;
        own.mistake(
            Property.ACCESS_COST,
            rule.cost()
                + " is more than a bucket of the plan "
                + plan.name()
                + " ever holds, which is "
                + plan.most()
                + ": nobody under it would be let in");
      }
    }
  }
}
