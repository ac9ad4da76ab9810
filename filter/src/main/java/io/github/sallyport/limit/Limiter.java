package io.github.sallyport.limit;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.User;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds each caller to its plan: on this node, or, where there is a cluster, its rate limits on all
 * nodes together. Safe for use by many threads. It waits for nobody, but for the cluster where this
 * node has no permits left, and for that a moment at most.
 *
 * <p>An API key's permits are its lineage's: successors and derived keys take from the same bucket.
 * With a publishable key, which everybody can show, each client address has a bucket of its own.
 * Where a token was shown beside a key the key's plan holds.
 */
public final class Limiter {
  private static final System.Logger LOG = System.getLogger("sallyport.limit");
  private static final Verdict UNLIMITED = new Verdict.Unlimited();
  private static final Admission BEGUN = new Admission.Begun(Taken.NOTHING, null);
  private static final int MOST_WARNINGS = 100;

  private final LimitSettings settings;
  private final Supplier<PlanSet> plans;
  private final LongSupplier nanoTime;
  private final @Nullable Quotas quotas;
  private final @Nullable SharedBuckets shared;
  private final InFlight inFlight = new InFlight();
  private final Failures failures;
  private final Lock making = new ReentrantLock();
  private volatile @Nullable Meters meters;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  /**
   * Makes a limiter; Bucket4j has to be there if any plan has limits.
   *
   * @param plans all plans as they are now; asked on every request
   * @param nanoTime a clock that never goes back, as {@link System#nanoTime}: the time of day may
   *     be set and gives nobody permits
   * @param quotas null: no plan has one
   * @param shared null: rate limits are this node's alone
   */
  public Limiter(
      LimitSettings settings,
      Supplier<PlanSet> plans,
      LongSupplier nanoTime,
      @Nullable Quotas quotas,
      @Nullable SharedBuckets shared) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.plans = Objects.requireNonNull(plans, "plans");
    this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime");
    this.quotas = quotas;
    this.shared = shared;
    this.failures = new Failures(settings.failures(), nanoTime);
  }

  /** As the other, on this node alone. */
  public Limiter(
      LimitSettings settings,
      Supplier<PlanSet> plans,
      LongSupplier nanoTime,
      @Nullable Quotas quotas) {
    this(settings, plans, nanoTime, quotas, null);
  }

  /** Makes a limiter by the settings' own plans, which nobody changes. */
  public static Limiter of(LimitSettings settings, LongSupplier nanoTime) {
    PlanSet plans = PlanSet.of(settings.plans());
    return new Limiter(settings, () -> plans, nanoTime, null);
  }

  /**
   * Takes permits of all limits of the caller's plan, or of none.
   *
   * @param address the client's, as the container gives it; null: there is none
   * @param permits at least 1; a request that takes more than a bucket ever holds waits for ever
   * @throws StoreUnavailableException if nobody can say what the plans are, or, by the settings,
   *     how much is left
   */
  public Verdict take(Caller caller, @Nullable String address, int permits) {
    if (permits < 1) throw new IllegalArgumentException("permits must be at least 1");
    Plan plan = planOf(caller);
    if (plan == null || plan.limits().isEmpty()) return UNLIMITED;
    Verdict verdict = meters().take(plan, who(caller, address), permits);
    return plan.quota() == null ? verdict : verdict.in(quotas().period(plan.quota()));
  }

  /**
   * Lets a request that has its permits begin: as one of those in flight, then out of the quota.
   *
   * @param permits as in {@link #take}; 0: it takes nothing of the quota
   * @throws StoreUnavailableException if nothing is left here and the ledger does not answer
   */
  public Admission begin(Caller caller, @Nullable String address, int permits) {
    Plan plan = planOf(caller);
    if (plan == null || (plan.concurrency() == null && plan.quota() == null)) return BEGUN;
    Who who = who(caller, address);
    Integer most = plan.concurrency();
    if (most != null && !inFlight.enter(who, most)) return new Admission.Crowded();
    Runnable leave = most == null ? () -> {} : () -> inFlight.leave(who);
    Quota quota = plan.quota();
    if (quota == null || permits == 0) return new Admission.Begun(new Taken(leave, null), null);
    boolean begun = false;
    try {
      Admission admission = quotas().take(who, plan, quota, permits);
      if (!(admission instanceof Admission.Begun taken)) return admission;
      begun = true;
      return new Admission.Begun(new Taken(leave, taken.taken()::giveBack), taken.standing());
    } finally {
      if (!begun) leave.run();
    }
  }

  /**
   * Sets what the lineage of a key has used of its quota to nothing.
   *
   * @param plan the key's own; null: it has none
   * @return false: no quota holds for it
   */
  public boolean resetQuota(String lineage, @Nullable String plan) {
    Plan holds = planNamed(plan == null ? settings.ofKeys() : plan);
    if (holds == null || holds.quota() == null) return false;
    quotas().reset(lineage, holds.quota());
    return true;
  }

  /** How many failed authentications each address may have. */
  public Failures failures() {
    return failures;
  }

  /** How many requests under plans with a concurrency are on their way. */
  public int inFlight() {
    return inFlight.size();
  }

  private Quotas quotas() {
    if (quotas == null) throw new StoreUnavailableException("there is no ledger of quotas", null);
    return quotas;
  }

  /** The plan that holds for a caller; null: none does. */
  private @Nullable Plan planOf(Caller caller) {
    Optional<Application> application = caller.application();
    if (application.isEmpty() && caller.user().isEmpty()) return null;
    String own = application.map(Application::plan).orElse(null);
    String name =
        own != null ? own : application.isPresent() ? settings.ofKeys() : settings.ofTokens();
    return planNamed(name);
  }

  private @Nullable Plan planNamed(@Nullable String name) {
    if (name == null) return null;
    PlanSet all = plans.get();
    Plan plan = all.plan(name);
    if (plan != null) return plan;
    if (all.isEmpty()) {
      warn(name, "no plan is set, so that keys with the plan {0} are not limited");
    } else {
      warn(
          name,
          "there are keys with the plan {0}, which is not set: they get no more than any plan"
              + " lets through");
    }
    return all.leastOfAll();
  }

  private static Who who(Caller caller, @Nullable String address) {
    if (caller.application().isEmpty()) {
      User user = caller.user().orElseThrow();
      return new Who.User(user.issuer(), user.subject());
    }
    Application key = caller.application().get();
    return key.publishable()
        ? new Who.Client(key.lineage(), Network.of(address))
        : new Who.Lineage(key.lineage());
  }

  /** Made when the first plan with limits is met: who has none need not have the library. */
  private Meters meters() {
    Meters there = meters;
    if (there != null) return there;
    making.lock();
    try {
      there = meters;
      if (there == null) meters = there = new Meters(nanoTime, shared);
      return there;
    } finally {
      making.unlock();
    }
  }

  /** Says it once a plan, and not without end. */
  private void warn(String plan, String sentence) {
    if (warned.contains(plan) || warned.size() >= MOST_WARNINGS || !warned.add(plan)) return;
    LOG.log(System.Logger.Level.WARNING, sentence, plan);
  }
}
