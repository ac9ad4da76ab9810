package io.github.sallyport.key;

import io.github.sallyport.RepeatingTask;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.audit.AuditSink.Place;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells, as events of audit, of keys that near their end (30, 7 and 1 days before) and of keys that
 * nobody used for 90 days; of all nodes one tells, once. Of a key that is issued with less than
 * that ahead of it only the nearest of the three is told; of a derived key none.
 */
public final class KeyWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("sallyport.key");
  private static final Actor SALLYPORT = Actor.part("sallyport");
  private static final List<Integer> DAYS = List.of(1, 7, 30); // the nearest first
  private static final Duration IDLE = Duration.ofDays(90);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final Duration FIRST = Duration.ofMinutes(1);
  private static final int PAGE = 500;

  private final KeySettings settings;
  private final ApiKeyStore store;
  private final AuditSink audit;
  private final Clock clock;
  private @Nullable RepeatingTask thread;

  /** Looks at nothing until it is started, or {@link #look} is called. */
  public KeyWatch(KeySettings settings, ApiKeyStore store, AuditSink audit, Clock clock) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.store = Objects.requireNonNull(store, "store");
    this.audit = Objects.requireNonNull(audit, "audit");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** Begins to look, every hour, in a thread of its own. */
  public KeyWatch start() {
    thread = new RepeatingTask("sallyport-key-watch", FIRST, EVERY, this::lookAndGoOn);
    return this;
  }

  private void lookAndGoOn() {
    try {
      look();
    } catch (StoreUnavailableException e) {
      LOG.log(Level.DEBUG, "keys near their end are looked for again later", e);
    }
  }

  /** Looks once for keys to tell of, and tells of them. */
  public void look() {
    Instant now = clock.instant();
    Duration maxAge = settings.maxAge();
    for (int days : DAYS) {
      Instant by = now.plus(Duration.ofDays(days));
      Instant oldBy = maxAge == null ? null : by.minus(maxAge);
      each(() -> store.untoldEnds(days, by, oldBy, PAGE), key -> tellEnd(key, days, now));
    }
    each(() -> store.untoldIdle(now.minus(IDLE), PAGE), this::tellIdle);
  }

  /** A key that was claimed, here or elsewhere, is not found again. */
  private static void each(Supplier<List<ApiKeyRecord>> find, Consumer<ApiKeyRecord> tell) {
    List<ApiKeyRecord> page = find.get();
    while (!page.isEmpty() && !Thread.currentThread().isInterrupted()) {
      page.forEach(tell);
      page = find.get();
    }
  }

  private void tellEnd(ApiKeyRecord key, int days, Instant now) {
    Instant end = key.end(settings.maxAge());
    try (Place place = audit.reserve()) {
      if (!store.claimEndNotice(key.id(), days) || end == null) return;
      if (now.isBefore(end)) place.record(event("key.ends-soon", key, "ends " + end));
    }
  }

  private void tellIdle(ApiKeyRecord key) {
    Instant end = key.end(settings.maxAge());
    Instant used = key.lastUse() == null ? key.createdAt() : key.lastUse().at();
    try (Place place = audit.reserve()) {
      if (!store.claimIdleNotice(key.id())) return;
      if (end != null && !clock.instant().isBefore(end)) return;
      place.record(event("key.unused", key, "unused since " + used));
    }
  }

  private AuditEvent event(String action, ApiKeyRecord key, String detail) {
    return new AuditEvent(clock.instant(), action, null, SALLYPORT, key.id(), detail);
  }

  /** Ends the thread. May be called again. */
  @Override
  public void close() {
    if (thread != null) thread.close();
    thread = null;
  }
}
