package io.github.sallyport.token;

import io.github.sallyport.RepeatingTask;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.audit.AuditSink.Place;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.RecordCache;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.jwt.KeySource.KeySet;
import io.github.sallyport.jwt.KeySource.Named;
import io.github.sallyport.jwt.SigningKey;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.PepperCipher;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys that sign our tokens, and their life.
 *
 * <p><b>The race.</b> Who verifies our tokens elsewhere keeps a copy of the key set. A key that
 * signed as soon as it was there would sign tokens which nobody can verify yet; a key that went as
 * soon as its successor was there would leave tokens behind that were good a moment ago. And
 * several nodes, whose clocks differ, rotate the same keys.
 *
 * <p><b>The rule.</b> A key is published when it is added, signs from its own {@code usedFrom} on,
 * and stays published after its successor's for as long as a token can live, and clocks can differ.
 * All of it is in the store as two dates a key and judged by the clock at each look: no step has to
 * run at its time, and a node that was down for a month is right at once. Keys are numbered, and of
 * two nodes that add the same number one wins.
 *
 * <p>A key that waits does not stop {@link #rotate}: who rotates by hand has a reason not to wait
 * for a week. The new key has the higher number and the earlier date, so that it signs, and the
 * other one never does.
 *
 * <p>Keys that the deployer brings are all published, the first of them signs, and nothing here
 * changes them. Safe for use by many threads; every method may throw {@link
 * StoreUnavailableException}.
 */
public final class SigningKeys implements AutoCloseable {
  /** How long others may keep a copy of the key set. */
  public static final Duration MAX_AGE = Duration.ofMinutes(5);

  private static final System.Logger LOG = System.getLogger("sallyport.token");
  private static final Actor SALLYPORT = Actor.part("sallyport");
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration ODD_CLOCK = Duration.ofMinutes(1);

  /** How much longer rows are there than they are published: a node's clock may be far behind. */
  private static final Duration ROWS_KEPT = Duration.ofDays(1);

  private final TokenSettings settings;
  private final @Nullable OpenedKeys opened; // null: the keys are the deployer's
  private final SigningKeyStore store;
  private final AuditSink audit;
  private final Clock clock;
  private final Duration kept;
  private final RecordCache<SigningKeySet> copy;
  private final Supplier<Optional<SigningKeySet>> held;
  private final KeySet own;
  private final Set<String> oddlyDated = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Published last; // written under this object's lock
  private @Nullable RepeatingTask thread; // by the thread that opens and closes

  /**
   * What is published in a span of time.
   *
   * @param from its first moment
   * @param until the first moment after it
   */
  private record Published(SigningKeySet of, Instant from, Instant until, KeySet keys) {
    boolean holds(SigningKeySet all, Instant now) {
      return of == all && !now.isBefore(from) && now.isBefore(until);
    }
  }

  private SigningKeys(
      TokenSettings settings,
      @Nullable OpenedKeys opened,
      SigningKeyStore store,
      Caches caches,
      AuditSink audit,
      Clock clock) {
    this.settings = settings;
    this.opened = opened;
    this.store = store;
    this.audit = audit;
    this.clock = clock;
    this.kept = settings.accessTtl().plusMinutes(Issuer.MAX_SKEW_MINUTES);
    this.copy =
        caches.records("sallyport.signing-keys", SigningKeyStore.KIND, set -> (long) set.version());
    this.held = copy.held(SigningKeyStore.ALL, all -> Optional.of(read()));
    this.own = new KeySet(settings.ownKeys().stream().map(SigningKey::verifying).toList(), 0);
  }

  /**
   * Opens the keys, and makes the first where the store has none. Nothing is rotated until {@link
   * #start}.
   *
   * @param keys whose peppers seal what is kept
   * @param caches where this takes a place, {@code sallyport.signing-keys}
   * @throws IllegalStateException if no key can sign; the message names the property
   */
  public static SigningKeys open(
      TokenSettings settings,
      KeySettings keys,
      SigningKeyStore store,
      Caches caches,
      AuditSink audit,
      Clock clock) {
    OpenedKeys opened = settings.ownKeys().isEmpty() ? new OpenedKeys(cipher(keys)) : null;
    SigningKeys made = new SigningKeys(settings, opened, store, caches, audit, clock);
    made.turn();
    SigningKey unused = made.signer();
    return made;
  }

  private static PepperCipher cipher(KeySettings keys) {
    return PepperCipher.of(keys)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the keys that sign tokens are kept in the store under a pepper, and there is"
                        + " none: set sallyport.api-key.pepper, or bring keys by"
                        + " sallyport.token.key-location"));
  }

  /** Begins to look every minute, in a thread of its own, whether a key is due. */
  public SigningKeys start() {
    if (opened != null) {
      thread = new RepeatingTask("sallyport-signing-keys", EVERY, EVERY, this::turnAndGoOn);
    }
    return this;
  }

  private void turnAndGoOn() {
    try {
      turn();
    } catch (StoreUnavailableException e) {
      LOG.log(Level.DEBUG, "signing keys are looked after again later", e);
    }
  }

  /** The key that signs now. */
  public SigningKey signer() {
    if (opened == null) return settings.ownKeys().get(0);
    SigningKeyRecord turn = all().signing(clock.instant());
    if (turn == null) throw new IllegalStateException("the store has no signing key any more");
    SigningKey key = opened.open(turn);
    if (key != null) return key;
    throw new IllegalStateException(
        "the signing key "
            + turn.kid()
            + " can't be opened: put the pepper under which it was sealed back on the list of"
            + " sallyport.api-key.pepper. If that is lost, remove the key's row from the store;"
            + " then another is made, and no token that this one signed verifies");
  }

  /** All keys of which a token may be good. Asked at each request, it costs next to nothing. */
  public KeySet published() {
    if (opened == null) return own;
    SigningKeySet all = all();
    Instant now = clock.instant();
    Published before = last;
    return before != null && before.holds(all, now) ? before.keys : publish(opened, all, now);
  }

  private synchronized KeySet publish(OpenedKeys opened, SigningKeySet all, Instant now) {
    List<Named> keys =
        all.published(now, kept).stream()
            .flatMap(record -> Stream.ofNullable(opened.open(record)).map(SigningKey::verifying))
            .toList();
    Published before = last;
    KeySet set =
        before == null
            ? new KeySet(keys, 1)
            : before.keys.keys().equals(keys)
                ? before.keys
                : new KeySet(keys, before.keys.generation() + 1);
    last = new Published(all, all.changedAt(now, kept), all.changesAt(now, kept), set);
    return set;
  }

  /**
   * Adds a key, which signs as soon as no copy of the key set may be without it: {@link #MAX_AGE}
   * from now.
   *
   * @throws SigningKeyConflictException if one was added just now, here or elsewhere, or if the
   *     keys are the deployer's
   */
  public SigningKeyRecord rotate(Actor by) {
    if (opened == null) {
      throw new SigningKeyConflictException(
          "The keys are those of sallyport.token.key-location: put a new one before them there.");
    }
    SigningKeySet all = read();
    Instant now = now();
    Instant usedFrom = now.plus(MAX_AGE);
    boolean waits =
        all.all().stream()
            .map(SigningKeyRecord::usedFrom)
            .anyMatch(from -> from.isAfter(now) && !from.isAfter(usedFrom));
    if (waits) throw justAdded();
    return add(opened, all, usedFrom, by).orElseThrow(SigningKeys::justAdded);
  }

  private static SigningKeyConflictException justAdded() {
    return new SigningKeyConflictException(
        "A key was added just now, and is used within five minutes: rotate again after that.");
  }

  /** Does what is due. For the thread in the background, and for tests in its place. */
  void turn() {
    if (opened == null) return;
    SigningKeySet all = read();
    Instant now = now();
    warnOfClocks(all, now);
    if (all.all().isEmpty()) {
      addInTurn(opened, all, now);
      return;
    }
    SigningKeyRecord newest = all.newest();
    Instant end = newest.usedFrom().plus(settings.keyRotation());
    boolean waits = newest.usedFrom().isAfter(now);
    if (!waits && !now.isBefore(end.minus(settings.keyOverlap()))) {
      Instant soonest = now.plus(MAX_AGE);
      addInTurn(opened, all, end.isBefore(soonest) ? soonest : end);
    }
    renewSeals(opened, all);
    removeEnded(opened, all, now);
  }

  // Of two nodes whose turn it is the other one's key is as good.
  private void addInTurn(OpenedKeys opened, SigningKeySet all, Instant usedFrom) {
    Optional<SigningKeyRecord> unused = add(opened, all, usedFrom, SALLYPORT);
  }

  /**
   * Adds the next key.
   *
   * @return empty: another node added one meanwhile
   */
  private Optional<SigningKeyRecord> add(
      OpenedKeys opened, SigningKeySet all, Instant usedFrom, Actor by) {
    SigningKey key = SigningKey.generate(settings.algorithm());
    SigningKeyRecord record = opened.seal(key, all.version() + 1, now(), usedFrom);
    try (Place place = audit.reserve()) {
      boolean added = copy.change(SigningKeyStore.ALL, () -> store.add(record), whether -> null);
      if (!added) return Optional.empty();
      place.record(
          new AuditEvent(
              clock.instant(), "signing-key.added", null, by, key.kid(), "used from " + usedFrom));
    }
    return Optional.of(record);
  }

  private void renewSeals(OpenedKeys opened, SigningKeySet all) {
    for (SigningKeyRecord record : all.all()) {
      if (!opened.isOld(record) || !opened.reseal(record, store)) continue;
      LOG.log(
          Level.DEBUG, "the signing key {0} is sealed under the newest pepper now", record.kid());
    }
  }

  private void removeEnded(OpenedKeys opened, SigningKeySet all, Instant now) {
    int ended = all.lastEnded(now, kept.plus(ROWS_KEPT));
    if (ended > 0) {
      copy.change(
          SigningKeyStore.ALL,
          () -> {
            store.removeUpTo(ended);
            return ended;
          },
          same -> null);
    }
    opened.retain(
        all.all().stream()
            .filter(record -> record.ordinal() > ended)
            .map(SigningKeyRecord::kid)
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Rotation goes by clocks, so that one which is wrong is worth a word. */
  private void warnOfClocks(SigningKeySet all, Instant now) {
    for (SigningKeyRecord record : all.all()) {
      if (!record.createdAt().isAfter(now.plus(ODD_CLOCK))) continue;
      if (!oddlyDated.add(record.kid())) continue;
      LOG.log(
          Level.WARNING,
          "The signing key {0} was added at {1}, which is still to come by this node''s clock: set"
              + " the clocks of all nodes by NTP, or keys change at the wrong time.",
          record.kid(),
          record.createdAt());
    }
  }

  private SigningKeySet all() {
    return held.get().orElseThrow();
  }

  private SigningKeySet read() {
    return new SigningKeySet(store.read());
  }

  /** As it will come back from the store. */
  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  /** Ends the thread. May be called again. */
  @Override
  public void close() {
    if (thread != null) thread.close();
    thread = null;
  }
}
