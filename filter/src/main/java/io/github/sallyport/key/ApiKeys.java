package io.github.sallyport.key;

import io.github.sallyport.Secret;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.audit.AuditSink.Place;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeyStore.Changed;
import io.github.sallyport.key.ApiKeyStore.Step;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Issues API keys and governs their life; nothing else changes a key. Safe for use by many threads.
 *
 * <p>An application has it injected, with {@code sallyport-cdi}, or finds it as the attribute of
 * its {@code ServletContext} that has this class's name. Who may do what is then the application's
 * to say: nothing here asks for a caller's scopes.
 *
 * <p>When a method that changes something returns, the change is durable, this node acts on it, and
 * audit has it, as one event; where audit has no room for that, nothing is changed. Every method
 * may throw {@link io.github.sallyport.StoreUnavailableException}; whether a change took place is
 * then not known.
 */
public final class ApiKeys {
  /** The longest that a key is good after its successor's first use, and after its rotation. */
  public static final Duration MAX_OVERLAP = Duration.ofDays(30);

  /** The longest life of a derived key. */
  public static final Duration MAX_DERIVED = Duration.ofHours(1);

  private static final System.Logger LOG = System.getLogger("sallyport.key");
  private static final Actor SALLYPORT = Actor.part("sallyport");
  private static final int MOST_LISTED = 1000;
  private static final int ATTEMPTS = 5;

  private final KeySettings settings;
  private final ApiKeyStore store;
  private final AuditSink audit;
  private final Clock clock;
  private final KeyRules rules;
  private final KeyFormat format;
  private final KeyDigests digests;
  private final SecureRandom random = new SecureRandom();

  /** Where there are no plans. */
  public ApiKeys(KeySettings settings, ApiKeyStore store, AuditSink audit, Clock clock) {
    this(settings, store, Set::of, audit, clock);
  }

