package io.github.sallyport.key;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Authenticator;
import io.github.sallyport.Credential;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Establishes the application that shows an API key.
 *
 * <p>Why a key does not stand is said only to who has all of it: until the secret has matched,
 * every fault is the same {@code key_unknown}. Status and times are judged on every request, so
 * that a copy of the record never outlives the key.
 */
public final class KeyAuthenticator implements Authenticator<Credential.ApiKey> {
  private static final Authentication UNKNOWN =
      new Authentication.No(Refused.of(Refusal.KEY_UNKNOWN, "There is no such API key."));

  private final ApiKeyStore store;
  private final Clock clock;
  private final KeyFormat format;
  private final KeyDigests digests;

  public KeyAuthenticator(KeySettings settings, ApiKeyStore store, Clock clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.format = new KeyFormat(settings.prefix(), store.idKey());
    this.digests = new KeyDigests(settings.peppers());
  }

  @Override
  public Authentication authenticate(Credential.ApiKey credential) {
    Optional<KeyText> text = format.parse(credential.text());
    if (text.isEmpty()) return UNKNOWN;
    Optional<ApiKeyRecord> found = store.find(text.get().id());
    if (found.isEmpty() || !digests.matches(found.get().digest(), text.get().whole())) {
      return UNKNOWN;
    }
    return judge(found.get(), clock.instant());
  }

  @Override
  public Optional<String> publicId(Credential.ApiKey credential) {
    return format.parse(credential.text()).map(KeyText::id);
  }

  private static Authentication judge(ApiKeyRecord key, Instant now) {
    switch (key.status()) {
      case REVOKED:
        return refused(Refusal.KEY_REVOKED, "The API key was revoked.", key);
      case DISABLED:
        return refused(Refusal.KEY_DISABLED, "The API key is disabled.", key);
      case ACTIVE:
        break;
    }
    if (key.notBefore() != null && now.isBefore(key.notBefore())) {
      return refused(Refusal.KEY_NOT_YET_VALID, "The API key is not valid yet.", key);
    }
    if (key.expiresAt() != null && !now.isBefore(key.expiresAt())) {
      return refused(Refusal.KEY_EXPIRED, "The API key has expired.", key);
    }
    return new Authentication.Known(EstablishedCaller.byKey(application(key), now));
  }

  private static Authentication refused(Refusal refusal, String detail, ApiKeyRecord key) {
    return new Authentication.No(Refused.of(refusal, detail).about(key.id()));
  }

  private static Application application(ApiKeyRecord key) {
    return new Application(
        key.id(),
        key.owner(),
        key.plan(),
        key.environment(),
        key.scopes(),
        key.roles(),
        key.expiresAt());
  }
}
