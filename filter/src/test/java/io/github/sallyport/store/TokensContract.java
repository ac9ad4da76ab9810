package io.github.sallyport.store;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.Telemetry;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.store.StoreSettings.Source;
import io.github.sallyport.token.RefreshFamily;
import io.github.sallyport.token.RefreshStore;
import io.github.sallyport.token.RefreshStore.Found;
import io.github.sallyport.token.RefreshStore.Use;
import io.github.sallyport.token.RevocationStore;
import io.github.sallyport.token.RevocationStore.Mark;
import io.github.sallyport.token.SigningKeyRecord;
import io.github.sallyport.token.SigningKeyStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every database must keep of the tokens that we issue, and of what was taken back. */
abstract class TokensContract {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00.123Z");
  private static final Instant END = NOW.plus(Duration.ofDays(30));
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final String FIRST = hex(64, 1);

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger salts = new AtomicInteger(1000);
  private Source.Url database;
  private Connection past;
  private Store store;
  private RefreshStore refresh;
  private RevocationStore revocations;

  /** An empty database that nobody else uses. */
  abstract Source.Url newDatabase(Path folder) throws SQLException;

  /** Has a session live in another time zone than its database. */
  abstract String inTokyo();

  @BeforeEach
  void open() throws SQLException {
    database = newDatabase(folder);
    past = StoreContract.connection(database);
    store = Store.open(settings());
    refresh = store.refresh();
    revocations = store.revocations();
  }

  @AfterEach
  void close() throws SQLException {
    threads.shutdownNow();
    store.close();
    past.close();
  }

  private StoreSettings settings() {
    return new StoreSettings(database, null, true, Duration.ofSeconds(20));
  }

  private static String hex(int digits, long number) {
    return String.format(Locale.ROOT, "%0" + digits + "x", number);
  }

  private static RefreshFamily family(String id, String subject, Instant endsAt) {
    return new RefreshFamily(
        id, subject, "login", Set.of("read"), Set.of("user"), Map.of(), NOW, endsAt);
  }

  /** A family whose first token is there. */
  private RefreshFamily begun() {
    RefreshFamily family = family("family-1", "alice", END);
    refresh.insert(family, FIRST);
    return family;
  }

  /** As a text's digest depends on its salt and on its predecessor. */
  private static Function<String, String> after(String digest) {
    return salt -> hex(64, Integer.toUnsignedLong((digest + salt).hashCode()));
  }

  private Use use(String digest) {
    return use(digest, GRACE);
  }

  private Use use(String digest, Duration grace) {
    return refresh.use(digest, hex(64, salts.incrementAndGet()), after(digest), grace, NOW);
  }

  /** Uses a token, which must stand; the digest of its successor. */
  private String next(String digest) {
    return after(digest).apply(((Use.Good) use(digest)).salt());
  }

  private @Nullable String salt(String digest) throws SQLException {
    return rows("SELECT salt FROM sallyport_refresh WHERE digest = '" + digest + "'").get(0);
  }

