package io.github.sallyport.key;

import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.key.ApiKeyRecord.Status;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells, as events of audit, of keys that near their end (30, 7 and 1 days before) and of keys that
 * nobody used for 90 days; of all nodes one tells, once. Of a key that is issued with less than
 * that ahead of it only the nearest of the three is told.
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

  /** Looks once through all keys that may be used, and tells what was not told before. */
  public void look() {
    KeyQuery active = new KeyQuery(null, Status.ACTIVE, null, null, null, null);
    String after = null;
    List<ApiKeyRecord> page;
    do {
      page = store.list(active, PAGE, after);
      page.forEach(this::lookAt);
      after = page.isEmpty() ? null : page.get(page.size() - 1).id();
    } while (page.size() == PAGE && !Thread.currentThread().isInterrupted());
  }

  private void lookAt(ApiKeyRecord key) {
    if (key.lineage().parent() != null) return; // an hour at most
    Instant now = clock.instant();
    Instant end = key.end(settings.maxAge());
    if (end != null) {
      if (!now.isBefore(end)) return;
      Optional<Integer> left =
          DAYS.stream().filter(days -> !end.isAfter(now.plus(Duration.ofDays(days)))).findFirst();
      if (left.isPresent() && store.claimEndNotice(key.id(), left.get())) {
        tell("key.ends-soon", key, "ends " + end);
      }
    }
    Instant used = key.lastUse() == null ? key.createdAt() : key.lastUse().at();
    if (!used.plus(IDLE).isAfter(now) && store.claimIdleNotice(key.id())) {
      tell("key.unused", key, "unused since " + used);
    }
  }

  private void tell(String action, ApiKeyRecord key, String detail) {
    audit.record(new AuditEvent(clock.instant(), action, null, SALLYPORT, key.id(), detail));
  }

  /** Ends the thread. May be called again. */
  @Override
  public void close() {
    if (thread != null) thread.close();
    thread = null;
  }
}
