package io.github.sallyport.limit;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.User;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds each caller to its plan, on this node. Safe for use by many threads; it waits for nobody.
 *
 * <p>An API key's permits are its lineage's: successors and derived keys take from the same bucket.
 * With a publishable key, which everybody can show, each client address has a bucket of its own.
 * Where a token was shown beside a key the key's plan holds.
 */
public final class Limiter {
  private static final System.Logger LOG = System.getLogger("sallyport.limit");
  private static final Verdict UNLIMITED = new Verdict.Unlimited();
  private static final int MOST_WARNINGS = 100;

  private final LimitSettings settings;
  private final @Nullable Meters meters;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  private Limiter(LimitSettings settings, @Nullable Meters meters) {
    this.settings = settings;
    this.meters = meters;
  }

  /**
   * Makes a limiter; Bucket4j has to be there if there is any plan.
   *
   * @param nanoTime a clock that never goes back, as {@link System#nanoTime}: the time of day may
   *     be set and gives nobody permits
   */
  public static Limiter of(LimitSettings settings, LongSupplier nanoTime) {
    Objects.requireNonNull(nanoTime, "nanoTime");
    return new Limiter(
        settings, settings.plans().isEmpty() ? null : new Meters(settings.plans(), nanoTime));
  }

  /**
   * Takes permits of all limits of the caller's plan, or of none.
   *
   * @param address the client's, as the container gives it; null: there is none
   * @param permits at least 1, and no more than {@link Plan#most()} of any plan
   */
  public Verdict take(Caller caller, @Nullable String address, int permits) {
    if (permits < 1) throw new IllegalArgumentException("permits must be at least 1");
    Optional<Application> application = caller.application();
    if (application.isPresent()) return take(application.get(), address, permits);
    Optional<User> user = caller.user();
    String plan = settings.ofTokens();
    if (meters == null || plan == null || user.isEmpty()) return UNLIMITED;
    return meters.ofUser(plan, user.get().issuer(), user.get().subject(), permits);
  }

  private Verdict take(Application key, @Nullable String address, int permits) {
    String plan = key.plan() == null ? settings.ofKeys() : key.plan();
    if (plan == null) return UNLIMITED;
    if (meters == null) {
      warn(plan, "no plan is set, so that keys with the plan {0} are not limited");
      return UNLIMITED;
    }
    if (!meters.knows(plan)) {
      warn(
          plan,
          "there are keys with the plan {0}, which is not set: they get no more than any plan"
              + " lets through");
    }
    return key.publishable()
        ? meters.ofClient(plan, key.lineage(), Network.of(address), permits)
        : meters.ofLineage(plan, key.lineage(), permits);
  }

  /** Says it once a plan, and not without end. */
  private void warn(String plan, String sentence) {
    if (warned.contains(plan) || warned.size() >= MOST_WARNINGS || !warned.add(plan)) return;
    LOG.log(System.Logger.Level.WARNING, sentence, plan);
  }
}