  /**
   * Warns in the log where digests are not keyed, or keys are lost with their pepper.
   *
   * @param plans the names of the plans that a key may have now; none: any, since nobody is limited
   */
  public ApiKeys(
      KeySettings settings,
      ApiKeyStore store,
      Supplier<Set<String>> plans,
      AuditSink audit,
      Clock clock) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.store = Objects.requireNonNull(store, "store");
    this.audit = Objects.requireNonNull(audit, "audit");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.rules = new KeyRules(settings, plans, clock);
    this.format = new KeyFormat(settings.prefix(), store.idKey());
    this.digests = new KeyDigests(settings.peppers());
    warn();
  }

  /**
   * Issues a key. Its text is in the result and nowhere else.
   *
   * @throws IllegalArgumentException if the settings don't allow such a key
   */
  public IssuedKey issue(KeyTerms terms, Actor by) {
    rules.requireAllowed(terms, clock.instant());
    try (Place place = audit.reserve()) {
      for (int i = 0; i < ATTEMPTS; i++) {
        IssuedKey issued = make(terms, by);
        if (!store.insert(issued.record())) continue; // 62^10 ids, and this one was taken
        place.record(event("key.issued", issued.record().id(), by, null));
        return issued;
      }
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
  public Optional<ApiKeyRecord> issueInitial(KeyTerms admin, Actor by, Consumer<Secret> handOver) {
    IssuedKey issued = make(admin, by);
    try (Place place = audit.reserve()) {
      if (!store.insertFirst(issued.record(), () -> handOver.accept(issued.key()))) {
        return Optional.empty();
      }
      place.record(event("key.issued", issued.record().id(), by, null));
    }
    return Optional.of(issued.record());
  }

  /**
   * Takes over a key that another system issued. Its text goes on to be shown, in the key's header
   * alone and while the settings let foreign keys in; it has an id of ours.
   *
   * @throws KeyConflictException if it is here already
   * @throws IllegalArgumentException if the settings don't allow such a key, or the digest was made
   *     with a secret that they don't list
   */
  public ApiKeyRecord importForeign(ForeignKey key, KeyTerms terms, Actor by) {
    List<KeyDigest> sameText = digestsOf(key);
    rules.requireForeign(terms);
    rules.requireAllowed(terms, clock.instant());
    ApiKeyRecord imported = imported(terms, sameText.get(0), by);
    try (Place place = audit.reserve()) {
      if (!store.insertForeign(imported, sameText)) {
        throw new KeyConflictException("This key was imported already.");
      }
      place.record(event("key.imported", imported.id(), by, null));
    }
    return imported;
  }

  /**
   * As {@link #issueInitial}, for a key whose text the deployer made.
   *
   * @param sha256 of its text, as {@link ForeignKey#ofSha256}
   */
  public Optional<ApiKeyRecord> importInitial(String sha256, KeyTerms admin, Actor by) {
    List<KeyDigest> sameText = digestsOf(ForeignKey.ofSha256(sha256));
    ApiKeyRecord imported = imported(admin, sameText.get(0), by);
    try (Place place = audit.reserve()) {
      if (!store.insertFirst(imported, () -> {})) return Optional.empty();
      place.record(event("key.imported", imported.id(), by, null));
    }
    return Optional.of(imported);
  }

  /** Finds a key by its id, as it is in the store now. */
  public Optional<ApiKeyRecord> find(String id) {
    return KeyFormat.isId(id) ? store.read(id) : Optional.empty();
  }

  /** From when on a key is no longer good; empty: always is. */
  public Optional<Instant> end(ApiKeyRecord key) {
    return Optional.ofNullable(key.end(settings.maxAge()));
  }

  /**
   * Lists keys in the order of their ids.
   *
   * @param limit how many at most, 1 to 1000
   * @param afterId the last id of the list before this one; null: from the first
   */
  public List<ApiKeyRecord> list(KeyQuery query, int limit, @Nullable String afterId) {
    if (limit < 1 || limit > MOST_LISTED) {
      throw new IllegalArgumentException("limit must be 1 to 1000, was " + limit);
    }
    if (afterId != null && !KeyFormat.isId(afterId)) {
      throw new IllegalArgumentException("afterId must be the id of a key");
    }
    // Nobody can be called so, and no database need be asked whether somebody is.
    if (query.owner() != null && !KeyTerms.isText(query.owner())) return List.of();
    if (query.text() != null && !KeyTerms.isText(query.text())) return List.of();
    return store.list(query, limit, afterId);
  }

  /**
   * Changes a key's terms, or lets it be used again or not for now.
   *
   * @param ifVersion change it only if this is its version
   * @param edit makes of what is what shall be; what it throws changes nothing and is passed on
   * @return the key as it is then; empty: there is no such key
   * @throws KeyVersionException if it has another version
   * @throws KeyConflictException if it is revoked
   * @throws IllegalArgumentException if the settings don't allow such a key
   */
  public Optional<ApiKeyRecord> change(
      String id, OptionalLong ifVersion, UnaryOperator<KeyEdit> edit, Actor by) {
    Function<ApiKeyRecord, ApiKeyRecord> step =
        key -> {
          if (ifVersion.isPresent() && ifVersion.getAsLong() != key.version()) {
            throw new KeyVersionException();
          }
          if (key.status() == Status.REVOKED) {
            throw new KeyConflictException("The key is revoked, and stays so.");
          }
          return edited(key, edit.apply(new KeyEdit(key.terms(), key.status() == Status.ACTIVE)));
        };
    try (Place place = audit.reserve()) {
      Optional<Changed> changed = change(id, step, by);
      changed
          .filter(Changed::happened)
          .ifPresent(c -> place.record(event(action(c), id, by, null)));
      return changed.map(Changed::after);
    }
  }

  /**
   * Lets a key be used again, or not for now.
   *
   * @return false: there is no such key
   * @throws KeyConflictException if it is revoked
   */
  public boolean setEnabled(String id, boolean enabled, Actor by) {
    return change(id, OptionalLong.empty(), e -> new KeyEdit(e.terms(), enabled), by).isPresent();
  }

  /**
   * Ends a key for good, and every key that was derived from it. The next request that shows one is
   * refused.
   *
   * @param because why, as long as an owner; null: nobody says
   * @return false: there never was such a key
   */
  public boolean revoke(String id, @Nullable String because, Actor by) {
    if (because != null && !KeyTerms.isText(because)) {
      throw new IllegalArgumentException(
          "reason must have 1 to 200 characters and no control characters");
    }
    try (Place place = audit.reserve()) {
      Optional<Changed> changed =
          change(id, key -> key.status() == Status.REVOKED ? key : key.revoked(because), by);
      Optional<Boolean> happened = changed.map(Changed::happened);
      if (happened.isEmpty() && KeyFormat.isId(id)) happened = store.revokeUnread(id);
      if (happened.orElse(false)) place.record(event("key.revoked", id, by, because));
      return happened.isPresent();
    }
  }

  /**
   * Issues a key that takes another one's place, with its terms and its lineage. The old one stays
   * good until the overlap has passed since the successor's first use, and no longer than {@link
   * #MAX_OVERLAP} from now; without an overlap it ends now.
   *
   * @return empty: there is no such key
   * @throws KeyConflictException if it may not be used now, has ended, was rotated already (of two
   *     at once one wins), or was derived
   * @throws IllegalArgumentException if the overlap is negative or too long
   */
  public Optional<IssuedKey> rotate(String id, Duration overlap, Actor by) {
    return rotate(id, overlap, terms -> {}, by);
  }

  /**
   * As {@link #rotate(String, Duration, Actor)}, where it depends on what the key may do.
   *
   * @param permission asked while nobody else can change the key; what it throws changes nothing
   *     and is passed on
   */
  public Optional<IssuedKey> rotate(
      String id, Duration overlap, Consumer<KeyTerms> permission, Actor by) {
    if (overlap.isNegative() || overlap.compareTo(MAX_OVERLAP) > 0) {
      throw new IllegalArgumentException("overlap must be PT0S to P30D");
    }
    return issueFrom(
        id,
        "key.rotated",
        (key, text) -> {
          permission.accept(key.terms());
          rules.requireUsable(key);
          if (key.lineage().successor() != null) {
            throw new KeyConflictException("The key was rotated already: rotate the new one.");
          }
          if (key.lineage().parent() != null) {
            throw new KeyConflictException("A derived key can't be rotated: derive another.");
          }
          Lineage lineage = key.lineage().next(key.id());
          ApiKeyRecord next =
              fresh(text.id(), begun(key.terms()), lineage, digests.of(text.whole()), by);
          return new Step(replaced(key, next.id(), overlap, next.createdAt()), next);
        },
        by);
  }

  /**
   * Issues a short-lived key that may do less than another one, shares its limits and ends with it.
   * It has no roles.
   *
   * @param scopes some of the parent's
   * @param ttl how long it lives at most; no longer than {@link #MAX_DERIVED}
   * @return empty: there is no such parent
   * @throws KeyConflictException if the parent may not be used now, has ended, is publishable, or
   *     was derived itself
   * @throws IllegalArgumentException if it would get more than the parent has
   */
  public Optional<IssuedKey> derive(String parentId, Set<String> scopes, Duration ttl, Actor by) {
    if (ttl.compareTo(Duration.ofMillis(1)) < 0 || ttl.compareTo(MAX_DERIVED) > 0) {
      throw new IllegalArgumentException("ttl must be more than nothing, and at most PT1H");
    }
    return issueFrom(
        parentId,
        "key.derived",
        (parent, text) -> {
          rules.requireUsable(parent);
          KeyRules.requireParent(parent, scopes);
          Instant end = clock.instant().plus(ttl);
          Instant parentsEnd = parent.end(settings.maxAge());
          KeyTerms terms =
              parent
                  .terms()
                  .edit()
                  .name(null)
                  .description(null)
                  .scopes(scopes)
                  .roles()
                  .notBefore(null)
                  .expiresAt(parentsEnd != null && parentsEnd.isBefore(end) ? parentsEnd : end)
                  .metadata(KeyMetadata.NONE)
                  .build();
          Lineage lineage = parent.lineage().child(parent.id());
          return new Step(parent, fresh(text.id(), terms, lineage, digests.of(text.whole()), by));
        },
        by);
  }

  /** Begins the overlap of a key whose successor was used for the first time. */
  void successorUsed(String id, String successor, Instant at) {
    Function<ApiKeyRecord, ApiKeyRecord> step =
        key -> {
          Duration overlap = key.lineage().overlap();
          if (overlap == null || !successor.equals(key.lineage().successor())) return key;
          if (key.status() == Status.REVOKED) return key;
          return key.with(ending(key.terms(), at.plus(overlap), at))
              .with(key.lineage().followedBy(successor, null));
        };
    try (Place place = audit.reserve()) {
      change(id, step, SALLYPORT)
          .filter(Changed::happened)
          .map(c -> "ends " + Objects.requireNonNull(c.after().terms().expiresAt()))
          .ifPresent(ends -> place.record(event("key.overlap-begun", id, SALLYPORT, ends)));
    }
  }

  private ApiKeyRecord edited(ApiKeyRecord key, KeyEdit edit) {
    KeyTerms before = key.terms();
    KeyTerms after = edit.terms();
    if (!after.owner().equals(before.owner())
        || !after.environment().equals(before.environment())
        || after.kind() != before.kind()) {
      throw new IllegalArgumentException(
          "owner, environment and kind can't be changed: issue another key");
    }
    boolean enabled = key.status() == Status.ACTIVE;
    if (after.equals(before) && edit.enabled() == enabled) return key;
    if (!after.equals(before)) {
      Set<String> added = new HashSet<>(after.scopes());
      added.removeAll(before.scopes());
      rules.requireScopes(after.kind(), added);
      if (!Objects.equals(after.plan(), before.plan())) rules.requirePlan(after);
      if (!Objects.equals(after.expiresAt(), before.expiresAt())) {
        rules.requireAge(after, key.createdAt());
      }
      if (key.lineage().parent() != null) {
        throw new KeyConflictException("The terms of a derived key can't be changed.");
      }
    }
    return key.with(after).with(edit.enabled() ? Status.ACTIVE : Status.DISABLED);
  }

  private static String action(Changed changed) {
    if (!changed.before().terms().equals(changed.after().terms())) return "key.changed";
    return changed.after().status() == Status.ACTIVE ? "key.enabled" : "key.disabled";
  }

  /** A key that has a successor. */
  private static ApiKeyRecord replaced(
      ApiKeyRecord key, String successor, Duration overlap, Instant now) {
    boolean atOnce = overlap.isZero();
    return key.with(ending(key.terms(), atOnce ? now : now.plus(MAX_OVERLAP), now))
        .with(key.lineage().followedBy(successor, atOnce ? null : overlap));
  }

  /** The same terms, but no later end than this. What would begin after that has ended now. */
  private static KeyTerms ending(KeyTerms terms, Instant end, Instant now) {
    Instant agreed = terms.expiresAt();
    if (agreed != null && !agreed.isAfter(end)) return terms;
    Instant begin = terms.notBefore();
    return begin != null && !begin.isBefore(end)
        ? terms.edit().notBefore(null).expiresAt(now).build()
        : terms.edit().expiresAt(end).build();
  }

  /** The same terms, without a begin that has passed. */
  private KeyTerms begun(KeyTerms terms) {
    Instant begin = terms.notBefore();
    return begin == null || clock.instant().isBefore(begin)
        ? terms
        : terms.edit().notBefore(null).build();
  }

  private List<KeyDigest> digestsOf(ForeignKey key) {
    if (key instanceof ForeignKey.Text text) return digests.ofForeign(text.text());
    ForeignKey.Digest digest = (ForeignKey.Digest) key;
    requireKnownSecret(digest.of());
    return digests.ofForeign(digest.of(), HexFormat.of().parseHex(digest.hex().reveal()));
  }

  private void requireKnownSecret(String of) {
    if (!of.startsWith(KeyDigest.OF_HMAC)) return;
    String id = of.substring(KeyDigest.OF_HMAC.length());
    if (id.isEmpty() || !digests.pepperIds().contains(id)) {
      throw new IllegalArgumentException(
          "the secret of the HMAC must be listed in sallyport.api-key.pepper, behind your own, and"
              + " be named by its id, which are: "
              + String.join(" ", digests.pepperIds()).trim());
    }
  }

  private Optional<Changed> change(String id, Function<ApiKeyRecord, ApiKeyRecord> step, Actor by) {
    return changeAndAdd(id, key -> Step.to(step.apply(key)), by);
  }

  private Optional<Changed> changeAndAdd(String id, Function<ApiKeyRecord, Step> change, Actor by) {
    if (!KeyFormat.isId(id)) return Optional.empty();
    return store.change(
        id,
        key -> {
          Step step = change.apply(key);
          return step.record().equals(key)
              ? step
              : new Step(step.record().changed(now(), nameOf(by)), step.added());
        });
  }

  /** Issues a key that comes from another one, in one transaction with what that does to it. */
  private Optional<IssuedKey> issueFrom(
      String id, String action, BiFunction<ApiKeyRecord, KeyText, Step> step, Actor by) {
    Optional<ApiKeyRecord> from = find(id);
    if (from.isEmpty()) return Optional.empty();
    KeyTerms same = from.get().terms(); // environment and kind never change
    KeyText text = format.make(same.environment(), same.kind(), random);
    try (Place place = audit.reserve()) {
      Optional<Changed> changed = changeAndAdd(id, key -> step.apply(key, text), by);
      changed.ifPresent(c -> place.record(event(action, id, by, "as " + text.id())));
      return changed.map(Changed::added).map(added -> new IssuedKey(added, text.whole()));
    }
  }

  private IssuedKey make(KeyTerms terms, Actor by) {
    KeyText text = format.make(terms.environment(), terms.kind(), random);
    KeyDigest digest = digests.of(text.whole());
    return new IssuedKey(
        fresh(text.id(), terms, Lineage.first(text.id()), digest, by), text.whole());
  }

  private ApiKeyRecord imported(KeyTerms terms, KeyDigest digest, Actor by) {
    // The text that belongs to this id is nobody's, and is forgotten here.
    String id = format.make(terms.environment(), terms.kind(), random).id();
    return fresh(id, terms, Lineage.first(id), digest, by);
  }

  private ApiKeyRecord fresh(
      String id, KeyTerms terms, Lineage lineage, KeyDigest digest, Actor by) {
    Instant now = now();
    return new ApiKeyRecord(
        id, terms, Status.ACTIVE, null, now, nameOf(by), now, nameOf(by), lineage, null, 1, digest);
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis()); // as it will come back from the store
  }

  private static String nameOf(Actor by) {
    return by.name() == null ? "nobody" : KeyTerms.fit(by.name());
  }

  private AuditEvent event(String action, String id, Actor by, @Nullable String detail) {
    return new AuditEvent(clock.instant(), action, null, by, id, detail);
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
          "API keys made under a pepper, or imported with a secret, that sallyport.api-key.pepper"
              + " no longer lists: {0}; they are refused as unknown",
          Long.toString(lost));
    }
  }
}
