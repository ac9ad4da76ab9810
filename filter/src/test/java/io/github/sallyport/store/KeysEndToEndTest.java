package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Authentication;
import io.github.sallyport.Caller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.Secret;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeyStore;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.InitialKeyFile;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyConflictException;
import io.github.sallyport.key.KeyEdit;
import io.github.sallyport.key.KeyQuery;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.Pepper;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys from issue to refusal, through real copies and a real database. */
class KeysEndToEndTest {
  @TempDir Path folder;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Rooms rooms;

  @BeforeEach
  void open() {
    rooms = new Rooms(folder);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    rooms.close();
  }

  @Test
  void aKeyThatWasIssuedEstablishesItsApplication() {
    Instant end = rooms.clock.now.plusSeconds(60);
    IssuedKey issued = rooms.keys.issue(Rooms.between(null, end), Rooms.ADMIN);
    assertThat(rooms.show(issued.key())).isInstanceOf(Authentication.Known.class);
    Caller caller = ((Authentication.Known) rooms.show(issued.key())).caller();
    assertThat(caller.getName()).isEqualTo(issued.record().id());
    assertThat(caller.scopes()).containsExactly("orders:read");
    assertThat(caller.roles()).containsExactly("clerk");
    assertThat(caller.authenticatedAt()).isEqualTo(rooms.clock.now);
    assertThat(caller.expiresAt()).contains(end);
    assertThat(caller.application().orElseThrow().owner()).isEqualTo("acme");
    assertThat(caller.application().orElseThrow().plan()).isEqualTo("pro");
    assertThat(caller.application().orElseThrow().environment()).isEqualTo("live");
  }

  @Test
  void aRecordComesBackFromTheStoreAsItWasIssued() {
    IssuedKey full =
        rooms.keys.issue(
            Rooms.between(rooms.clock.now.minusSeconds(1), rooms.clock.now.plusSeconds(1)),
            Rooms.ADMIN);
    IssuedKey bare =
        rooms.keys.issue(KeyTerms.of("Zoë 😀").environment("test").build(), Actor.part("x\u0000y"));
    assertThat(rooms.store.apiKeys().find(full.record().id())).contains(full.record());
    assertThat(rooms.store.apiKeys().find(bare.record().id())).contains(bare.record());
    assertThat(bare.record().createdBy()).isEqualTo("x?y");
    assertThat(full.record().createdAt()).isEqualTo(rooms.clock.now);
  }

