package io.github.sallyport.jwt;

import io.github.sallyport.IssuerUnavailableException;
import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import io.github.sallyport.jwt.KeySource.Named;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys behind an issuer's JWKS URL.
 *
 * <p>They are fetched by the request that needs them, never before: one request fetches, all that
 * come meanwhile wait for it. They are fetched
 *
 * <ul>
 *   <li>when there are none, or they are older than {@code refresh};
 *   <li>when a token names a kid that is not among them, at most once in {@link #LOOK_AGAIN}. That
 *       bound is counted from the last such fetch alone, and each fetch brings the whole set. So
 *       made-up kids can neither make us fetch more often nor keep a new key from being found at
 *       the next interval: the first of them fetches it for everybody.
 * </ul>
 *
 * <p>A fetch that fails, or brings nothing usable, changes no key. The old ones serve until {@code
 * refresh} + {@code maxStale}, and the next try waits a while, so that an issuer that does not
 * answer does not hold up each request. A kid that is unknown while the issuer does not answer may
 * be a good one: that is a fault, not a refusal.
 */
final class RemoteKeys implements IssuerKeys {
  static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  /** How long after a failed fetch the next may start while there is nothing to serve from. */
  static final Duration RETRY_WITHOUT_KEYS = Duration.ofSeconds(2);

  private static final System.Logger LOG = System.getLogger("sallyport.jwt");

  private final String issuer;
  private final KeySource.Jwks source;
  private final JwkReader reader;
  private final JwksHttp http;
  private final LongSupplier nanoTicker;
  private final long refreshNanos;
  private final long endNanos;
  private final AtomicReference<@Nullable CompletableFuture<Void>> flight = new AtomicReference<>();

  private volatile State state = new State(List.of(), null, null, null); // written in flight only

  RemoteKeys(Issuer issuer, KeySource.Jwks source, JwksHttp http, LongSupplier nanoTicker) {
    this.issuer = issuer.name();
    this.source = source;
    this.reader = new JwkReader(issuer.algorithms());
    this.http = http;
    this.nanoTicker = nanoTicker;
    this.refreshNanos = nanos(source.refresh());
    this.endNanos = nanos(source.refresh().plus(source.maxStale()));
  }

  /**
   * What is known, all moments in nanoseconds of the ticker.
   *
   * @param readAt when the fetch began that brought the keys; null before the first
   * @param failedAt when the last fetch ended, if it failed
   * @param lookedAgainAt when an unknown kid last caused a fetch
   */
  private record State(
      List<Named> keys,
      @Nullable Long readAt,
      @Nullable Long failedAt,
      @Nullable Long lookedAgainAt) {

    List<Named> find(@Nullable String kid, SignatureAlgorithm algorithm) {
      return keys.stream()
          .filter(key -> key.algorithm() == algorithm && (kid == null || kid.equals(key.kid())))
          .toList();
    }

    boolean knows(String kid) {
      return keys.stream().anyMatch(key -> kid.equals(key.kid()));
    }
  }

  @Override
  public List<Named> find(@Nullable String kid, SignatureAlgorithm algorithm) {
    boolean fetched = fetch(this::isDue, this::isDue, false);
    if (!serves(state)) throw unavailable();
    if (kid != null && !state.knows(kid)) {
      if (!fetched) fetch(known -> !known.knows(kid), this::mayLookAgain, true);
      if (!state.knows(kid) && state.failedAt() != null) throw unavailable();
    }
    return state.find(kid, algorithm);
  }

  private boolean isDue(State known) {
    if (known.readAt() != null && since(known.readAt()) < refreshNanos) return false;
    if (known.failedAt() == null) return true;
    return since(known.failedAt()) >= (serves(known) ? LOOK_AGAIN : RETRY_WITHOUT_KEYS).toNanos();
  }

  private boolean serves(State known) {
    return known.readAt() != null && since(known.readAt()) < endNanos;
  }

  private boolean mayLookAgain(State known) {
    return known.lookedAgainAt() == null || since(known.lookedAgainAt()) >= LOOK_AGAIN.toNanos();
  }

  /**
   * Waits for the fetch under way, or else fetches.
   *
   * @param needed says whether what is known does not do
   * @param allowed says whether a fetch may begin
   * @return true if this thread did fetch
   */
  private boolean fetch(Predicate<State> needed, Predicate<State> allowed, boolean lookingAgain) {
    // Twice: a fetch that we only waited for may have begun before the key was published.
    for (int i = 0; i < 2 && needed.test(state); i++) {
      if (flight.get() == null && !allowed.test(state)) return false;
      CompletableFuture<Void> mine = new CompletableFuture<>();
      CompletableFuture<Void> running = flight.compareAndExchange(null, mine);
      if (running != null) {
        await(running);
        continue;
      }
      try {
        if (!allowed.test(state)) return false;
        fetch(lookingAgain);
        return true;
      } finally {
        flight.set(null);
        mine.complete(null);
      }
    }
    return false;
  }

  private void await(CompletableFuture<Void> running) {
    try {
      running.get(http.deadline().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(Level.DEBUG, "Waiting for the keys of issuer {0} took too long", issuer);
    }
  }

  private void fetch(boolean lookingAgain) {
    long began = nanoTicker.getAsLong();
    Long lookedAgainAt = lookingAgain ? Long.valueOf(began) : state.lookedAgainAt();
    try {
      List<Named> keys = reader.published(Json.readObject(http.get(source.url())));
      if (keys.isEmpty()) throw new IllegalArgumentException("no usable key in the set");
      if (state.failedAt() != null) {
        LOG.log(Level.INFO, "The keys of issuer {0} are read again", issuer);
      }
      state = new State(keys, began, null, lookedAgainAt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed("interrupted", lookedAgainAt);
    } catch (JsonException e) {
      failed("the answer is not JSON that we read", lookedAgainAt);
    } catch (IOException | RuntimeException e) {
      failed(String.valueOf(e.getMessage()), lookedAgainAt);
    }
  }

  /** Warns once, when it begins: requests must not be able to fill the log. */
  private void failed(String why, @Nullable Long lookedAgainAt) {
    Level level = state.failedAt() == null ? Level.WARNING : Level.DEBUG;
    LOG.log(level, "The keys of issuer {0} could not be read: {1}", issuer, why);
    state = new State(state.keys(), state.readAt(), nanoTicker.getAsLong(), lookedAgainAt);
  }

  private IssuerUnavailableException unavailable() {
    return new IssuerUnavailableException("the keys of issuer " + issuer + " can't be had");
  }

  private long since(long nanos) {
    return nanoTicker.getAsLong() - nanos;
  }

  private static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE; // 292 years
    }
  }
}
