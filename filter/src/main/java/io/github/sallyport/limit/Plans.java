package io.github.sallyport.limit;

import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.audit.AuditSink.Place;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The plans and what changes them. When a method that changes something returns, the change is
 * durable, this node acts on it, and audit has it. Safe for use by many threads; every method may
 * throw {@link io.github.sallyport.StoreUnavailableException}.
 */
public final class Plans {
  /** What stands where a plan's name would, and is none; and what the strictest is called. */
  private static final Set<String> NO_NAMES = Set.of("default", "jwt", PlanSet.UNKNOWN);

  private static final System.Logger LOG = System.getLogger("sallyport.limit");
  private static final Actor SALLYPORT = Actor.part("sallyport");
  private static final int LONGEST_NAME = 200;

  private final LimitSettings settings;
  private final PlanStore store;
  private final AuditSink audit;
  private final Clock clock;

  /** Changes nothing yet. */
  public Plans(LimitSettings settings, PlanStore store, AuditSink audit, Clock clock) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.store = Objects.requireNonNull(store, "store");
    this.audit = Objects.requireNonNull(audit, "audit");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Keeps the plans of the settings that the store never had; of the others its own hold.
   *
   * @throws IllegalStateException if a plan needs what the application has not got
   */
  public Plans seed() {
    List<PlanRecord> wanted =
        settings.plans().stream().map(plan -> record(plan, SALLYPORT)).toList();
    if (!wanted.isEmpty()) {
      for (String name : store.seed(wanted)) {
        audit.record(event("plan.put", name, SALLYPORT));
      }
    }
    PlanSet all = store.read();
    for (Plan plan : settings.plans()) {
      if (plan.equals(all.plan(plan.name()))) continue;
      LOG.log(
          Level.INFO,
          "The plan {0} is not as the settings say: the store''s own holds.",
          plan.name());
    }
    all.all().forEach(record -> requireLibrary(record.plan(), IllegalStateException::new));
    return this;
  }

  /** All plans as they are now, by a copy that may be trusted. */
  public PlanSet all() {
    return store.read();
  }

  /**
   * Makes a plan, or puts another in its place: it binds from the next request on.
   *
   * @param ifVersion only if this is its version; 0: only if it is not there; empty: whatever is
   *     there
   * @throws PlanVersionException if it has another version, or is not there
   * @throws IllegalArgumentException if there can't be such a plan
   */
  public PlanRecord put(Plan plan, OptionalLong ifVersion, Actor by) {
    String name = plan.name();
    if (NO_NAMES.contains(name)) throw new IllegalArgumentException(name + " names no plan");
    if (plan.most() < settings.mostCost()) {
      throw new IllegalArgumentException(
          "limits must hold at least "
              + settings.mostCost()
              + " permits, which is what a request to the costliest path takes");
    }
    requireLibrary(plan, IllegalArgumentException::new);
    try (Place place = audit.reserve()) {
      PlanSet after =
          store.change(
              name,
              before -> {
                requireVersion(before, ifVersion);
                return Optional.of(record(plan, by));
              });
      place.record(event("plan.put", name, by));
      return after.find(name).orElseThrow();
    }
  }

  /**
   * Takes a plan away. It can be made again, with another version.
   *
   * @param isUsed whether keys have it; a key that gets it in the moment after is left with a plan
   *     that is not there, and is held to the strictest
   * @return false: there is none
   * @throws PlanConflictException if keys have it, or the settings name it
   */
  public boolean delete(String name, OptionalLong ifVersion, Predicate<String> isUsed, Actor by) {
    if (name.equals(settings.ofKeys()) || name.equals(settings.ofTokens())) {
      throw new PlanConflictException(
          "The settings name it, as sallyport.plan.default or sallyport.plan.jwt.");
    }
    if (all().find(name).isPresent() && isUsed.test(name)) {
      throw new PlanConflictException("There are keys that have it: give them another first.");
    }
    boolean[] there = {false};
    try (Place place = audit.reserve()) {
      store.change(
          name,
          before -> {
            there[0] = before.isPresent();
            if (before.isEmpty()) return before;
            requireVersion(before, ifVersion);
            return Optional.empty();
          });
      if (there[0]) place.record(event("plan.deleted", name, by));
    }
    return there[0];
  }

  private static void requireVersion(Optional<PlanRecord> before, OptionalLong wanted) {
    if (wanted.isEmpty()) return;
    long there = before.map(PlanRecord::version).orElse(0L);
    if (there != wanted.getAsLong()) throw new PlanVersionException();
  }

  private interface Mistake {
    RuntimeException of(String sentence);
  }

  private static void requireLibrary(Plan plan, Mistake mistake) {
    if (plan.limits().isEmpty() || Bucket4j.isIn(Plans.class.getClassLoader())) return;
    throw mistake.of(
        "the limits of the plan "
            + plan.name()
            + " need Bucket4j, which is not there: add "
            + Bucket4j.COORDINATES
            + " to the application");
  }

  private PlanRecord record(Plan plan, Actor by) {
    // As it will come back from the store.
    return new PlanRecord(plan, 1, Instant.ofEpochMilli(clock.millis()), nameOf(by.name()));
  }

  /** A token's name may hold anything, and no database should meet it. */
  private static String nameOf(@Nullable String name) {
    if (name == null) return "nobody";
    return name.substring(0, Math.min(LONGEST_NAME, name.length()))
        .replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
  }

  private AuditEvent event(String action, String name, Actor by) {
    return new AuditEvent(clock.instant(), action, null, by, name, null);
  }
}
