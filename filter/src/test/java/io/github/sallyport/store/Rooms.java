package io.github.sallyport.store;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Credential;
import io.github.sallyport.Credential.ApiKey.Place;
import io.github.sallyport.Refusal;
import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.ChangeSource;
import io.github.sallyport.cache.Changes;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.CachedApiKeys;
import io.github.sallyport.key.KeyAuthenticator;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.KeyUses;
import io.github.sallyport.key.Pepper;
import io.github.sallyport.testing.HandClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;

/** Store, copies and keys, joined as a deployment joins them, on an H2 file. */
final class Rooms implements AutoCloseable {
  static final Actor ADMIN = Actor.part("admin");
  static final KeySettings KEYS =
      keySettings(
          List.of(new Pepper("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8))),
          null);
  static final CacheSettings CACHE =
      new CacheSettings(Duration.ofMinutes(5), 1000, Duration.ofMillis(20), Duration.ofMinutes(10));

  final Path folder;
  final HandClock clock = new HandClock(Instant.parse("2026-11-22T12:00:00.123Z"));
  final AtomicLong nanos = new AtomicLong();
  final AtomicInteger polls = new AtomicInteger();
  final List<AuditEvent> audited = new CopyOnWriteArrayList<>();
  final Store store;
  final Caches caches;
  final ApiKeys keys;
  final KeyUses uses;
  private final KeyAuthenticator authenticator;

  Rooms(Path folder) {
    this(folder, KEYS, CACHE);
  }

  Rooms(Path folder, KeySettings keySettings, CacheSettings cacheSettings) {
    this.folder = folder;
    store = Store.open(settings(folder));
    caches =
        Caches.open(
            cacheSettings,
            new ChangeSource() {
              @Override
              public Changes read(long from, int limit) {
                Changes read = store.feed().read(from, limit);
                polls.incrementAndGet();
                return read;
              }

              @Override
              public void prune(long upTo) {
                store.feed().prune(upTo);
              }
            },
            nanos::get);
    CachedApiKeys cached = new CachedApiKeys(store.apiKeys(), caches);
    keys = new ApiKeys(keySettings, cached, audited::add, clock);
    uses = new KeyUses(keySettings, cached, keys, clock);
    authenticator = new KeyAuthenticator(keySettings, cached, uses, clock);
  }

  static StoreSettings settings(Path folder) {
    return new StoreSettings(
        new StoreSettings.Source.Embedded(folder), null, true, Duration.ofSeconds(2));
  }

  static KeySettings keySettings(List<Pepper> peppers, @Nullable Duration maxAge) {
    return new KeySettings("sp", peppers, maxAge, false, null, Set.of());
  }

  static KeyTerms request() {
    return between(null, null);
  }

  static KeyTerms between(@Nullable Instant notBefore, @Nullable Instant expiresAt) {
    return KeyTerms.of("acme")
        .name("ci")
        .scopes("orders:read")
        .roles("clerk")
        .plan("pro")
        .notBefore(notBefore)
        .expiresAt(expiresAt)
        .build();
  }

  Authentication show(Secret key) {
    return show(new Credential.ApiKey(key));
  }

  Authentication show(Credential.ApiKey credential) {
    return authenticator.authenticate(credential);
  }

  /** The application that a key establishes, which must stand. */
  Application application(Secret key) {
    return ((Authentication.Known) show(key)).caller().application().orElseThrow();
  }

  /** The row of the refusal of a key that came from there; null where it stands. */
  @Nullable Refusal refusal(Secret key, Sender sender) {
    Credential.ApiKey credential = new Credential.ApiKey(key, Place.KEY_HEADER, sender);
    return show(credential) instanceof Authentication.No no ? no.why().refusal() : null;
  }

  ApiKeyRecord record(String id) {
    return store.apiKeys().find(id).orElseThrow();
  }

  /** What was audited since the last time, as action and target. */
  List<String> events() {
    List<String> events =
        audited.stream().map(e -> e.action() + " " + e.target() + " by " + e.by().name()).toList();
    audited.clear();
    return events;
  }

  /** The row of the refusal; null where the key stands. */
  @Nullable Refusal refusal(Secret key) {
    return show(key) instanceof Authentication.No no ? no.why().refusal() : null;
  }

  /** Runs SQL past us, in the file that is open. */
  void sql(String sql) throws SQLException {
    JdbcDataSource source = new JdbcDataSource();
    source.setUrl(EmbeddedH2.in(folder).url().reveal());
    source.setUser("sallyport");
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() {
    caches.close();
    store.close();
  }
}
