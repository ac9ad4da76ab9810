package io.github.sallyport.config;

import io.github.sallyport.access.PathRule;
import io.github.sallyport.limit.Bucket4j;
import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.OnFailure;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.limit.PlanSet;
import io.github.sallyport.limit.Quota;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the plans, and whose they are. */
final class PlanReader {
  /** What stands where a NAME would, and is none. */
  static final List<String> NO_NAMES = List.of("default", "jwt");

  private static final List<Property> PARTS =
      List.of(Property.PLAN_LIMIT, Property.PLAN_QUOTA, Property.PLAN_CONCURRENCY);

  private static final Pattern COUNT = Pattern.compile("[1-9][0-9]{0,8}");

  private final Values values;
  private final List<String> warnings;
  private final ClassLoader application;

  PlanReader(Values values, List<String> warnings, ClassLoader application) {
    this.values = values;
    this.warnings = warnings;
    this.application = application;
  }

  LimitSettings read(Set<String> names, List<PathRule> rules) {
    List<Plan> plans = new ArrayList<>();
    for (String name : names) plan(name).ifPresent(plans::add);
    validateCosts(rules, plans);
    validateSharing();
    return new LimitSettings(
        plans,
        planIn(Property.PLAN_DEFAULT, names, plans),
        planIn(Property.PLAN_JWT, names, plans),
        failures(),
        rules.stream().mapToInt(PathRule::cost).max().orElse(1),
        lease(),
        values.word(Property.LIMIT_ON_FAILURE, OnFailure.class));
  }

  private Optional<Plan> plan(String name) {
    Values own = values.named(name);
    if (name.equals(PlanSet.UNKNOWN)) {
      own.mistake(
          Property.PLAN_LIMIT,
          "that is what plans are called which are not there; take another NAME");
    }
    List<Limit> limits = limits(own);
    Quota quota = quota(own);
    Integer concurrency = concurrency(own);
    if (!limits.isEmpty() || quota != null || concurrency != null) {
      return Optional.of(new Plan(name, limits, quota, concurrency));
    }
    if (PARTS.stream().noneMatch(own::isSet)) {
      own.mistake(
          Property.PLAN_LIMIT,
          "is missing; a plan needs at least one limit, as 100/PT1M, or a quota, or a concurrency");
    }
    return Optional.empty();
  }

  private List<Limit> limits(Values own) {
    if (!own.isSet(Property.PLAN_LIMIT)) return List.of();
    requireBucket4j(own);
    List<Limit> limits = new ArrayList<>();
    Set<Duration> windows = new HashSet<>();
    for (String text : own.list(Property.PLAN_LIMIT)) {
      Optional<Limit> limit = limit(own, Property.PLAN_LIMIT, text);
      if (limit.isEmpty()) continue;
      if (windows.add(limit.get().window())) {
        limits.add(limit.get());
      } else {
        own.mistake(
            Property.PLAN_LIMIT,
            "has two limits for " + limit.get().window() + "; leave one of them");
      }
    }
    return limits;
  }

  private static @Nullable Quota quota(Values own) {
    Optional<String> text = own.text(Property.PLAN_QUOTA);
    if (text.isEmpty()) return null;
    try {
      return Quota.parse(text.get());
    } catch (IllegalArgumentException e) {
      own.mistake(
          Property.PLAN_QUOTA,
          "\""
              + Mistakes.echo(text.get())
              + "\" is not a quota, as 1000000/P1M, 1000000/P1M@15[Europe/Zurich] or 5000/P1D: 1 to "
              + Quota.MOST
              + " in a month, which may begin on any of its days, or in a day; in UTC where no zone"
              + " is named");
      return null;
    }
  }

  private static @Nullable Integer concurrency(Values own) {
    Optional<String> text = own.text(Property.PLAN_CONCURRENCY);
    if (text.isEmpty()) return null;
    if (COUNT.matcher(text.get()).matches()) return Integer.valueOf(text.get());
    own.mistake(
        Property.PLAN_CONCURRENCY,
        "\"" + Mistakes.echo(text.get()) + "\" is not a whole number from 1 to 999999999");
    return null;
  }

  private Limit failures() {
    Optional<String> text = values.text(Property.LIMIT_FAILURES);
    return text.flatMap(t -> limit(values, Property.LIMIT_FAILURES, t))
        .orElse(LimitSettings.FAILURES);
  }

  /** Says so where there is nothing to share buckets by. */
  private void validateSharing() {
    if (values.isSet(Property.CLUSTER_PROVIDER)) return;
    for (Property property : List.of(Property.LIMIT_LEASE, Property.LIMIT_ON_FAILURE)) {
      if (values.isSet(property)) {
        warnings.add(values.path(property) + " has no effect: there is no cluster.");
      }
    }
  }

  private int lease() {
    Optional<String> text = values.text(Property.LIMIT_LEASE);
    if (text.isEmpty()) return 0;
    if (COUNT.matcher(text.get()).matches()) return Integer.parseInt(text.get());
    values.mistake(
        Property.LIMIT_LEASE,
        "\""
            + Mistakes.echo(text.get())
            + "\" is not a whole number from 1 to 999999999; leave it out for leases that follow the"
            + " load");
    return 0;
  }

  private void requireBucket4j(Values own) {
    if (Bucket4j.isIn(application)) return;
    own.mistake(
        Property.PLAN_LIMIT,
        "needs Bucket4j, which is not there: add " + Bucket4j.COORDINATES + " to the application");
  }

  private static Optional<Limit> limit(Values own, Property property, String text) {
    try {
      return Optional.of(Limit.parse(text));
    } catch (IllegalArgumentException e) {
      own.mistake(
          property,
          "\""
              + Mistakes.echo(text)
              + "\" is not a limit, as 100/PT1M or 100/PT1M;burst=20: 1 to "
              + Limit.MOST
              + " permits, in a window of whole seconds from PT1S to PT24H");
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
  private void validateCosts(List<PathRule> rules, List<Plan> plans) {
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
