package io.github.sallyport.benchmark;

import io.github.sallyport.Secret;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.CachedApiKeys;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyAuthenticator;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.KeyUses;
import io.github.sallyport.key.Pepper;
import io.github.sallyport.store.Store;
import io.github.sallyport.store.StoreSettings;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Keys in a store, joined as a deployment joins them, with the product's own defaults. The database
 * lies in memory: it is asked once a key, before the clock runs.
 */
final class KeyRoom implements AutoCloseable {
  private static final Actor BY = Actor.part("benchmark");

  private final Store store;
  private final Caches caches;
  private final ApiKeys keys;
  private final KeyUses uses;
  private final KeyAuthenticator authenticator;

  private KeyRoom(String name) {
    store =
        Store.open(
            new StoreSettings(
                new StoreSettings.Source.Url(new Secret("jdbc:h2:mem:" + name), "sa", null),
                null,
                true,
                Duration.ofSeconds(2)));
    caches =
        Caches.open(
            new CacheSettings(
                Duration.ofMinutes(5), 100_000, Duration.ofSeconds(2), Duration.ofMinutes(1)),
            store.feed());
    CachedApiKeys cached = new CachedApiKeys(store.apiKeys(), caches);
    KeySettings settings =
        new KeySettings(
            "sp",
            List.of(new Pepper(new SecureRandom().generateSeed(Pepper.MIN_BYTES))),
            null,
            false,
            null,
            Set.of());
    Clock clock = Clock.systemUTC();
    keys = new ApiKeys(settings, cached, event -> {}, clock);
    uses = new KeyUses(settings, cached, keys, clock).start();
    authenticator = new KeyAuthenticator(settings, cached, uses, clock);
  }

  static KeyRoom open(String name) {
    return new KeyRoom(name);
  }

  KeyAuthenticator authenticator() {
    return authenticator;
  }

  /** Issues keys, and hands out each text as the bytes that a header would have. */
  byte[][] issue(int count) {
    byte[][] texts = new byte[count][];
    for (int i = 0; i < count; i++) texts[i] = bytes(issue());
    return texts;
  }

  /** A key that was revoked: it goes all the way, and is refused at its end. */
  byte[] issueRevoked() {
    IssuedKey issued = issue();
    keys.revoke(issued.record().id(), null, BY);
    return bytes(issued);
  }

  private IssuedKey issue() {
    return keys.issue(
        KeyTerms.of("acme")
            .name("ci")
            .scopes("orders:read", "orders:write")
            .roles("clerk")
            .plan("pro")
            .build(),
        BY);
  }

  private static byte[] bytes(IssuedKey issued) {
    return issued.key().reveal().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    uses.close();
    caches.close();
    store.close();
  }
}
