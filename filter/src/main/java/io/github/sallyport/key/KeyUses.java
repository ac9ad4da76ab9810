package io.github.sallyport.key;

import io.github.sallyport.Credential;
import io.github.sallyport.RepeatingTask;
import io.github.sallyport.StoreUnavailableException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Notes when keys are used, behind the requests: no request waits for it, and none fails with it.
 * At most one use a minute is noted of a key. With it goes what only a use makes possible: a digest
 * moves to the newest pepper, since now its text is at hand; and a rotated key's overlap begins,
 * since its successor is in use.
 */
public final class KeyUses implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("sallyport.key");
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration WRITE_EVERY = Duration.ofSeconds(1);
  private static final int MOST = 100_000;
  private static final int LONGEST_ADDRESS = 64;

  private final ApiKeyStore store;
  private final ApiKeys keys;
  private final KeyDigests digests;
  private final Clock clock;
  private final Map<String, Use> uses = new ConcurrentHashMap<>();
  private final AtomicBoolean failing = new AtomicBoolean();
  private @Nullable RepeatingTask thread;

  /** Writes nothing until it is started, or {@link #write} is called. */
  public KeyUses(KeySettings settings, ApiKeyStore store, ApiKeys keys, Clock clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.keys = Objects.requireNonNull(keys, "keys");
    this.digests = new KeyDigests(settings.peppers());
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** Begins to write what is noted, every second, in a thread of its own. */
  public KeyUses start() {
    thread = new RepeatingTask("sallyport-key-uses", WRITE_EVERY, WRITE_EVERY, this::write);
    return this;
  }

  /** Notes that this key was shown, and stood. */
  void note(ApiKeyRecord key, Credential.ApiKey credential) {
    long now = clock.millis();
    Use before = uses.get(key.id());
    if (before != null ? before.isWithinAMinute(now) : uses.size() >= MOST) return;
    uses.put(
        key.id(),
        new Use(
            key,
            new LastUse(Instant.ofEpochMilli(now), address(credential.sender().address())),
            digests.isOld(key.digest()) ? digests.renewed(key.digest(), credential.text()) : null,
            false));
  }

  /**
   * Writes what was noted. Where the store does not answer, what is left is kept for the next time.
   */
  public void write() {
    long now = clock.millis();
    for (Use use : uses.values()) {
      if (!settle(use, now)) return;
    }
  }

  /**
   * Writes a use, or forgets one that was written and is a minute old. A newer one that is noted
   * meanwhile stays.
   *
   * @return false: the store does not answer
   */
  private boolean settle(Use use, long now) {
    String id = use.key.id();
    if (use.written) {
      if (!use.isWithinAMinute(now)) uses.remove(id, use);
      return true;
    }
    try {
      write(use);
      failing.set(false);
    } catch (StoreUnavailableException e) {
      if (failing.compareAndSet(false, true)) {
        LOG.log(Level.WARNING, "the last use of API keys can't be noted now", e);
      }
      return false;
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the last use of the API key " + id + " is lost", e);
    }
    uses.replace(id, use, use.asWritten());
    return true;
  }

  private void write(Use use) {
    String id = use.key.id();
    String predecessor = use.key.lineage().predecessor();
    // First, and again until the use itself is noted: a node that stops in between leaves both.
    if (predecessor != null && use.key.lastUse() == null) {
      keys.successorUsed(predecessor, id, use.last.at());
    }
    if (use.renewed != null) store.replaceDigest(id, use.key.digest(), use.renewed);
    store.noteUse(id, use.last);
  }

  // An IPv6 zone has no bound, and no database should meet it.
  private static @Nullable String address(@Nullable String address) {
    return address == null || address.length() > LONGEST_ADDRESS ? null : address;
  }

  /** Ends the thread, and writes what is left. May be called again. */
  @Override
  public void close() {
    if (thread == null) return;
    thread.close();
    thread = null;
    write();
  }

  /**
   * One use.
   *
   * @param key as it was found
   * @param renewed what its digest shall be; null: what it is
   */
  private record Use(ApiKeyRecord key, LastUse last, @Nullable KeyDigest renewed, boolean written) {
    Use asWritten() {
      return new Use(key, last, renewed, true);
    }

    // A clock that was set back must not keep a key quiet until it has caught up.
    boolean isWithinAMinute(long now) {
      long age = now - last.at().toEpochMilli();
      return age >= 0 && age < EVERY.toMillis();
    }
  }
}
