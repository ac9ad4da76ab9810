package io.github.sallyport.token;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Authentication;
import io.github.sallyport.Credential;
import io.github.sallyport.Secret;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.jwt.JwtAuthenticator;
import io.github.sallyport.jwt.KeySource;
import io.github.sallyport.jwt.KeySource.KeySet;
import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.Pepper;
import io.github.sallyport.testing.HandClock;
import io.github.sallyport.testing.LogCapture;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of signing keys, on one store that nodes share. */
class SigningKeysTest {
  private static final Instant START = Instant.parse("2026-11-25T12:00:00Z");
  private static final Duration TTL = Duration.ofMinutes(15);
  private static final Duration SKEW = Duration.ofMinutes(10);
  private static final Duration ROTATION = Duration.ofDays(30);
  private static final Duration OVERLAP = Duration.ofDays(7);
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final Actor ADMIN = Actor.part("admin");
  private static final Pepper OLD =
      new Pepper("0123456789abcdef0123456789abcdef".getBytes(US_ASCII));
  private static final Pepper NEW =
      new Pepper("abcdef0123456789abcdef0123456789".getBytes(US_ASCII));

  private final MemoryKeys store = new MemoryKeys();
  private final HandClock clock = new HandClock(START);
  private final List<Caches> opened = new ArrayList<>();
  private final List<AuditEvent> audited = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    store.down = false;
    opened.forEach(Caches::close);
  }

  private static TokenSettings settings(SigningKey... own) {
    return settings(ROTATION, OVERLAP, own);
  }

  private static TokenSettings settings(Duration rotation, Duration overlap, SigningKey... own) {
    return new TokenSettings(
        "https://orders.example",
        Set.of("orders"),
        SignatureAlgorithm.ES256,
        TTL,
        Duration.ofDays(30),
        Duration.ofSeconds(30),
        List.of(own),
        rotation,
        overlap,
        Set.of(),
        "login");
  }

  private static KeySettings peppers(Pepper... peppers) {
    return new KeySettings("sp", List.of(peppers), null, false, null, Set.of());
  }

  private Caches caches() {
    AtomicLong nanos = new AtomicLong();
    Caches caches =
        Caches.open(
            new CacheSettings(
                Duration.ofMinutes(5), 100, Duration.ofMillis(5), Duration.ofMinutes(10)),
            store,
            nanos::get);
    opened.add(caches);
    return caches;
  }

  private SigningKeys node() {
    return node(settings(), OLD);
  }

  private SigningKeys node(TokenSettings settings, Pepper... peppers) {
    return SigningKeys.open(settings, peppers(peppers), store, caches(), audited::add, clock);
  }

  private static List<String> kids(SigningKeys keys) {
    return keys.published().keys().stream().map(key -> String.valueOf(key.kid())).toList();
  }

  private List<String> stored() {
    return store.read().stream().map(SigningKeyRecord::kid).toList();
  }

  private void at(Instant time, SigningKeys... nodes) {
    clock.now = time;
    for (SigningKeys node : nodes) node.turn();
  }

  @Test
  void theFirstKeyIsMadeAtOnceAndTheNextWhereOneIsThereIsNot() {
    SigningKeys here = node();
    SigningKeys there = node();

    assertThat(stored()).hasSize(1);
    assertThat(here.signer().kid()).isEqualTo(there.signer().kid()).isEqualTo(stored().get(0));
    assertThat(kids(here)).isEqualTo(kids(there)).isEqualTo(stored());
    assertThat(audited)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.action()).isEqualTo("signing-key.added");
              assertThat(event.target()).isEqualTo(stored().get(0));
              assertThat(event.by().name()).isEqualTo("sallyport");
            });
    assertThat(store.read().get(0).toString()).doesNotContain(store.read().get(0).sealedKey());
  }

  @Test
  void aKeyIsPublishedBeforeItSignsAndForAsLongAsItsTokensLive() {
    SigningKeys keys = node();
    String first = keys.signer().kid();
    Instant change = START.plus(ROTATION);

    at(change.minus(OVERLAP).minus(MOMENT), keys);
    assertThat(kids(keys)).containsExactly(first);

    at(change.minus(OVERLAP), keys);
    assertThat(kids(keys)).hasSize(2).startsWith(first);
    String second = kids(keys).get(1);
    at(change.minus(MOMENT), keys);
    assertThat(keys.signer().kid()).isEqualTo(first);
    assertThat(kids(keys)).containsExactly(first, second);

    at(change, keys);
    assertThat(keys.signer().kid()).isEqualTo(second);
    at(change.plus(TTL).plus(SKEW).minus(MOMENT), keys);
    assertThat(kids(keys)).containsExactly(first, second);

    // By the clock alone, without a turn.
    clock.now = change.plus(TTL).plus(SKEW);
    assertThat(kids(keys)).containsExactly(second);
    assertThat(stored()).containsExactly(first, second);
    at(change.plus(TTL).plus(SKEW).plus(Duration.ofDays(1)), keys);
    assertThat(stored()).containsExactly(second);
    assertThat(keys.signer().kid()).isEqualTo(second);
  }

  @Test
  void aNodeThatWasDownForLongPublishesTheNextKeyBeforeItSigns() {
    SigningKeys before = node();
    String first = before.signer().kid();

    clock.now = START.plus(ROTATION).plus(Duration.ofDays(100));
    SigningKeys keys = node();

    assertThat(keys.signer().kid()).isEqualTo(first);
    assertThat(kids(keys)).hasSize(2);
    clock.now = clock.now.plus(SigningKeys.MAX_AGE);
    assertThat(keys.signer().kid()).isEqualTo(kids(keys).get(1));
  }

  @Test
  void anOverlapLongerThanTheRotationHasOneKeyWaitAndNoMore() {
    SigningKeys keys = node(settings(OVERLAP, ROTATION), OLD);
    for (int i = 0; i < 5; i++) at(START.plus(Duration.ofMinutes(i)), keys);
    assertThat(stored()).hasSize(2);
  }

  @Test
  void theGenerationChangesWithThePublishedSetAndOnlyThen() {
    SigningKeys keys = node();
    KeySet one = keys.published();
    for (int i = 0; i < 100; i++) assertThat(keys.published()).isSameAs(one);
    clock.now = START.plus(Duration.ofDays(1));
    assertThat(keys.published()).isSameAs(one);

    keys.rotate(ADMIN);
    KeySet two = keys.published();
    assertThat(two.generation()).isNotEqualTo(one.generation());
    at(clock.now.plus(SigningKeys.MAX_AGE), keys);
    assertThat(keys.published().generation()).isEqualTo(two.generation());
    at(clock.now.plus(TTL).plus(SKEW), keys);
    assertThat(keys.published().generation()).isNotIn(one.generation(), two.generation());
    assertThat(keys.published().keys()).hasSize(1);
  }

  @Test
  void whatIsPublishedIsReadFromTheStoreOnceWhileNothingChanges() {
    SigningKeys keys = node();
    KeySet unused = keys.published();
    int before = store.reads.get();
    for (int i = 0; i < 1_000; i++) {
      assertThat(keys.published().keys()).hasSize(1);
      assertThat(keys.signer()).isSameAs(keys.signer());
    }
    assertThat(store.reads.get() - before).isLessThan(5);
  }

  @Test
  void rotatingByHandHasTheNewKeySignAsSoonAsEveryCopyHasIt() {
    SigningKeys here = node();
    SigningKeys there = node();
    String first = here.signer().kid();
    audited.clear();

    SigningKeyRecord added = here.rotate(ADMIN);

    assertThat(added.createdAt()).isEqualTo(START);
    assertThat(added.usedFrom()).isEqualTo(START.plus(SigningKeys.MAX_AGE));
    assertThat(audited)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.target()).isEqualTo(added.kid());
              assertThat(event.by().name()).isEqualTo("admin");
            });
    assertThat(kids(here)).containsExactly(first, added.kid());
    await().until(() -> kids(there).contains(added.kid()));
    clock.now = added.usedFrom().minus(MOMENT);
    assertThat(here.signer().kid()).isEqualTo(first);
    clock.now = added.usedFrom();
    assertThat(here.signer().kid()).isEqualTo(added.kid());
    assertThat(there.signer().kid()).isEqualTo(added.kid());
  }

  @Test
  void rotatingAgainBeforeTheNewKeySignsIsAConflict() {
    SigningKeys keys = node();
    SigningKeyRecord added = keys.rotate(ADMIN);

    clock.now = added.usedFrom().minus(MOMENT);
    assertThatThrownBy(() -> keys.rotate(ADMIN))
        .isInstanceOf(SigningKeyConflictException.class)
        .hasMessageStartingWith("A key was added just now");
    assertThat(stored()).hasSize(2);
    clock.now = added.usedFrom();
    assertThat(keys.rotate(ADMIN).ordinal()).isEqualTo(3);
  }

  @Test
  void rotatingByHandOvertakesAKeyThatWaitsForItsTurn() {
    SigningKeys keys = node();
    String first = keys.signer().kid();
    at(START.plus(ROTATION).minus(OVERLAP), keys);
    assertThat(stored()).hasSize(2);

    SigningKeyRecord urgent = keys.rotate(ADMIN);

    assertThat(keys.signer().kid()).isEqualTo(first);
    clock.now = urgent.usedFrom();
    assertThat(keys.signer().kid()).isEqualTo(urgent.kid());
    at(START.plus(ROTATION), keys);
    assertThat(keys.signer().kid()).isEqualTo(urgent.kid());
    assertThat(kids(keys)).containsExactly(urgent.kid());
  }

  @Test
  void ofTwoNodesThatRotateAtOnceOneAddsAKey() throws Exception { // X21
    SigningKeys here = node();
    SigningKeys there = node();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 1; round <= 20; round++) {
        CyclicBarrier start = new CyclicBarrier(2);
        AtomicInteger conflicts = new AtomicInteger();
        List<Future<?>> ends = new ArrayList<>();
        for (SigningKeys node : List.of(here, there)) {
          Callable<?> rotate =
              () -> {
                start.await();
                try {
                  return node.rotate(ADMIN);
                } catch (SigningKeyConflictException e) {
                  return conflicts.incrementAndGet();
                }
              };
          ends.add(threads.submit(rotate));
        }
        for (Future<?> end : ends) end.get();
        assertThat(conflicts).hasValue(1);
        assertThat(store.read().get(store.read().size() - 1).ordinal()).isEqualTo(round + 1);
        clock.now = clock.now.plus(SigningKeys.MAX_AGE);
      }
    } finally {
      threads.shutdownNow();
    }
    await().until(() -> kids(here).equals(kids(there)));
    assertThat(here.signer().kid()).isEqualTo(there.signer().kid());
  }

  @Test
  void whereAuditHasNoRoomNoKeyIsAdded() {
    SigningKeys before = node();
    AuditSink full =
        new AuditSink() {
          @Override
          public void record(AuditEvent event) {
            throw new AssertionError("a change takes its place before");
          }

          @Override
          public Place reserve() {
            throw new StoreUnavailableException("no room");
          }
        };
    SigningKeys unaudited =
        SigningKeys.open(settings(), peppers(OLD), store, caches(), full, clock);
    assertThatThrownBy(() -> unaudited.rotate(ADMIN)).isInstanceOf(StoreUnavailableException.class);
    assertThat(stored()).hasSize(1);
    assertThat(before.rotate(ADMIN).ordinal()).isEqualTo(2);
  }

  @Test
  void noTokenIsRefusedWithinItsLifeWhileKeysRotate() throws Exception {
    TokenSettings often = settings(Duration.ofHours(1), Duration.ofMinutes(20));
    List<SigningKeys> nodes = List.of(node(often, OLD), node(often, OLD));
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    Set<String> signers = ConcurrentHashMap.newKeySet();
    AtomicInteger verified = new AtomicInteger();
    List<Future<?>> ends = new ArrayList<>();
    try (JwtAuthenticator one = authenticator(nodes.get(0));
        JwtAuthenticator other = authenticator(nodes.get(1))) {
      for (int i = 0; i < 4; i++) {
        SigningKeys signing = nodes.get(i % 2);
        JwtAuthenticator verifying = i < 2 ? one : other;
        ends.add(
            threads.submit(
                () -> {
                  while (!over.get()) {
                    Instant now = clock.instant();
                    SigningKey key = signing.signer();
                    signers.add(key.kid());
                    requireGood(verifying, key.sign("JWT", claims(now)), now.plus(TTL));
                    verified.incrementAndGet();
                  }
                }));
      }
      for (int minute = 1; minute <= 4 * 60; minute++) {
        at(START.plus(Duration.ofMinutes(minute)), nodes.get(0), nodes.get(1));
        int before = verified.get();
        await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(1))
            .until(
                () ->
                    ends.stream().anyMatch(Future::isDone)
                        || (verified.get() > before + ends.size()
                            && kids(nodes.get(0)).equals(kids(nodes.get(1)))));
      }
      over.set(true);
      for (Future<?> end : ends) end.get();
    } finally {
      over.set(true);
      threads.shutdownNow();
    }
    assertThat(signers).hasSizeGreaterThan(2);
  }

  private JwtAuthenticator authenticator(SigningKeys keys) {
    Issuer own =
        new Issuer(
            "own",
            "https://orders.example",
            new KeySource.Own(keys::published),
            Set.of(SignatureAlgorithm.ES256),
            Set.of("orders"),
            Set.of(),
            Set.of(),
            List.of("sub"),
            "roles",
            List.of("scope"),
            Duration.ZERO,
            null);
    return JwtAuthenticator.open(List.of(own), clock);
  }

  private static Map<String, Object> claims(Instant now) {
    return Map.of(
        "iss",
        "https://orders.example",
        "sub",
        "alice",
        "aud",
        "orders",
        "iat",
        now.getEpochSecond(),
        "exp",
        now.plus(TTL).getEpochSecond());
  }

  private void requireGood(JwtAuthenticator verifying, String token, Instant end) {
    Authentication answer = verifying.authenticate(new Credential.Bearer(new Secret(token)));
    if (answer instanceof Authentication.No no && clock.instant().isBefore(end)) {
      throw new AssertionError(no.why().detail());
    }
  }

  @Test
  void aKeyOfAnOldPepperOpensAndGetsTheNewestOnesSeal() {
    SigningKeys before = node(settings(), OLD);
    String sealedBy = store.read().get(0).sealedBy();

    SigningKeys after = node(settings(), NEW, OLD);

    assertThat(after.signer().kid()).isEqualTo(before.signer().kid());
    assertThat(store.read().get(0).sealedBy()).isNotEqualTo(sealedBy);
    assertThat(node(settings(), NEW).signer().kid()).isEqualTo(before.signer().kid());
  }

  @Test
  void withoutItsPepperTheKeyThatSignsStopsTheStartAndIsNamed() {
    String kid = node(settings(), OLD).signer().kid();
    assertThatThrownBy(() -> node(settings(), NEW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(kid)
        .hasMessageContaining("sallyport.api-key.pepper");
    assertThat(stored()).hasSize(1);
  }

  @Test
  void aKeyThatCantBeOpenedIsNotPublishedAndReportedOnce() {
    SigningKeys here = node();
    String first = here.signer().kid();
    SigningKeyRecord second = here.rotate(ADMIN);
    clock.now = second.usedFrom();
    SigningKeyRecord row = store.read().get(0);
    store.replace(0, row.publicKey(), "bm90IHNlYWxlZA==", row.sealedBy());

    SigningKeys after = node();

    for (int i = 0; i < 3; i++) at(clock.now.plus(Duration.ofMinutes(1)), after);
    assertThat(kids(after)).containsExactly(second.kid());
    assertThat(after.signer().kid()).isEqualTo(second.kid());
    assertThat(LogCapture.messages("sallyport.token", Level.WARNING))
        .singleElement()
        .asString()
        .contains(first)
        .contains("can't be opened");
  }

  @Test
  void aRowWhoseNameIsNotItsKeysIsNotPublished() {
    SigningKeys here = node();
    SigningKeyRecord second = here.rotate(ADMIN);
    clock.now = second.usedFrom();
    SigningKeyRecord row = store.read().get(0);
    store.replace(0, second.publicKey(), row.sealedKey(), row.sealedBy());

    assertThat(kids(node())).containsExactly(second.kid());
    store.replace(0, "not base64!", row.sealedKey(), row.sealedBy());
    assertThat(kids(node())).containsExactly(second.kid());
    store.replace(0, row.publicKey(), row.sealedKey(), row.sealedBy());
    assertThat(kids(node())).containsExactly(row.kid(), second.kid());
  }

  @Test
  void whoCanOnlyWriteToTheTableHasNothingVerifyThatHeSigned() {
    SigningKeys here = node();
    SigningKey planted = SigningKey.generate(SignatureAlgorithm.ES256);
    SigningKeyRecord row = store.read().get(0);
    store.add(
        new SigningKeyRecord(
            row.ordinal() + 1,
            planted.kid(),
            planted.algorithm().name(),
            Base64.getEncoder().encodeToString(planted.spki()),
            row.sealedKey(),
            row.sealedBy(),
            row.createdAt(),
            START.plus(ROTATION)));
    assertThat(kids(node())).containsExactly(here.signer().kid());
  }

  @Test
  void noRowsSealedKeyOpensInAnother() {
    SigningKeys here = node();
    SigningKeyRecord second = here.rotate(ADMIN);
    clock.now = second.usedFrom();
    store.replace(1, second.publicKey(), store.read().get(0).sealedKey(), second.sealedBy());
    assertThatThrownBy(this::node).isInstanceOf(IllegalStateException.class);
    store.replace(1, second.publicKey(), second.sealedKey(), second.sealedBy());
    assertThat(node().signer().kid()).isEqualTo(second.kid());
  }

  @Test
  void aKeyOfTomorrowEarnsOneWordAboutClocks() { // X23
    SigningKeys ahead = node();
    clock.now = START.minus(Duration.ofSeconds(60));
    SigningKeys near = node();
    assertThat(LogCapture.messages("sallyport.token", Level.WARNING)).isEmpty();

    clock.now = START.minus(Duration.ofSeconds(61));
    at(clock.now, near);
    at(clock.now, near);

    assertThat(near.signer().kid()).isEqualTo(ahead.signer().kid());
    assertThat(LogCapture.messages("sallyport.token", Level.WARNING))
        .singleElement()
        .asString()
        .contains(stored().get(0))
        .contains("NTP");
  }

  @Test
  void withoutAPepperAndWithoutOwnKeysNothingStarts() {
    assertThatThrownBy(() -> node(settings()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sallyport.api-key.pepper")
        .hasMessageContaining("sallyport.token.key-location");
    assertThat(stored()).isEmpty();
  }

  @Test
  void keysOfTheDeployersAreAllPublishedAndTheFirstSigns() {
    SigningKey one = SigningKey.generate(SignatureAlgorithm.ES256);
    SigningKey other = SigningKey.generate(SignatureAlgorithm.ES256);
    SigningKeys keys = node(settings(one, other)); // and no pepper

    at(START.plus(ROTATION), keys);
    assertThat(keys.signer()).isSameAs(one);
    assertThat(kids(keys)).containsExactly(one.kid(), other.kid());
    assertThat(keys.published().generation()).isZero();
    assertThatThrownBy(() -> keys.rotate(ADMIN))
        .isInstanceOf(SigningKeyConflictException.class)
        .hasMessageContaining("sallyport.token.key-location");
    assertThat(stored()).isEmpty();
    assertThat(audited).isEmpty();
  }

  @Test
  void withoutTheStoreTheCopyServesAndNothingIsRotated() {
    SigningKeys keys = node();
    KeySet before = keys.published();
    store.down = true;

    assertThat(keys.published()).isSameAs(before);
    assertThat(keys.signer()).isNotNull();
    assertThatThrownBy(() -> keys.rotate(ADMIN)).isInstanceOf(StoreUnavailableException.class);
  }
}
