package io.github.sallyport.token;

import io.github.sallyport.RepeatingTask;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.cache.Mirror;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Removes what no token needs any more, a few at a time: the salts of refresh tokens whose grace is
 * over, families a day after their end, and denied tokens that have ended. Every node does.
 */
public final class TokenCleaning implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("sallyport.token");
  private static final Duration EVERY = Duration.ofMinutes(1);

  /** How long a family that has ended can still be found. */
  static final Duration KEPT = Duration.ofDays(1);

  /** How far the clocks of nodes may be apart: a token has ended for all by then. */
  static final Duration MARGIN = Duration.ofHours(1);

  /** How many at most in one go. */
  static final int BATCH = 500;

  private final RefreshStore refresh;
  private final RevocationStore revocations;
  private final Mirror denied;
  private final Duration reuseGrace;
  private final Clock clock;
  private @Nullable RepeatingTask thread;

  /**
   * Removes nothing until it is started, or {@link #clean} is called.
   *
   * @param denied this node's numbers of the kind {@link RevocationStore#DENIED}
   */
  public TokenCleaning(
      RefreshStore refresh,
      RevocationStore revocations,
      Mirror denied,
      Duration reuseGrace,
      Clock clock) {
    this.refresh = Objects.requireNonNull(refresh, "refresh");
    this.revocations = Objects.requireNonNull(revocations, "revocations");
    this.denied = Objects.requireNonNull(denied, "denied");
    this.reuseGrace = Objects.requireNonNull(reuseGrace, "reuseGrace");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** Begins to clean, every minute, in a thread of its own. */
  public TokenCleaning start() {
    thread = new RepeatingTask("sallyport-token-cleaning", EVERY, EVERY, this::cleanAndGoOn);
    return this;
  }

  private void cleanAndGoOn() {
    try {
      clean();
    } catch (StoreUnavailableException e) {
      LOG.log(Level.DEBUG, "tokens that have ended are removed later", e);
    }
  }

  /** Removes once all that there is to remove. */
  public void clean() {
    Instant now = clock.instant();
    long ended = now.minus(MARGIN).getEpochSecond();
    denied.removeBelow(ended);
    each(() -> refresh.eraseSalts(reuseGrace, BATCH));
    each(() -> refresh.removeEnded(now.minus(KEPT), BATCH));
    each(() -> revocations.removeDenied(ended, BATCH));
  }

  private static void each(IntSupplier batch) {
    int done = BATCH;
    while (done == BATCH && !Thread.currentThread().isInterrupted()) done = batch.getAsInt();
  }

  /** Ends the thread. May be called again. */
  @Override
  public void close() {
    if (thread != null) thread.close();
    thread = null;
  }
}