  @Test
  void anIdThatIsTakenIsNotOverwrittenAndAnotherIsMade() {
    ApiKeyStore store = rooms.store.apiKeys();
    AtomicInteger inserts = new AtomicInteger();
    ApiKeyStore unlucky =
        (ApiKeyStore)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ApiKeyStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("insert") && inserts.getAndIncrement() == 0) {
                    assertThat(store.insert((ApiKeyRecord) arguments[0])).isTrue();
                  }
                  return method.invoke(store, arguments);
                });
    ApiKeys keys = new ApiKeys(Rooms.KEYS, unlucky, rooms.audited::add, rooms.clock);
    IssuedKey issued = keys.issue(Rooms.request(), Rooms.ADMIN);
    assertThat(inserts).hasValue(2);
    assertThat(rooms.refusal(issued.key())).isNull();
    assertThat(rooms.audited).hasSize(1);
    assertThat(rooms.keys.list(KeyQuery.ALL, 10, null)).hasSize(2).allMatch(k -> k.version() == 1);
  }

  @Test // catalogue G23
  void aRevokedKeyIsRefusedOnTheNextRequestThoughACopyWasThere() {
    CacheSettings never =
        new CacheSettings(Duration.ofHours(1), 10, Duration.ofHours(1), Duration.ofHours(2));
    rooms.close();
    rooms = new Rooms(folder, Rooms.KEYS, never); // no feed to help
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    assertThat(rooms.refusal(issued.key())).isNull();
    assertThat(rooms.keys.revoke(issued.record().id(), null, Rooms.ADMIN)).isTrue();
    assertThat(rooms.show(issued.key()))
        .isEqualTo(
            new Authentication.No(
                Refused.of(Refusal.KEY_REVOKED, "The API key was revoked.")
                    .about(issued.record().id())));
  }

  @Test
  void revokingTwiceIsTrueTwiceAndAuditedOnceAndAnUnknownIdIsFalse() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    String id = issued.record().id();
    assertThat(rooms.keys.revoke(id, null, Rooms.ADMIN)).isTrue();
    assertThat(rooms.keys.revoke(id, null, Rooms.ADMIN)).isTrue();
    assertThat(rooms.keys.revoke("0000000000aaaa", null, Rooms.ADMIN)).isFalse();
    assertThat(rooms.keys.revoke("\u0000' OR 1=1", null, Rooms.ADMIN)).isFalse();
    assertThat(rooms.audited)
        .containsExactly(
            new AuditEvent(rooms.clock.now, "key.issued", null, Rooms.ADMIN, id, null),
            new AuditEvent(rooms.clock.now, "key.revoked", null, Rooms.ADMIN, id, null));
    assertThat(rooms.keys.find(id).orElseThrow().version()).isEqualTo(2);
  }

  @Test
  void aDisabledKeyIsToldApartAndCanBeEnabledAgainButARevokedOneCanNot() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    String id = issued.record().id();
    assertThat(rooms.keys.setEnabled(id, false, Rooms.ADMIN)).isTrue();
    assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_DISABLED);
    assertThat(rooms.keys.setEnabled(id, true, Rooms.ADMIN)).isTrue();
    assertThat(rooms.keys.setEnabled(id, true, Rooms.ADMIN)).isTrue();
    assertThat(rooms.refusal(issued.key())).isNull();
    assertThat(rooms.keys.setEnabled(id, false, Rooms.ADMIN)).isTrue();
    rooms.keys.revoke(id, null, Rooms.ADMIN);
    assertThatThrownBy(() -> rooms.keys.setEnabled(id, true, Rooms.ADMIN))
        .isInstanceOf(KeyConflictException.class)
        .hasMessage("The key is revoked, and stays so.");
    assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_REVOKED);
    assertThat(rooms.keys.setEnabled("0000000000aaaa", true, Rooms.ADMIN)).isFalse();
    assertThat(rooms.audited.stream().map(AuditEvent::action))
        .containsExactly(
            "key.issued", "key.disabled", "key.enabled", "key.disabled", "key.revoked");
  }

  @Test // catalogue G25
  void aKeyIsJudgedByItsTimesOnEveryRequestAndNotByTheAgeOfItsCopy() {
    Instant start = rooms.clock.now.plusSeconds(10);
    Instant end = rooms.clock.now.plusSeconds(20);
    Secret key = rooms.keys.issue(Rooms.between(start, end), Rooms.ADMIN).key();
    assertThat(rooms.refusal(key)).isEqualTo(Refusal.KEY_NOT_YET_VALID);
    rooms.clock.now = start.minusMillis(1);
    assertThat(rooms.refusal(key)).isEqualTo(Refusal.KEY_NOT_YET_VALID);
    rooms.clock.now = start;
    assertThat(rooms.refusal(key)).isNull();
    rooms.clock.now = end.minusMillis(1);
    assertThat(rooms.refusal(key)).isNull();
    rooms.clock.now = end;
    assertThat(rooms.refusal(key)).isEqualTo(Refusal.KEY_EXPIRED);
  }

  @Test
  void ofSeveralReasonsTheContractsFirstIsSaid() {
    Instant start = rooms.clock.now.plusSeconds(10);
    IssuedKey issued = rooms.keys.issue(Rooms.between(start, start.plusSeconds(1)), Rooms.ADMIN);
    assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_NOT_YET_VALID);
    rooms.keys.setEnabled(issued.record().id(), false, Rooms.ADMIN);
    assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_DISABLED);
    rooms.keys.revoke(issued.record().id(), null, Rooms.ADMIN);
    rooms.clock.now = start.plusSeconds(5);
    assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_REVOKED);
  }

  @Test // catalogue G04
  void whoHasNotTheSecretLearnsNothingAboutAKnownId() throws SQLException {
    IssuedKey revoked = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    IssuedKey other = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    rooms.keys.revoke(revoked.record().id(), null, Rooms.ADMIN);
    // The revoked key's text, kept under another secret: same id, right tag and checksum.
    rooms.sql(
        "UPDATE sallyport_key SET digest = '"
            + other.record().digest().hex()
            + "' WHERE id = '"
            + revoked.record().id()
            + "'");
    reopen(Rooms.KEYS);
    Authentication unknown = rooms.show(new Secret("nonsense"));
    assertThat(rooms.show(revoked.key())).isEqualTo(unknown);
    assertThat(rooms.refusal(revoked.key())).isEqualTo(Refusal.KEY_UNKNOWN);
    assertThat(rooms.refusal(other.key())).isNull();
  }

  @Test // catalogue G24
  void aRowRevokedInSqlIsRefusedWhenItsCopyIsTooOld() throws SQLException {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    await().untilAsserted(() -> assertThat(rooms.refusal(issued.key())).isNull());
    rooms.sql("UPDATE sallyport_key SET status = 'REVOKED'");
    rooms.nanos.addAndGet(Rooms.CACHE.ttl().plusNanos(1).toNanos());
    assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_REVOKED);
  }

  @Test
  void aChangeByAnotherNodeBindsHereAfterThePoll() throws SQLException {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    assertThat(rooms.refusal(issued.key())).isNull();
    rooms.sql("UPDATE sallyport_key SET status = 'REVOKED', version = 2");
    rooms.sql("UPDATE sallyport_feed SET position = position + 1");
    await()
        .untilAsserted(
            () -> assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_REVOKED));
  }

  @Test // catalogue S07
  void aRowThatNobodyOfUsWroteIsDeniedAndReportedOnce() throws SQLException {
    for (String damage :
        List.of(
            "UPDATE sallyport_key SET status = 'MAYBE'",
            "UPDATE sallyport_key SET owner = NULL",
            "UPDATE sallyport_key SET scopes = NULL",
            "UPDATE sallyport_key SET digest = 'abc'")) {
      IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
      rooms.sql("ALTER TABLE sallyport_key ALTER COLUMN owner SET NULL");
      rooms.sql("ALTER TABLE sallyport_key ALTER COLUMN scopes SET NULL");
      assertThat(rooms.refusal(issued.key())).isNull();
      rooms.sql(damage + " WHERE id = '" + issued.record().id() + "'");
      rooms.sql("UPDATE sallyport_feed SET position = position + 1");
      try (CapturedLog log = new CapturedLog("sallyport.store")) {
        await()
            .untilAsserted(
                () -> assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_UNKNOWN));
        rooms.refusal(issued.key());
        assertThat(rooms.keys.list(KeyQuery.ALL, 100, null))
            .noneMatch(record -> record.id().equals(issued.record().id()));
        assertThat(log.lines())
            .singleElement()
            .asString()
            .startsWith("SEVERE the row of the API key " + issued.record().id() + " can't be read");
      }
      rooms.events();
      assertThat(rooms.keys.revoke(issued.record().id(), null, Rooms.ADMIN)).isTrue();
      assertThat(rooms.keys.revoke(issued.record().id(), null, Rooms.ADMIN)).isTrue();
      assertThat(rooms.events())
          .containsExactly("key.revoked " + issued.record().id() + " by admin");
      assertThat(rooms.keys.revoke("0000000000aaaa", null, Rooms.ADMIN)).isFalse();
    }
  }

  @Test
  void keysAreListedInTheOrderOfTheirIdsPageByPage() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      ids.add(rooms.keys.issue(Rooms.request(), Rooms.ADMIN).record().id());
    }
    KeyTerms others = KeyTerms.of("b").build();
    String foreign = rooms.keys.issue(others, Rooms.ADMIN).record().id();
    ids.sort(null);
    List<ApiKeyRecord> first = rooms.keys.list(KeyQuery.ofOwner("acme"), 4, null);
    List<ApiKeyRecord> second = rooms.keys.list(KeyQuery.ofOwner("acme"), 4, first.get(3).id());
    assertThat(Stream.concat(first.stream(), second.stream()).map(ApiKeyRecord::id))
        .containsExactlyElementsOf(ids);
    assertThat(rooms.keys.list(KeyQuery.ALL, 100, null)).hasSize(8);
    assertThat(rooms.keys.list(KeyQuery.ofOwner("b"), 100, null).get(0).id()).isEqualTo(foreign);
    assertThat(rooms.keys.list(KeyQuery.ofOwner("\u0000"), 100, null)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rooms.keys.list(KeyQuery.ALL, 0, null))
        .withMessage("limit must be 1 to 1000, was 0");
    assertThatIllegalArgumentException().isThrownBy(() -> rooms.keys.list(KeyQuery.ALL, 1, "x"));
  }

  @Test
  void noKeyLivesLongerThanTheSettingsAllow() {
    reopen(Rooms.keySettings(Rooms.KEYS.peppers(), Duration.ofDays(90)));
    Instant latest = rooms.clock.now.plus(Duration.ofDays(90));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rooms.keys.issue(Rooms.between(null, latest.plusMillis(1)), Rooms.ADMIN))
        .withMessage("expiresAt must be no later than PT2160H after the key was issued");
    IssuedKey agreed = rooms.keys.issue(Rooms.between(null, latest), Rooms.ADMIN);
    IssuedKey endless = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    assertThat(rooms.keys.end(agreed.record())).contains(latest);
    assertThat(rooms.keys.end(endless.record())).contains(latest);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> endAt(agreed, latest.plusMillis(1)))
        .withMessage("expiresAt must be no later than PT2160H after the key was issued");
    endAt(agreed, latest.minusMillis(1));
    assertThat(rooms.keys.end(rooms.record(agreed.record().id()))).contains(latest.minusMillis(1));
    rooms.clock.now = latest.minusMillis(1);
    assertThat(rooms.refusal(endless.key())).isNull();
    rooms.clock.now = latest;
    assertThat(rooms.refusal(endless.key())).isEqualTo(Refusal.KEY_EXPIRED);
  }

  private void endAt(IssuedKey key, Instant end) {
    rooms.keys.change(
        key.record().id(),
        OptionalLong.empty(),
        edit -> new KeyEdit(edit.terms().edit().expiresAt(end).build(), true),
        Rooms.ADMIN);
  }

  @Test // catalogue S01, S02
  void withoutTheStoreCachedKeysGoOnForTheGraceAndNoLongerAndOthersAreAFault() throws SQLException {
    Secret cached = rooms.keys.issue(Rooms.request(), Rooms.ADMIN).key();
    Secret uncached = rooms.keys.issue(Rooms.request(), Rooms.ADMIN).key();
    waitForPolls();
    // A number without its change, after which every copy goes.
    rooms.sql("UPDATE sallyport_feed SET position = position + 1");
    waitForPolls();
    try (CapturedLog log = new CapturedLog("sallyport.cache")) {
      assertThat(rooms.refusal(cached)).isNull();
      rooms.store.close();
      await().until(() -> log.lines().size() == 1);

      assertThat(rooms.refusal(cached)).isNull();
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> rooms.show(uncached));
      assertThat(rooms.refusal(new Secret("nonsense"))).isEqualTo(Refusal.KEY_UNKNOWN);

      rooms.nanos.addAndGet(Rooms.CACHE.grace().toNanos());
      assertThat(rooms.refusal(cached)).isNull();
      rooms.nanos.addAndGet(1);
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> rooms.show(cached));
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> rooms.keys.issue(Rooms.request(), Rooms.ADMIN));
      assertThat(log.lines())
          .containsExactly("WARNING store not reached: copies serve for the grace");
    }
  }

  @Test // catalogue G06
  void theDatabasesFileHoldsNoTextOfAnyKey() throws IOException {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    rooms.show(issued.key());
    rooms.close();
    String dump = Files.readString(folder.resolve("store.mv.db"), StandardCharsets.ISO_8859_1);
    String text = issued.key().reveal();
    assertThat(dump).contains(issued.record().id(), issued.record().digest().hex());
    assertThat(dump).doesNotContain(text, text.substring(23), text.substring(23, 39));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("store.mv.db");
    }
  }

  @Test
  void nothingOfAKeyPrintsItsTextOrDigest() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    assertThat(issued.toString() + rooms.audited)
        .contains(issued.record().id())
        .doesNotContain(issued.key().reveal().substring(23))
        .doesNotContain(issued.record().digest().hex());
  }

  @Test
  void aKeyOutlivesARestartAndANewPepperButNotTheLossOfItsOwn() {
    Pepper young = new Pepper("fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.UTF_8));
    Secret key = rooms.keys.issue(Rooms.request(), Rooms.ADMIN).key();
    reopen(Rooms.KEYS);
    assertThat(rooms.refusal(key)).isNull();
    reopen(Rooms.keySettings(List.of(young, Rooms.KEYS.peppers().get(0)), null));
    assertThat(rooms.refusal(key)).isNull();
    try (CapturedLog log = new CapturedLog("sallyport.key")) {
      reopen(Rooms.keySettings(List.of(young), null));
      assertThat(rooms.refusal(key)).isEqualTo(Refusal.KEY_UNKNOWN);
      assertThat(log.lines())
          .containsExactly(
              "WARNING API keys made under a pepper, or imported with a secret, that"
                  + " sallyport.api-key.pepper no longer lists:"
                  + " 1; they are refused as unknown");
    }
  }

  @Test
  void withoutAPepperTheStartWarnsAndKeysWork() {
    try (CapturedLog log = new CapturedLog("sallyport.key")) {
      reopen(Rooms.keySettings(List.of(), null));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARNING sallyport.api-key.pepper is not set");
    }
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    assertThat(issued.record().digest().pepperId()).isEmpty();
    assertThat(rooms.refusal(issued.key())).isNull();
  }

  @Test
  void theInitialKeyIsWrittenOnceAndWorks() throws IOException {
    InitialKeyFile file = new InitialKeyFile(folder);
    ApiKeyRecord record =
        rooms.keys.issueInitial(Rooms.request(), Rooms.ADMIN, file::write).orElseThrow();
    Secret key = new Secret(Files.readString(file.path()).strip());
    assertThat(rooms.refusal(key)).isNull();
    assertThat(rooms.audited).hasSize(1);
    assertThat(rooms.audited.get(0).target()).isEqualTo(record.id());
    assertThat(rooms.keys.issueInitial(Rooms.request(), Rooms.ADMIN, k -> failed())).isEmpty();
    reopen(Rooms.KEYS);
    assertThat(rooms.keys.issueInitial(Rooms.request(), Rooms.ADMIN, k -> failed())).isEmpty();
    assertThat(rooms.refusal(key)).isNull();
  }

  @Test
  void anInitialKeyThatCanNotBeHandedOverIsNotKeptAndTheNextStartMakesOne() {
    assertThatThrownBy(
            () ->
                rooms.keys.issueInitial(
                    Rooms.request(),
                    Rooms.ADMIN,
                    key -> {
                      throw new IllegalStateException("disk full");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("disk full");
    assertThat(rooms.keys.list(KeyQuery.ALL, 10, null)).isEmpty();
    assertThat(rooms.store.feed().read(0, 0).newest()).isZero();
    assertThat(rooms.audited).isEmpty();
    assertThat(rooms.keys.issueInitial(Rooms.request(), Rooms.ADMIN, key -> {})).isPresent();
  }

  @Test
  void aStoreThatHasKeysGetsNoInitialKeyAndKeepsNoClaim() throws SQLException {
    rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    assertThat(rooms.keys.issueInitial(Rooms.request(), Rooms.ADMIN, k -> failed())).isEmpty();
    assertThat(rooms.keys.list(KeyQuery.ALL, 10, null)).hasSize(1);
    // Would be there already, if the claim had stayed.
    rooms.sql("INSERT INTO sallyport_once (name, content) VALUES ('initial-key', 'x')");
  }

  @Test
  void ofTwoNodesThatStartAtOnceOneMakesTheInitialKey() throws Exception {
    ApiKeys second =
        new ApiKeys(Rooms.KEYS, rooms.store.apiKeys(), rooms.audited::add, rooms.clock);
    List<Secret> handedOver = new CopyOnWriteArrayList<>();
    CountDownLatch inCallback = new CountDownLatch(1);
    Future<Optional<ApiKeyRecord>> other =
        threads.submit(
            () -> {
              inCallback.await();
              return second.issueInitial(Rooms.request(), Rooms.ADMIN, handedOver::add);
            });
    rooms.keys.issueInitial(
        Rooms.request(),
        Rooms.ADMIN,
        key -> {
          handedOver.add(key);
          inCallback.countDown();
          // The other one waits for our row now: it can't have ended before we commit.
          assertThatExceptionOfType(TimeoutException.class)
              .isThrownBy(() -> other.get(300, TimeUnit.MILLISECONDS));
        });
    assertThat(other.get()).isEmpty();
    assertThat(handedOver).hasSize(1);
    assertThat(rooms.keys.list(KeyQuery.ALL, 10, null)).hasSize(1);
    assertThat(rooms.keys.list(KeyQuery.ALL, 10, null).get(0).status()).isEqualTo(Status.ACTIVE);
  }

  private static void failed() {
    throw new AssertionError("nothing may be handed over");
  }

  private void reopen(KeySettings settings) {
    rooms.close();
    rooms = new Rooms(folder, settings, Rooms.CACHE);
  }

  /** Waits until the reader has read the position that is there now. */
  private void waitForPolls() {
    int seen = rooms.polls.get();
    await().until(() -> rooms.polls.get() >= seen + 2); // the first may have begun before
  }
}
