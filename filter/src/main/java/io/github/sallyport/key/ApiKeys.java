package io.github.sallyport.key;

import io.github.sallyport.Secret;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeyStore.StatusChange;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Issues API keys and governs their life. Safe for use by many threads.
 *
 * <p>When a method that changes something returns, the change is durable, this node acts on it, and
 * audit has it. Every method may throw {@link io.github.sallyport.StoreUnavailableException};
 * whether a change took place is then not known.
 */
public final class ApiKeys {
  private static final System.Logger LOG = System.getLogger("sallyport.key");
  private static final int MOST_LISTED = 1000;
  private static final int ATTEMPTS = 5;

  private final @Nullable Duration maxAge;
  private final ApiKeyStore store;
  private final AuditSink audit;
  private final Clock clock;
  private final KeyFormat format;
  private final KeyDigests digests;
  private final SecureRandom random = new SecureRandom();

  /** Warns in the log where digests are not keyed, or keys are lost with their pepper. */
  public ApiKeys(KeySettings settings, ApiKeyStore store, AuditSink audit, Clock clock) {
    this.maxAge = settings.maxAge();
    this.store = Objects.requireNonNull(store, "store");
    this.audit = Objects.requireNonNull(audit, "audit");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.format = new KeyFormat(settings.prefix(), store.idKey());
    this.digests = new KeyDigests(settings.peppers());
    warn();
  }

  /**
   * Issues a key. Its text is in the result and nowhere else.
   *
   * @throws IllegalArgumentException if it would live longer than the settings allow
   */
  public IssuedKey issue(NewApiKey request, Actor by) {
    for (int i = 0; i < ATTEMPTS; i++) {
      IssuedKey issued = make(request, by);
      if (!store.insert(issued.record())) continue; // 62^10 ids, and this one was taken
      record("key.issued", issued.record().id(), by);
      return issued;
    }
    throw new IllegalStateException("no id was free: the random source repeats itself");
  }

  /**
   * Issues the very first key, if the store has none and no other node does it.
   *
   * @param handOver takes the key's text to where it will be found, before the key is committed;
   *     what it throws undoes the issuing and is passed on
   * @return empty: this was done already, here or elsewhere, or there are keys
   */
  public Optional<ApiKeyRecord> issueInitial(NewApiKey admin, Actor by, Consumer<Secret> handOver) {
    IssuedKey issued = make(admin, by);
    if (!store.insertFirst(issued.record(), () -> handOver.accept(issued.key()))) {
      return Optional.empty();
    }
    record("key.issued", issued.record().id(), by);
    return Optional.of(issued.record());
  }

  /** Finds a key by its id. */
  public Optional<ApiKeyRecord> find(String id) {
    return KeyFormat.isId(id) ? store.find(id) : Optional.empty();
  }

  /**
   * Lists keys in the order of their ids.
   *
   * @param owner whose; null: everybody's
   * @param limit how many at most, 1 to 1000
   * @param afterId the last id of the list before this one; null: from the first
   */
  public List<ApiKeyRecord> list(@Nullable String owner, int limit, @Nullable String afterId) {
    if (limit < 1 || limit > MOST_LISTED) {
      throw new IllegalArgumentException("limit must be 1 to 1000, was " + limit);
    }
    if (afterId != null && !KeyFormat.isId(afterId)) {
      throw new IllegalArgumentException("afterId must be the id of a key");
    }
    if (owner != null && !NewApiKey.isText(owner)) return List.of(); // nobody can be called so
    return store.list(owner, limit, afterId);
  }

  /**
   * Ends a key for good. The next request that shows it is refused.
   *
   * @return false: there never was such a key
   */
  public boolean revoke(String id, Actor by) {
    Optional<StatusChange> change = set(id, Status.REVOKED, "key.revoked", by);
    return change.isPresent();
  }

  /**
   * Lets a key be used again, or not for now.
   *
   * @return false: there never was such a key, or it is revoked
   */
  public boolean setEnabled(String id, boolean enabled, Actor by) {
    Status wanted = enabled ? Status.ACTIVE : Status.DISABLED;
    return set(id, wanted, enabled ? "key.enabled" : "key.disabled", by)
        .filter(c -> c.changed() || (c.record() != null && c.record().status() == wanted))
        .isPresent();
  }

  private Optional<StatusChange> set(String id, Status status, String action, Actor by) {
    if (!KeyFormat.isId(id)) return Optional.empty();
    Optional<StatusChange> change = store.setStatus(id, status);
    if (change.isPresent() && change.get().changed()) record(action, id, by);
    return change;
  }

  private IssuedKey make(NewApiKey request, Actor by) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    KeyText text = format.make(request.environment(), random);
    return new IssuedKey(
        new ApiKeyRecord(
            text.id(),
            request.owner(),
            request.name(),
            request.environment(),
            request.scopes(),
            request.roles(),
            request.plan(),
            Status.ACTIVE,
            now,
            by.name() == null ? "nobody" : NewApiKey.fit(by.name()),
            millis(request.notBefore()),
            end(millis(request.expiresAt()), now),
            1,
            digests.of(text.whole())),
        text.whole());
  }

  private @Nullable Instant end(@Nullable Instant asked, Instant now) {
    if (maxAge == null) return asked;
    Instant latest = now.plus(maxAge).truncatedTo(ChronoUnit.MILLIS);
    if (asked == null) return latest;
    if (asked.isAfter(latest)) {
      throw new IllegalArgumentException("expiresAt must be no later than " + maxAge + " from now");
    }
    return asked;
  }

  private static @Nullable Instant millis(@Nullable Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS);
  }

  private void record(String action, String id, Actor by) {
    audit.record(new AuditEvent(clock.instant(), action, null, by, id, null));
  }

  private void warn() {
    if (!digests.peppered()) {
      LOG.log(
          Level.WARNING,
          "sallyport.api-key.pepper is not set: digests of API keys are not keyed, so that"
              + " whoever reads the table can test guesses");
    }
    long lost = store.countUnderOtherPeppers(digests.pepperIds());
    if (lost > 0) {
      LOG.log(
          Level.WARNING,
          "API keys made under a pepper that sallyport.api-key.pepper no longer lists: {0}; they"
              + " are refused as unknown",
          Long.toString(lost));
    }
  }
}
