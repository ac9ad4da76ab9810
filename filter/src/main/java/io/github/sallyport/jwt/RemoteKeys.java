package io.github.sallyport.jwt;

import io.github.sallyport.Health;
import io.github.sallyport.IssuerUnavailableException;
import io.github.sallyport.Telemetry;
import io.github.sallyport.json.JsonException;
import io.github.sallyport.jwt.JwksHttp.Document;
import io.github.sallyport.jwt.KeySource.Named;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The keys behind an issuer's JWKS URL.
 *
 * <p>A thread in the background reads them when the application starts, and again when they are as
 * old as they may get: {@code refresh}, or less where the answer's {@code Cache-Control} says so
 * (RFC 9111 section 5.2.2). While there are keys to serve from, no request waits for that. A
 * request fetches by itself
 *
 * <ul>
 *   <li>when there are no keys at all: one fetches, all that come meanwhile wait for it;
 *   <li>when its token names a kid that is not among them, at most once in {@link #LOOK_AGAIN} for
 *       all kids, and once in {@link #LOOK_AGAIN_FOR_THE_SAME} for the same. Each fetch brings the
 *       whole set. So made-up kids can neither make us fetch more often nor keep a new key from
 *       being found at the next interval: the first of them fetches it for everybody.
 * </ul>
 *
 * <p>A signature that does not verify causes no fetch. A fetch that fails, or brings nothing
 * usable, changes no key. The old ones serve until {@code maxStale} has passed since they should
 * have been read again. A kid that is unknown while the issuer does not answer may be a good one:
 * that is a fault, not a refusal.
 */
final class RemoteKeys implements IssuerKeys {
  static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
  static final Duration LOOK_AGAIN_FOR_THE_SAME = Duration.ofSeconds(60);

  /** How long after a failed fetch the next may start while the old keys serve. */
  static final Duration RETRY = Duration.ofSeconds(10);

  /** The same while there is nothing to serve from. */
  static final Duration RETRY_WITHOUT_KEYS = Duration.ofSeconds(2);

  /** No answer can have us ask more often than so, but the deployer can. */
  static final Duration LEAST_REFRESH = Duration.ofSeconds(30);

  private static final System.Logger LOG = System.getLogger("sallyport.jwt");

  private final String issuer;
  private final Place place;
  private final JwkReader reader;
  private final JwksHttp http;
  private final LongSupplier nanoTicker;
  private final Telemetry telemetry;
  private final Duration refresh;
  private final Duration maxStale;
  private final AtomicReference<@Nullable CompletableFuture<Void>> flight = new AtomicReference<>();

  // When a kid was looked for in vain. A fetch adds one at most, so that it never gets large.
  private final Map<String, Long> lookedForInVain = new ConcurrentHashMap<>();

  private volatile State state = new State(List.of(), 0, 0, null, null, null); // written in flight

  /** Where the set is. */
  @FunctionalInterface
  interface Place {
    /**
     * Finds the URL of the set.
     *
     * @throws IOException with a sentence of ours, if it can't be had
     */
    URI find(JwksHttp http) throws IOException, InterruptedException, JsonException;
  }

  RemoteKeys(
      Issuer issuer,
      Place place,
      Duration refresh,
      Duration maxStale,
      JwksHttp http,
      LongSupplier nanoTicker,
      Telemetry telemetry) {
    this.telemetry = telemetry;
    this.issuer = issuer.name();
    this.place = place;
    this.reader = new JwkReader(issuer.algorithms());
    this.http = http;
    this.nanoTicker = nanoTicker;
    this.refresh = refresh;
    this.maxStale = maxStale;
  }

  /**
   * What is known, all moments in nanoseconds of the ticker.
   *
   * @param generation grows whenever the keys change
   * @param freshNanos how long after they were read the keys are to be read again
   * @param readAt when the fetch began that brought the keys; null before the first
   * @param failedAt when the last fetch ended, if it failed
   * @param lookedAgainAt when an unknown kid last caused a fetch
   */
  private record State(
      List<Named> keys,
      long generation,
      long freshNanos,
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
  public Found find(@Nullable String kid, SignatureAlgorithm algorithm) {
    boolean fetched = false;
    if (!serves(state)) fetched = fetch(known -> !serves(known), this::mayTry, false);
    if (!serves(state)) throw unavailable();
    if (kid != null && !state.knows(kid)) lookFor(kid, fetched);
    State known = state;
    return new Found(known.find(kid, algorithm), known.generation());
  }

  @Override
  public boolean isCurrent(long generation) {
    State known = state;
    return known.generation() == generation && serves(known);
  }

  /** Reads the keys again if that is due, or was never done. For a thread in the background. */
  @Override
  public void refresh() {
    fetch(this::isDue, this::mayTry, false);
  }

  @Override
  public Health.Part health(String name) {
    State known = state;
    if (known.readAt() == null) {
      return degraded(name, "Its keys were never read: its tokens are refused with 503.");
    }
    if (!serves(known)) {
      return degraded(name, "Its keys are too old to be used: its tokens are refused with 503.");
    }
    if (known.failedAt() != null) {
      return degraded(name, "Its keys could not be read again: the old ones serve for now.");
    }
    return new Health.Part(
        name,
        Health.Status.UP,
        "Its keys: " + known.keys().stream().map(Named::key).distinct().count() + ".");
  }

  private static Health.Part degraded(String name, String detail) {
    return new Health.Part(name, Health.Status.DEGRADED, detail);
  }

  private void lookFor(String kid, boolean justFetched) {
    Long inVain = lookedForInVain.get(kid);
    if (inVain != null && since(inVain) < LOOK_AGAIN_FOR_THE_SAME.toNanos()) return;
    boolean fetched = justFetched || fetch(known -> !known.knows(kid), this::mayLookAgain, true);
    if (state.knows(kid)) return;
    if (state.failedAt() != null) throw unavailable();
    if (!fetched) return;
    lookedForInVain.values().removeIf(at -> since(at) >= LOOK_AGAIN_FOR_THE_SAME.toNanos());
    lookedForInVain.put(kid, nanoTicker.getAsLong());
  }

  private boolean isDue(State known) {
    return known.readAt() == null || since(known.readAt()) >= known.freshNanos();
  }

  private boolean mayTry(State known) {
    if (known.failedAt() == null) return true;
    return since(known.failedAt()) >= (serves(known) ? RETRY : RETRY_WITHOUT_KEYS).toNanos();
  }

  private boolean serves(State known) {
    if (known.readAt() == null) return false;
    long staleNanos = since(known.readAt()) - known.freshNanos();
    return staleNanos < 0 || staleNanos < nanos(maxStale);
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
        long began = nanoTicker.getAsLong();
        readSet(lookingAgain);
        telemetry.keysFetched(issuer, state.failedAt() == null, since(began));
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

  private void readSet(boolean lookingAgain) {
    long began = nanoTicker.getAsLong();
    Long lookedAgainAt = lookingAgain ? Long.valueOf(began) : state.lookedAgainAt();
    try {
      Document set = http.get(place.find(http));
      List<Named> keys = reader.published(set.json());
      if (keys.isEmpty()) throw new IllegalArgumentException("no usable key in the set");
      if (state.readAt() == null || state.failedAt() != null) report(keys);
      long generation = state.generation() + (keys.equals(state.keys()) ? 0 : 1);
      state = new State(keys, generation, freshNanos(set), began, null, lookedAgainAt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed("interrupted", lookedAgainAt);
    } catch (JsonException e) {
      failed("the answer is not JSON that we read", lookedAgainAt);
    } catch (IOException | RuntimeException e) {
      failed(String.valueOf(e.getMessage()), lookedAgainAt);
    }
  }

  private long freshNanos(Document set) {
    Duration agreed = set.maxAge();
    if (agreed == null || agreed.compareTo(refresh) >= 0) return nanos(refresh);
    Duration least = LEAST_REFRESH.compareTo(refresh) < 0 ? LEAST_REFRESH : refresh;
    return nanos(agreed.compareTo(least) < 0 ? least : agreed);
  }

  /** Says once what there is: when the application starts, and after an outage. */
  private void report(List<Named> keys) {
    LOG.log(
        Level.INFO,
        "The keys of issuer {0} were read: {1}, for {2}",
        issuer,
        keys.stream().map(Named::key).distinct().count(),
        keys.stream().map(Named::algorithm).collect(Collectors.toCollection(TreeSet::new)));
  }

  /** Warns once, when it begins: requests must not be able to fill the log. */
  private void failed(String why, @Nullable Long lookedAgainAt) {
    State known = state;
    Level level = known.failedAt() == null ? Level.WARNING : Level.DEBUG;
    LOG.log(level, "The keys of issuer {0} could not be read: {1}", issuer, why);
    state =
        new State(
            known.keys(),
            known.generation(),
            known.freshNanos(),
            known.readAt(),
            nanoTicker.getAsLong(),
            lookedAgainAt);
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
