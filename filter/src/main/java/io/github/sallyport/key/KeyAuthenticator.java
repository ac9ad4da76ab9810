package io.github.sallyport.key;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Authenticator;
import io.github.sallyport.Credential;
import io.github.sallyport.Credential.ApiKey.Place;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.IpAddress;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Establishes the application that shows an API key.
 *
 * <p>Why a key does not stand is said only to who has all of it: until the secret has matched,
 * every fault is the same {@code key_unknown}. Status, times, address and page are judged on every
 * request, so that a copy of the record never outlives the key.
 */
public final class KeyAuthenticator implements Authenticator<Credential.ApiKey> {
  private static final Authentication UNKNOWN =
      new Authentication.No(Refused.of(Refusal.KEY_UNKNOWN, "There is no such API key."));

  private final KeySettings settings;
  private final ApiKeyStore store;
  private final KeyUses uses;
  private final Clock clock;
  private final KeyFormat format;
  private final KeyDigests digests;

  /** Judges by the same settings and the same store as the {@link ApiKeys} that issue. */
  public KeyAuthenticator(KeySettings settings, ApiKeyStore store, KeyUses uses, Clock clock) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.store = Objects.requireNonNull(store, "store");
    this.uses = Objects.requireNonNull(uses, "uses");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.format = new KeyFormat(settings.prefix(), store.idKey());
    this.digests = new KeyDigests(settings.peppers());
  }

  @Override
  public Authentication authenticate(Credential.ApiKey credential) {
    Secret text = credential.text();
    ApiKeyRecord key = named(credential);
    if (key == null || !digests.matches(key.digest(), text)) return UNKNOWN;
    Instant now = clock.instant();
    Refused refused = fault(key, credential.sender(), now);
    if (refused != null) return new Authentication.No(refused.about(key.id()));
    uses.note(key, credential);
    return new Authentication.Known(EstablishedCaller.byKey(application(key), now));
  }

  /**
   * Says how a key stands that is named by its id, where the text was shown before: for tokens that
   * were made of keys. It is no use of the key.
   *
   * @param sender whom the key's addresses and pages are held against; null: they don't matter
   */
  public Authentication standing(String id, @Nullable Sender sender) {
    ApiKeyRecord key = KeyFormat.isId(id) ? store.find(id).orElse(null) : null;
    if (key == null) return UNKNOWN;
    Instant now = clock.instant();
    Refused refused = fault(key, sender, now);
    return refused == null
        ? new Authentication.Known(EstablishedCaller.byKey(application(key), now))
        : new Authentication.No(refused.about(key.id()));
  }

  /**
   * Tells whose whole text this is, however that key stands. It is no use of the key.
   *
   * @return empty: no key's, or not that of the key that it names
   */
  public Optional<ApiKeyRecord> holder(Secret text) {
    ApiKeyRecord key = named(new Credential.ApiKey(text));
    return Optional.ofNullable(key).filter(found -> digests.matches(found.digest(), text));
  }

  @Override
  public Optional<String> publicId(Credential.ApiKey credential) {
    return format.parse(credential.text()).map(KeyText::id);
  }

  /** The key that a text names; whether it is that key's text is not said. */
  private @Nullable ApiKeyRecord named(Credential.ApiKey credential) {
    Optional<KeyText> ours = format.parse(credential.text());
    if (ours.isPresent()) return store.find(ours.get().id()).orElse(null);
    if (!mayBeForeign(credential)) return null;
    return store
        .findForeign(digests.ofForeign(credential.text()))
        .flatMap(store::find)
        .orElse(null);
  }

  private boolean mayBeForeign(Credential.ApiKey credential) {
    if (credential.place() != Place.KEY_HEADER) return false;
    if (credential.text().reveal().length() < ForeignKey.MIN_CHARS) return false;
    String initial = settings.initialDigest();
    return settings.foreign()
        || (initial != null && KeyDigests.isSha256(initial, credential.text()));
  }

  /** Why a key whose text was shown does not stand; null if it does. */
  private @Nullable Refused fault(ApiKeyRecord key, @Nullable Sender sender, Instant now) {
    Refused ended = end(key, now);
    if (ended != null) return ended;
    String parentId = key.lineage().parent();
    if (parentId != null) {
      Optional<ApiKeyRecord> parent = store.find(parentId);
      // One that was derived itself was never a parent of ours, and may lead in a circle.
      if (parent.isEmpty() || parent.get().lineage().parent() != null) {
        return Refused.of(Refusal.KEY_REVOKED, "The API key that it was derived from is gone.");
      }
      Refused parents = fault(parent.get(), sender, now);
      if (parents != null) return parents;
    }
    if (sender == null) return null;
    if (!isFrom(key.terms().addresses(), sender)) {
      return Refused.of(
          Refusal.ADDRESS_REFUSED, "The API key may not be used from this client's address.");
    }
    if (!isOn(key.terms().origins(), sender)) {
      return Refused.of(
          Refusal.ORIGIN_REFUSED,
          "The API key may only be used by pages of named origins, and neither Origin nor Referer"
              + " names one of them.");
    }
    return null;
  }

  private @Nullable Refused end(ApiKeyRecord key, Instant now) {
    switch (key.status()) {
      case REVOKED -> {
        return Refused.of(Refusal.KEY_REVOKED, "The API key was revoked.");
      }
      case DISABLED -> {
        return Refused.of(Refusal.KEY_DISABLED, "The API key is disabled.");
      }
      case ACTIVE -> {}
    }
    Instant begin = key.terms().notBefore();
    if (begin != null && now.isBefore(begin)) {
      return Refused.of(Refusal.KEY_NOT_YET_VALID, "The API key is not valid yet.");
    }
    Instant end = key.end(settings.maxAge());
    if (end != null && !now.isBefore(end)) {
      return Refused.of(Refusal.KEY_EXPIRED, "The API key has expired.");
    }
    return null;
  }

  private static boolean isFrom(Set<AddressRange> ranges, Sender sender) {
    if (ranges.isEmpty()) return true;
    if (sender.address() == null) return false;
    Optional<byte[]> address = IpAddress.literal(sender.address());
    return address.isPresent() && ranges.stream().anyMatch(r -> r.contains(address.get()));
  }

  private static boolean isOn(Set<WebOrigin> origins, Sender sender) {
    if (origins.isEmpty()) return true;
    if (sender.page() == null) return false;
    return WebOrigin.ofPage(sender.page()).filter(origins::contains).isPresent();
  }

  private Application application(ApiKeyRecord key) {
    KeyTerms terms = key.terms();
    return new Application(
        key.id(),
        key.lineage().id(),
        terms.kind() == KeyKind.PUBLISHABLE,
        terms.owner(),
        terms.plan(),
        terms.environment(),
        scopes(key),
        terms.roles(),
        key.end(settings.maxAge()),
        key.lineage().successor() != null);
  }

  /** What it was granted and may still carry: settings and parents may have become stricter. */
  private Set<String> scopes(ApiKeyRecord key) {
    Set<String> granted = key.terms().scopes();
    if (key.terms().kind() == KeyKind.PUBLISHABLE) {
      return common(granted, settings.publishableScopes());
    }
    String parentId = key.lineage().parent();
    if (parentId == null) return granted;
    Optional<ApiKeyRecord> parent = store.find(parentId);
    return parent.isEmpty() ? Set.of() : common(granted, parent.get().terms().scopes());
  }

  private static Set<String> common(Set<String> some, Set<String> others) {
    if (others.containsAll(some)) return some;
    Set<String> common = new HashSet<>(some);
    common.retainAll(others);
    return common;
  }
}