  private List<@Nullable String> rows(String sql) throws SQLException {
    List<@Nullable String> all = new ArrayList<>();
    try (Statement statement = past.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) all.add(rows.getString(1));
    }
    return all;
  }

  private void sql(String sql) throws SQLException {
    StoreContract.execute(past, sql);
  }

  private List<String> feed() {
    return store.feed().read(1, 1000).rows().stream()
        .map(change -> change.kind() + " " + change.id() + " " + change.version())
        .toList();
  }

  @Test
  void aFamilyIsFoundAsItWasKept() {
    Map<String, @Nullable Object> claims = new LinkedHashMap<>();
    claims.put("name", "Zo\u00eb \uD83D\uDD11 \"x\"\n");
    claims.put("level", 7L);
    claims.put("nothing", null);
    claims.put("groups", List.of("a b", Map.of("deep", true)));
    RefreshFamily full =
        new RefreshFamily(
            "AbCdEfGhIjKlMnOpQrStU-",
            "Alice",
            "client",
            Set.of("orders:read", "orders:write"),
            Set.of("user", "head of sales", "A"),
            claims,
            NOW,
            END);
    RefreshFamily bare =
        new RefreshFamily(
            "abCdEfGhIjKlMnOpQrStU-", "s", "c", Set.of(), Set.of(), Map.of(), NOW, END);
    refresh.insert(full, FIRST);
    refresh.insert(bare, hex(64, 2));

    assertThat(refresh.find(FIRST)).contains(new Found(full, false, false));
    assertThat(refresh.find(hex(64, 2))).contains(new Found(bare, false, false));
    assertThat(refresh.find(hex(64, 3))).isEmpty();
    assertThat(use(FIRST))
        .isInstanceOfSatisfying(Use.Good.class, g -> assertThat(g.family()).isEqualTo(full));
    assertThat(refresh.find(FIRST)).contains(new Found(full, true, false));
    assertThat(refresh.revoke(full.id(), NOW)).isTrue();
    assertThat(refresh.find(FIRST)).contains(new Found(full, true, true));
    assertThat(refresh.find(hex(64, 2))).contains(new Found(bare, false, false));
    assertThat(feed()).as("no node caches any of it").isEmpty();
  }

  @Test
  void aTokenThatIsUsedLeadsToASuccessorWithItsOwn() throws SQLException {
    RefreshFamily family = begun();
    String second = next(FIRST);
    assertThat(refresh.find(second)).contains(new Found(family, false, false));
    String third = next(second);
    assertThat(refresh.find(third)).contains(new Found(family, false, false));
    assertThat(rows("SELECT predecessor FROM sallyport_refresh WHERE used_at IS NULL"))
        .containsExactly(second);
    assertThat(use(hex(64, 77))).isEqualTo(new Use.None());
  }

  @Test
  void whoUsesATokenAgainWithinTheGraceIsGivenTheSameSuccessor() throws SQLException {
    RefreshFamily family = begun();
    Use first = use(FIRST);
    for (int i = 0; i < 3; i++) assertThat(use(FIRST)).isEqualTo(first);
    assertThat(rows("SELECT digest FROM sallyport_refresh")).hasSize(2);
    assertThat(refresh.find(FIRST)).contains(new Found(family, true, false));
  }

  @Test
  void afterItsSuccessorWasUsedATokenIsReusedAndItsFamilyIsTakenBack() throws SQLException {
    RefreshFamily family = begun();
    String second = next(FIRST);
    assertThat(salt(FIRST)).isNotNull();
    String third = next(second);
    assertThat(salt(FIRST)).as("erased with the use of the successor").isNull();
    assertThat(salt(second)).isNotNull();

    assertThat(use(FIRST)).isEqualTo(new Use.Reused(family));

    List<@Nullable String> before = rows("SELECT digest FROM sallyport_refresh ORDER BY digest");
    for (String each : List.of(FIRST, second, third)) {
      assertThat(refresh.find(each).orElseThrow().revoked()).isTrue();
      assertThat(use(each)).as("it was taken back before").isEqualTo(new Use.None());
    }
    assertThat(rows("SELECT digest FROM sallyport_refresh ORDER BY digest")).isEqualTo(before);
    assertThat(rows("SELECT digest FROM sallyport_refresh WHERE used_at IS NULL"))
        .as("nothing is written for a token of a family that was taken back")
        .containsExactly(third);
    assertThat(rows("SELECT revoked_at FROM sallyport_refresh_family"))
        .containsExactly(Long.toString(NOW.toEpochMilli()));
  }

  @Test
  void afterTheGraceATokenIsReusedThoughItsSuccessorWasNotUsed() throws SQLException {
    RefreshFamily family = begun();
    String second = next(FIRST);
    long almost = GRACE.minusMinutes(1).toMillis();
    sql("UPDATE sallyport_refresh SET used_at = used_at - " + almost + " WHERE salt IS NOT NULL");
    assertThat(next(FIRST)).isEqualTo(second);
    sql("UPDATE sallyport_refresh SET used_at = used_at - 60000 WHERE salt IS NOT NULL");
    await().until(() -> use(FIRST) instanceof Use.Reused); // the clock moves on by a millisecond
    assertThat(refresh.find(second)).contains(new Found(family, false, true));
    assertThat(use(second)).isEqualTo(new Use.None());
  }

  @Test
  void withoutAGraceEverySecondUseIsReuseAndNoSaltIsKept() throws SQLException {
    RefreshFamily family = begun();
    assertThat(use(FIRST, Duration.ZERO)).isInstanceOf(Use.Good.class);
    assertThat(salt(FIRST)).isNull();
    assertThat(use(FIRST, Duration.ZERO)).isEqualTo(new Use.Reused(family));
  }

  @Test
  void aGraceThatWasTakenAwayCountsForSaltsThatAreThere() {
    RefreshFamily family = begun();
    next(FIRST);
    assertThat(use(FIRST, Duration.ZERO)).isEqualTo(new Use.Reused(family));
  }

  @Test
  void fiftyWhoUseATokenAtOnceAreGivenOneSuccessorAndTheFamilyLives() throws Exception {
    RefreshFamily family = begun();
    List<Callable<Use>> uses = new ArrayList<>();
    for (int i = 0; i < 50; i++) uses.add(() -> use(FIRST));
    List<Use> used = new ArrayList<>();
    for (Future<Use> done : threads.invokeAll(uses)) used.add(done.get());

    assertThat(used).allMatch(used.get(0)::equals).first().isInstanceOf(Use.Good.class);
    assertThat(rows("SELECT digest FROM sallyport_refresh")).hasSize(2);
    assertThat(refresh.find(next(FIRST))).contains(new Found(family, false, false));
  }

  @Test
  void withoutAGraceOfFiftyWhoUseATokenAtOnceOneIsGivenASuccessorAndTheFamilyIsTakenBack()
      throws Exception {
    begun();
    List<Callable<Use>> uses = new ArrayList<>();
    for (int i = 0; i < 50; i++) uses.add(() -> use(FIRST, Duration.ZERO));
    List<Use> used = new ArrayList<>();
    for (Future<Use> done : threads.invokeAll(uses)) used.add(done.get());

    assertThat(used).filteredOn(Use.Good.class::isInstance).hasSize(1);
    assertThat(used).filteredOn(Use.Reused.class::isInstance).as("it is told once").hasSize(1);
    assertThat(used).filteredOn(Use.None.class::isInstance).hasSize(48);
    assertThat(refresh.find(FIRST).orElseThrow().revoked()).isTrue();
  }

  @Test
  void aFamilyIsTakenBackOnce() throws SQLException {
    RefreshFamily family = begun();
    assertThat(refresh.revoke("no such family", NOW)).isFalse();
    assertThat(refresh.revoke(family.id(), NOW)).isTrue();
    assertThat(refresh.revoke(family.id(), NOW.plusSeconds(1))).isFalse();
    assertThat(rows("SELECT revoked_at FROM sallyport_refresh_family"))
        .containsExactly(Long.toString(NOW.toEpochMilli()));
    assertThat(use(FIRST)).isEqualTo(new Use.None());
    assertThat(refresh.find(FIRST)).contains(new Found(family, false, true));
  }

  @Test
  void aFamilyEndsAtTheVeryInstant() throws SQLException {
    RefreshFamily family = begun();
    Function<String, String> after = after(FIRST);
    assertThat(refresh.use(FIRST, hex(64, 9), after, GRACE, END)).isEqualTo(new Use.None());
    assertThat(rows("SELECT digest FROM sallyport_refresh WHERE used_at IS NULL")).hasSize(1);
    Use used = refresh.use(FIRST, hex(64, 9), after, GRACE, END.minusMillis(1));
    assertThat(used).isEqualTo(new Use.Good(family, hex(64, 9)));
    assertThat(refresh.use(FIRST, hex(64, 10), after, GRACE, END)).isEqualTo(new Use.None());
    assertThat(refresh.find(FIRST).orElseThrow().revoked()).as("that is no reuse").isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"before commit", "after commit"})
  void whoseAnswerWasLostIsGivenTheSameSuccessorByAnother(String lostAt) {
    RefreshFamily family = begun();
    AtomicBoolean lose = new AtomicBoolean(true);
    Faults faults = new Faults(List.of());
    try (HikariDataSource pool = Store.pool(settings(), database, faults)) {
      RefreshStore lossy =
          new JdbcRefresh(
              new Database(
                  Tap.on(
                      pool,
                      what -> {
                        if (what.equals(lostAt) && lose.getAndSet(false)) {
                          throw new SQLException("the answer is lost");
                        }
                      }),
                  null,
                  null,
                  Duration.ofSeconds(5),
                  faults,
                  () -> {},
                  Telemetry.NONE));
      String salt = hex(64, 5);
      assertThatExceptionOfType(StoreUnavailableException.class)
          .isThrownBy(() -> lossy.use(FIRST, salt, after(FIRST), GRACE, NOW));

      Use again = refresh.use(FIRST, hex(64, 6), after(FIRST), GRACE, NOW);

      String made = lostAt.startsWith("after") ? salt : hex(64, 6);
      assertThat(again).isEqualTo(new Use.Good(family, made));
      assertThat(lossy.use(FIRST, hex(64, 7), after(FIRST), GRACE, NOW)).isEqualTo(again);
      assertThat(refresh.find(after(FIRST).apply(made))).contains(new Found(family, false, false));
    }
  }

  @Test
  void saltsAreErasedWhenTheirGraceIsOverAndNotBefore() throws SQLException {
    List<String> digests = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      digests.add(hex(64, 100 + i));
      refresh.insert(family("f" + i, "alice", END), digests.get(i));
      next(digests.get(i));
    }
    assertThat(refresh.eraseSalts(GRACE, 10)).isZero();
    sql("UPDATE sallyport_refresh SET used_at = used_at - 3600000 WHERE family <> 'f4'");
    assertThat(refresh.eraseSalts(GRACE, 3)).isEqualTo(3);
    assertThat(refresh.eraseSalts(GRACE, 3)).isEqualTo(1);
    assertThat(refresh.eraseSalts(GRACE, 3)).isZero();
    for (String digest : digests.subList(0, 4)) assertThat(salt(digest)).isNull();
    assertThat(salt(digests.get(4))).isNotNull();
    // And whose salt is erased is reused, even if the settings then allow more.
    assertThat(use(digests.get(0), Duration.ofDays(1))).isInstanceOf(Use.Reused.class);
  }

  @Test
  void familiesThatEndedBeforeAreRemovedWithTheirTokens() throws SQLException {
    for (int i = 0; i < 5; i++) {
      refresh.insert(family("f" + i, "alice", NOW.plusSeconds(i)), hex(64, 100 + i));
    }
    next(hex(64, 104));
    Instant before = NOW.plusSeconds(4);
    assertThat(refresh.removeEnded(before, 3)).isEqualTo(3);
    assertThat(refresh.removeEnded(before, 3)).isEqualTo(1);
    assertThat(refresh.removeEnded(before, 3)).isZero();
    assertThat(rows("SELECT id FROM sallyport_refresh_family")).containsExactly("f4");
    assertThat(rows("SELECT family FROM sallyport_refresh")).containsExactly("f4", "f4");
    assertThat(refresh.find(hex(64, 100))).isEmpty();
    assertThat(use(hex(64, 100))).isEqualTo(new Use.None());
    assertThat(refresh.removeEnded(before.plusMillis(1), 3)).isEqualTo(1);
    assertThat(rows("SELECT family FROM sallyport_refresh")).isEmpty();
  }

  @Test
  void aFamilyWhoseRowIsDamagedIsNoneAndIsReportedOnce() throws SQLException {
    begun();
    for (String damage : List.of("[]", "{}", "{\"scopes\":[1],\"roles\":[],\"claims\":{}}")) {
      sql("UPDATE sallyport_refresh_family SET granted = '" + damage + "'");
      assertThat(refresh.find(FIRST)).as(damage).isEmpty();
      assertThat(use(FIRST)).as(damage).isEqualTo(new Use.None());
    }
    assertThat(rows("SELECT digest FROM sallyport_refresh WHERE used_at IS NULL")).hasSize(1);
    try (Store another = Store.open(settings());
        CapturedLog log = new CapturedLog("sallyport.store")) {
      for (int i = 0; i < 2; i++) assertThat(another.refresh().find(FIRST)).isEmpty();
      assertThat(log.lines())
          .containsExactly(
              "SEVERE the row of the refresh family family-1 can't be read: its tokens are taken for"
                  + " none");
    }
  }

  @Test
  void ofAllWhoUseAndCleanAndTakeBackAtOnceNobodyWaitsInVain() throws Exception {
    for (int i = 0; i < 4; i++) refresh.insert(family("f" + i, "alice", END), hex(64, 100 + i));
    List<Callable<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String first = hex(64, 100 + i % 4);
      all.add(
          () -> {
            String at = first;
            for (int n = 0; n < 20; n++) {
              if (!(use(at) instanceof Use.Good good)) return n;
              at = after(at).apply(good.salt());
            }
            return 20;
          });
    }
    for (int i = 0; i < 2; i++) {
      all.add(
          () -> {
            int erased = 0;
            for (int n = 0; n < 20; n++) erased += refresh.eraseSalts(Duration.ZERO, 10);
            return erased + refresh.removeEnded(NOW, 10);
          });
      String digest = hex(32, i);
      all.add(
          () -> {
            for (int n = 0; n < 5; n++) revocations.raise(digest, v -> v + 1, "bob", NOW);
            return (int) revocations.raise(digest, v -> v + 1, "alice", NOW);
          });
    }
    for (Future<Integer> done : threads.invokeAll(all)) done.get(); // a deadlock is a fault
    assertThat(rows("SELECT id FROM sallyport_refresh_family WHERE revoked_at IS NULL")).isEmpty();
  }

  @Test
  void aTokenIsDeniedUntilTheLaterEndAndEachChangeIsInTheFeed() {
    String digest = hex(32, 1);
    revocations.deny(digest, 5_000_000_000L);
    revocations.deny(digest, 5_000_000_000L);
    revocations.deny(digest, 4_000_000_000L);
    revocations.deny(digest, 5_000_000_001L);
    assertThat(revocations.read(RevocationStore.DENIED, null, 10))
        .containsExactly(new Mark(digest, 5_000_000_001L));
    assertThat(feed())
        .containsExactly("denied " + digest + " 5000000000", "denied " + digest + " 5000000001");
  }

  @Test
  void ofManyWhoDenyATokenAtOnceEachIsHeard() throws Exception {
    String digest = hex(32, 1);
    List<Callable<Boolean>> all = new ArrayList<>();
    for (int i = 1; i <= 16; i++) {
      int until = i;
      all.add(
          () -> {
            revocations.deny(digest, until);
            return true;
          });
    }
    for (Future<Boolean> done : threads.invokeAll(all)) assertThat(done.get()).isTrue();
    assertThat(revocations.read(RevocationStore.DENIED, null, 10))
        .containsExactly(new Mark(digest, 16));
    assertThat(feed()).last().isEqualTo("denied " + digest + " 16");
  }

  @Test
  void aVersionIsRaisedFromNoughtAndNeverLowered() {
    String digest = hex(32, 1);
    List<Long> olds = new ArrayList<>();
    assertThat(
            revocations.raise(
                digest,
                old -> {
                  olds.add(old);
                  return 7;
                },
                null,
                NOW))
        .isEqualTo(7);
    assertThat(olds).containsExactly(0L);
    assertThat(revocations.raise(digest, old -> old + 1, null, NOW)).isEqualTo(8);
    assertThat(revocations.raise(digest, old -> old - 5, null, NOW)).isEqualTo(8);
    assertThat(revocations.raise(digest, old -> old, null, NOW)).isEqualTo(8);
    assertThat(revocations.read(RevocationStore.VERSION, null, 10))
        .containsExactly(new Mark(digest, 8));
    assertThat(revocations.read(RevocationStore.DENIED, null, 10)).isEmpty();
    assertThat(feed())
        .containsExactly("token-version " + digest + " 7", "token-version " + digest + " 8");
  }

  @Test
  void ofManyWhoRaiseAVersionAtOnceEachRaisesIt() throws Exception {
    String digest = hex(32, 1);
    List<Callable<Long>> all = new ArrayList<>();
    for (int i = 0; i < 16; i++) all.add(() -> revocations.raise(digest, v -> v + 1, "bob", NOW));
    List<Long> versions = new ArrayList<>();
    for (Future<Long> done : threads.invokeAll(all)) versions.add(done.get());
    assertThat(versions).doesNotHaveDuplicates().hasSize(16).contains(1L, 16L);
    assertThat(feed()).hasSize(16).last().isEqualTo("token-version " + digest + " 16");
  }

  @Test
  void withAVersionTheSubjectsRefreshTokensAreTakenBack() {
    refresh.insert(family("a1", "alice", END), hex(64, 1));
    refresh.insert(family("a2", "alice", END), hex(64, 2));
    refresh.insert(family("A", "Alice", END), hex(64, 3));
    refresh.insert(family("b", "bob", END), hex(64, 4));
    revocations.raise(hex(32, 1), old -> old + 1, null, NOW);
    assertThat(revoked(1, 2, 3, 4)).containsExactly(false, false, false, false);
    revocations.raise(hex(32, 1), old -> old + 1, "alice", NOW);
    assertThat(revoked(1, 2, 3, 4)).containsExactly(true, true, false, false);
  }

  @Test
  void aVersionThatCanNotBeToldTakesNothingBack() throws SQLException {
    begun();
    sql("DELETE FROM sallyport_feed");
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> revocations.raise(hex(32, 1), old -> old + 1, "alice", NOW));
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> revocations.deny(hex(32, 1), 7));
    assertThat(revoked(1)).containsExactly(false);
    for (String kind : List.of(RevocationStore.VERSION, RevocationStore.DENIED)) {
      assertThat(revocations.read(kind, null, 10)).isEmpty();
    }
  }

  private List<Boolean> revoked(int... digests) {
    return Arrays.stream(digests)
        .mapToObj(digest -> refresh.find(hex(64, digest)).orElseThrow().revoked())
        .toList();
  }

  @Test
  void marksAreReadInPagesInTheOrderOfTheirDigests() {
    for (int i : new int[] {9, 3, 15, 1, 12}) {
      revocations.deny(hex(32, i), i);
      revocations.raise(hex(32, i + 1), old -> i, null, NOW);
    }
    List<Mark> first = revocations.read(RevocationStore.DENIED, null, 2);
    assertThat(first).extracting(Mark::number).containsExactly(1L, 3L);
    List<Mark> second = revocations.read(RevocationStore.DENIED, first.get(1).digest(), 2);
    assertThat(second).extracting(Mark::number).containsExactly(9L, 12L);
    assertThat(revocations.read(RevocationStore.DENIED, second.get(1).digest(), 2))
        .containsExactly(new Mark(hex(32, 15), 15));
    assertThat(revocations.read(RevocationStore.VERSION, hex(32, 13), 2))
        .containsExactly(new Mark(hex(32, 16), 15));
    assertThatIllegalArgumentException().isThrownBy(() -> revocations.read("key", null, 2));
  }

  @Test
  void whatWasDeniedUntilBeforeIsRemovedAndNoNodeIsToldOfIt() {
    for (int i = 1; i <= 5; i++) revocations.deny(hex(32, i), 100 + i);
    assertThat(revocations.removeDenied(105, 3)).isEqualTo(3);
    assertThat(revocations.removeDenied(105, 3)).isEqualTo(1);
    assertThat(revocations.removeDenied(105, 3)).isZero();
    assertThat(revocations.read(RevocationStore.DENIED, null, 10))
        .containsExactly(new Mark(hex(32, 5), 105));
    assertThat(feed()).hasSize(5);
  }

  private static SigningKeyRecord key(int ordinal, String kid) {
    return new SigningKeyRecord(
        ordinal, kid, "RS256", "public", "s".repeat(5000), "pepper", NOW, NOW.plusSeconds(ordinal));
  }

  @Test
  void signingKeysAreReadAsTheyWereAddedAndEachIsInTheFeed() {
    SigningKeyStore keys = store.signingKeys();
    assertThat(keys.read()).isEmpty();
    assertThat(keys.add(key(2, "b"))).isTrue();
    assertThat(keys.add(key(1, "a"))).isTrue();
    assertThat(keys.add(key(2, "c"))).as("somebody else was first").isFalse();
    assertThat(keys.read()).containsExactly(key(1, "a"), key(2, "b"));
    assertThat(feed()).containsExactly("signing-key * 2", "signing-key * 1");
    keys.add(key(3, "d"));
    keys.removeUpTo(2);
    assertThat(keys.read()).containsExactly(key(3, "d"));
    assertThat(feed()).hasSize(3);
  }

  @Test
  void ofManyWhoAddTheNextSigningKeyOneDoes() throws Exception {
    List<Callable<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      SigningKeyRecord key = key(1, "k" + i);
      all.add(() -> store.signingKeys().add(key));
    }
    List<Boolean> added = new ArrayList<>();
    for (Future<Boolean> done : threads.invokeAll(all)) added.add(done.get());
    assertThat(added).containsOnlyOnce(true);
    assertThat(store.signingKeys().read()).hasSize(1);
    assertThat(feed()).hasSize(1);
  }

  @Test
  void aSigningKeyGetsAnotherSealWhereNobodyDidSoMeanwhile() {
    SigningKeyStore keys = store.signingKeys();
    SigningKeyRecord before = key(1, "a");
    keys.add(before);
    assertThat(keys.reseal(key(1, "b"), "other", "newer")).isFalse();
    assertThat(keys.reseal(key(2, "a"), "other", "newer")).isFalse();
    assertThat(keys.reseal(before, "other", "newer")).isTrue();
    assertThat(keys.reseal(before, "third", "newest")).isFalse();
    SigningKeyRecord after = keys.read().get(0);
    assertThat(entry(after.sealedKey(), after.sealedBy())).isEqualTo(entry("other", "newer"));
    assertThat(after.usedFrom()).isEqualTo(before.usedFrom());
    assertThat(feed()).as("the key is the same").hasSize(1);
  }

  @Test
  void theDatabasesClockIsInUtcAndIsAskedWhereItIsNeededAndNotAtTheTransactionsBeginning()
      throws SQLException {
    sql(inTokyo());
    past.setAutoCommit(false);
    rows("SELECT position FROM sallyport_feed"); // so that the transaction has begun
    long began = System.currentTimeMillis();
    await().until(System::currentTimeMillis, millis -> millis > began + 50);
    String now = "SELECT " + Dialect.of(past).now() + " FROM sallyport_feed";
    assertThat(Long.parseLong(String.valueOf(rows(now).get(0))))
        .isBetween(began + 50, System.currentTimeMillis());
    past.rollback();
    past.setAutoCommit(true);
  }
}
