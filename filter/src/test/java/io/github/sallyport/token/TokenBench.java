package io.github.sallyport.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.Credential.ApiKey;
import io.github.sallyport.Refused;
import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.Telemetry;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.jwt.JwtAuthenticator;
import io.github.sallyport.jwt.KeySource;
import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyAuthenticator;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.KeyUses;
import io.github.sallyport.key.Pepper;
import io.github.sallyport.limit.Failures;
import io.github.sallyport.limit.Limit;
import io.github.sallyport.store.Store;
import io.github.sallyport.store.StoreSettings;
import io.github.sallyport.testing.HandClock;
import io.github.sallyport.testing.KnownSecrets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Everything that issues and verifies, on the store that comes along, by a clock of our own. */
final class TokenBench implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-25T12:00:00.750Z");
  static final String OURS = "https://orders.example";
  static final String IDP = "https://idp.example";
  static final String LOOSE = "https://loose.example";
  static final String BEHIND = "https://billing.example";
  static final Duration TTL = Duration.ofMinutes(15);
  static final Duration GRACE = Duration.ofMinutes(10);
  static final Actor ANNA = new Actor("anna", "r-1", "203.0.113.9", "POST", "/sallyport/token");
  static final SigningKey OWN = SigningKey.generate(SignatureAlgorithm.EdDSA);
  static final SigningKey THEIRS = SigningKey.generate(SignatureAlgorithm.EdDSA);

  final HandClock clock = new HandClock(NOW);
  final AtomicLong nanos = new AtomicLong();
  final List<AuditEvent> audited = new ArrayList<>();
  boolean auditIsFull;
  final AuditSink audit =
      new AuditSink() {
        @Override
        public void record(AuditEvent event) {
          audited.add(event);
        }

        @Override
        public AuditSink.Place reserve() {
          if (auditIsFull) throw new StoreUnavailableException("full");
          return AuditSink.super.reserve();
        }
      };
  final Store store;
  final Caches caches;
  final TokenSettings settings;
  final ApiKeys keys;
  final KeyAuthenticator byKey;
  final Revocations revocations;
  final JwtAuthenticator verifier;
  final OwnTokens tokens;
  final RefreshTokens refresh;
  final Grants grants;
  final TokenExchange exchange;
  final Tokens api;
  final TokenFinder finder;
  final RevocationRequests requests;
  final Introspection introspection;

  TokenBench(Path folder) {
    store =
        Store.open(
            new StoreSettings(
                new StoreSettings.Source.Embedded(folder), null, true, Duration.ofSeconds(5)));
    caches =
        Caches.open(
            new CacheSettings(
                Duration.ofMinutes(5), 100, Duration.ofMillis(50), Duration.ofMinutes(10)),
            store.feed());
    settings =
        new TokenSettings(
            OURS,
            Set.of(OURS),
            SignatureAlgorithm.EdDSA,
            TTL,
            Duration.ofDays(30),
            GRACE,
            List.of(OWN),
            Duration.ofDays(30),
            Duration.ofDays(7),
            Set.of(BEHIND),
            "login");
    KeySettings keySettings =
        new KeySettings(
            "sp",
            List.of(new Pepper("0123456789abcdef0123456789abcdef".getBytes(US_ASCII))),
            null,
            true,
            null,
            Set.of("orders:read"));
    keys = new ApiKeys(keySettings, store.apiKeys(), audit, clock);
    byKey =
        new KeyAuthenticator(
            keySettings,
            store.apiKeys(),
            new KeyUses(keySettings, store.apiKeys(), keys, clock),
            clock);
    revocations = Revocations.open(store.revocations(), caches, OURS, audit, clock);
    verifier = JwtAuthenticator.open(issuers(), 0, caches, revocations, clock, Telemetry.NONE);
    tokens = new OwnTokens(verifier, OURS, byKey::standing);
    refresh = new RefreshTokens(store.refresh(), GRACE, audit);
    AccessTokens access = new AccessTokens(settings, () -> OWN, clock);
    grants = new Grants(settings, access, refresh, revocations, audit, clock);
    exchange =
        new TokenExchange(
            settings, tokens, verifier::verified, byKey, Set.of(IDP), revocations, grants);
    Failures failures = new Failures(Limit.of(3, Duration.ofMinutes(1)), nanos::get);
    api = new Tokens(settings, grants, refresh, revocations, failures, audit, clock);
    finder = new TokenFinder(verifier::verified, refresh, byKey::holder);
    requests = new RevocationRequests(settings, "sallyport:admin", finder, api, revocations, keys);
    introspection = new Introspection(OURS, finder, tokens, byKey::standing, clock);
  }

  private static List<Issuer> issuers() {
    return List.of(
        issuer("sallyport", OURS, OWN, Set.of(OURS), Set.of("at+jwt")),
        issuer("idp", IDP, THEIRS, Set.of("orders"), Set.of()),
        issuer("loose", LOOSE, THEIRS, Set.of(), Set.of()));
  }

  private static Issuer issuer(
      String name, String iss, SigningKey key, Set<String> audience, Set<String> types) {
    return new Issuer(
        name,
        iss,
        new KeySource.Fixed(List.of(key.verifying())),
        Set.of(SignatureAlgorithm.EdDSA),
        audience,
        types,
        Set.of(),
        List.of("sub"),
        "roles",
        List.of("scope"),
        Duration.ZERO,
        null);
  }

  /** A key with these scopes. */
  IssuedKey key(String... scopes) {
    return issue(KeyTerms.of("acme").scopes(scopes));
  }

  IssuedKey issue(KeyTerms.Builder terms) {
    IssuedKey issued = keys.issue(terms.build(), ANNA);
    KnownSecrets.add(issued.key().reveal());
    return issued;
  }

  Application application(IssuedKey key) {
    return application(key, Sender.UNKNOWN);
  }

  Application application(IssuedKey key, Sender sender) {
    return byKey(key, sender).application().orElseThrow();
  }

  Caller byKey(IssuedKey key, Sender sender) {
    Authentication found =
        byKey.authenticate(new ApiKey(key.key(), ApiKey.Place.KEY_HEADER, sender));
    return ((Authentication.Known) found).caller();
  }

  /** What was issued, which must be. */
  static IssuedTokens issued(TokenAnswer answer) {
    assertThat(answer).isInstanceOf(TokenAnswer.Issued.class);
    IssuedTokens issued = ((TokenAnswer.Issued) answer).tokens();
    KnownSecrets.add(issued.access().text().reveal());
    if (issued.refresh() != null) KnownSecrets.add(issued.refresh().reveal());
    return issued;
  }

  static TokenError denied(TokenAnswer answer) {
    assertThat(answer).isInstanceOf(TokenAnswer.Denied.class);
    assertThat(((TokenAnswer.Denied) answer).description()).endsWith(".");
    return ((TokenAnswer.Denied) answer).error();
  }

  /** A token for a key. */
  Secret tokenOf(IssuedKey key) {
    return issued(grants.clientCredentials(application(key), ScopeRequest.ALL, ANNA))
        .access()
        .text();
  }

  IssuedTokens login(String name) {
    IssuedTokens issued =
        api.issue(
            new LoginUser(
                name, Set.of("orders:read", "orders:write"), Set.of("user"), Map.of("a", "b")),
            ANNA);
    KnownSecrets.add(issued.access().text().reveal());
    return issued;
  }

  /** A good token of another issuer; a claim that is empty is left out. */
  Secret foreign(String issuer, String subject, Map<String, ?> more) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", issuer);
    claims.put("sub", subject);
    claims.put("aud", "orders");
    claims.put("iat", clock.instant().getEpochSecond());
    claims.put("exp", clock.instant().plusSeconds(300).getEpochSecond());
    claims.put("jti", "jti-" + subject);
    claims.put("scope", "orders:read orders:write");
    claims.put("roles", List.of("staff"));
    claims.putAll(more);
    claims.values().removeIf(""::equals);
    return new Secret(THEIRS.sign("JWT", claims));
  }

  Authentication show(Secret token, Sender sender) {
    return tokens.authenticate(new Credential.Bearer(token, sender));
  }

  Caller known(Secret token) {
    Authentication found = show(token, Sender.UNKNOWN);
    assertThat(found).isInstanceOf(Authentication.Known.class);
    return ((Authentication.Known) found).caller();
  }

  Refused refused(Secret token) {
    return refused(token, Sender.UNKNOWN);
  }

  Refused refused(Secret token, Sender sender) {
    Authentication found = show(token, sender);
    assertThat(found).isInstanceOf(Authentication.No.class);
    return ((Authentication.No) found).why();
  }

  Map<String, @Nullable Object> claims(Secret token) {
    return known(token).claims();
  }

  /** Another node at the same store, which hears of what is done here. */
  Node node() {
    return new Node();
  }

  /** What another node verifies. */
  final class Node implements AutoCloseable {
    private final Caches own =
        Caches.open(
            new CacheSettings(
                Duration.ofMinutes(5), 100, Duration.ofMillis(50), Duration.ofMinutes(10)),
            store.feed());
    private final JwtAuthenticator verifies =
        JwtAuthenticator.open(
            issuers(),
            100,
            own,
            Revocations.open(store.revocations(), own, OURS, audit, clock),
            clock,
            Telemetry.NONE);

    private Node() {}

    boolean knows(Secret token) {
      return verifies.authenticate(new Credential.Bearer(token)) instanceof Authentication.Known;
    }

    void known(Secret token) {
      assertThat(knows(token)).isTrue();
    }

    @Override
    public void close() {
      verifies.close();
      own.close();
    }
  }

  /** The actions that audit has since this was asked last, each with its target. */
  List<String> events() {
    List<String> events = audited.stream().map(e -> e.action() + " " + e.target()).toList();
    audited.clear();
    return events;
  }

  @Override
  public void close() {
    verifier.close();
    caches.close();
    store.close();
  }
}
