package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Secret;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.json.Json;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyDigest;
import io.github.sallyport.key.NewApiKey;
import io.github.sallyport.store.StoreSettings.Source;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What holds on every database. One class for each runs it, through our own pool; a test that is
 * added here runs on all.
 */
abstract class StoreContract {
  private static final Duration PATIENT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  Source.Url database = new Source.Url(new Secret("jdbc:none"), null, null);
  private @Nullable Connection past; // and keeps a database in memory alive

  abstract Dialect dialect();

  /** An empty database that nobody else uses. */
  abstract Source.Url newDatabase(Path folder) throws SQLException;

  @BeforeEach
  void connect() throws SQLException {
    database = newDatabase(folder);
    past = connection(database);
  }

  @AfterEach
  void disconnect() throws SQLException {
    threads.shutdownNow();
    if (past != null) past.close();
  }

  @Test
  void theServerIsOfTheKindThatTheReportSays() throws SQLException {
    assertThat(Dialect.of(past())).isEqualTo(dialect());
    String version = text(dialect() == Dialect.H2 ? "SELECT H2VERSION()" : "SELECT VERSION()");
    System.out.println("The store's contract is tried on " + dialect() + ": " + version);
    assertThat(version).containsPattern("[0-9]+\\.[0-9]+");
  }

  @Test
  void aKeyIsFoundAsItWasKept() {
    Instant from = Instant.parse("1970-01-01T00:00:00.001Z");
    Instant until = Instant.parse("9999-12-31T23:59:59.999Z");
    try (Store store = open()) {
      ApiKeyRecord full = keys(store).issue(Rooms.between(from, until), Rooms.ADMIN).record();
      ApiKeyRecord bare = issue(store, "bare", null).record();
      assertThat(store.apiKeys().find(full.id())).contains(full);
      assertThat(store.apiKeys().find(bare.id())).contains(bare);
      assertThat(store.apiKeys().find(full.id().toLowerCase(Locale.ROOT))).isEmpty();
      assertThat(store.apiKeys().find(full.id() + " ")).isEmpty();
    }
  }

  @Test
  void keysAreListedInTheOrderOfTheCodePointsOfTheirIdsPageByPage() {
    try (Store store = open()) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        ids.add(issue(store, i % 2 == 0 ? "even" : "odd", null).record().id());
      }
      ids.sort(Comparator.naturalOrder());
      List<String> listed = new ArrayList<>();
      String after = null;
      while (true) {
        List<ApiKeyRecord> page = store.apiKeys().list(null, 7, after);
        if (page.isEmpty()) break;
        page.forEach(key -> listed.add(key.id()));
        after = listed.get(listed.size() - 1);
      }
      assertThat(listed).isEqualTo(ids);
      assertThat(store.apiKeys().list("even", 100, null)).hasSize(10);
    }
  }

  @Test // catalogue G: names that one database or another would take for the same
  void ownersThatDifferAtAllAreDifferentOwnersAndComeBackUnharmed() throws Exception {
    Set<String> texts =
        new LinkedHashSet<>(
            List.of(
                "acme",
                "Acme",
                "acme ",
                "acme  ",
                " acme",
                "acmé",
                "acme\u0301",
                "ácme",
                "ß",
                "ss",
                "ẞ",
                "İ",
                "i",
                "ı",
                "I",
                "😀",
                "😁",
                "\uD83D\uDE00 ",
                "%",
                "_",
                "a'b",
                "a\\b",
                "a\"b",
                "${exact}",
                "?",
                "ﬁ",
                "fi",
                "Ａ",
                "\u00A0",
                "\u3000",
                "\uFEFF",
                "null",
                "e".repeat(200),
                "é".repeat(200),
                "😀".repeat(100)));
    texts.addAll(naughty());
    try (Store store = open()) {
      int kept = 0;
      for (String text : texts) {
        if (!fits(text)) continue;
        kept++;
        issue(store, text, text);
      }
      assertThat(kept).isGreaterThan(300);
      for (String text : texts) {
        if (!fits(text)) continue;
        assertThat(store.apiKeys().list(text, 10, null))
            .singleElement()
            .satisfies(
                key -> {
                  assertThat(key.owner()).isEqualTo(text);
                  assertThat(key.name()).isEqualTo(text);
                });
      }
    }
  }

  @Test
  void anIdThatIsTakenIsSaidAndChangesNothing() {
    try (Store store = open()) {
      ApiKeyRecord record = issue(store, "acme", null).record();
      assertThat(store.apiKeys().insert(record)).isFalse();
      assertThat(store.feed().read()).isEqualTo(1);
    }
  }

  @Test
  void eachChangeOfAStatusIsKeptAndNumberedAndRevokedIsForGood() throws SQLException {
    try (Store store = open()) {
      String id = issue(store, "acme", null).record().id();
      assertThat(store.apiKeys().setStatus(id, Status.DISABLED).orElseThrow().changed()).isTrue();
      assertThat(store.apiKeys().setStatus(id, Status.DISABLED).orElseThrow().changed()).isFalse();
      assertThat(store.apiKeys().setStatus(id, Status.REVOKED).orElseThrow().changed()).isTrue();
      assertThat(store.apiKeys().setStatus(id, Status.ACTIVE).orElseThrow().changed()).isFalse();
      assertThat(store.apiKeys().find(id).orElseThrow().status()).isEqualTo(Status.REVOKED);
      assertThat(store.apiKeys().find(id).orElseThrow().version()).isEqualTo(3);
      assertThat(store.apiKeys().setStatus("no such", Status.REVOKED)).isEmpty();
      assertThat(store.feed().read()).isEqualTo(3);
      assertThat(changes())
          .containsExactly("1 key " + id + " 1", "2 key " + id + " 2", "3 key " + id + " 3");
    }
  }

  @Test
  void ofTwoNodesOneKeepsTheFirstKey() throws Exception {
    try (Store one = open();
        Store other = open()) {
      List<Boolean> kept =
          atOnce(
              4,
              n ->
                  (n % 2 == 0 ? one : other)
                      .apiKeys()
                      .insertFirst(record(one, "key" + n), () -> {}));
      assertThat(kept).containsOnlyOnce(true);
      assertThat(one.apiKeys().list(null, 10, null)).hasSize(1);
      assertThat(other.feed().read()).isEqualTo(1);
    }
  }

  @Test
  void aFirstKeyWhoseFileCanNotBeWrittenIsNotKeptAndTheNextMayTry() {
    try (Store store = open()) {
      assertThatThrownBy(
              () ->
                  store
                      .apiKeys()
                      .insertFirst(
                          record(store, "first"),
                          () -> {
                            throw new IllegalStateException("no room");
                          }))
          .hasMessage("no room");
      assertThat(store.apiKeys().list(null, 10, null)).isEmpty();
      assertThat(store.feed().read()).isZero();
      assertThat(store.apiKeys().insertFirst(record(store, "first"), () -> {})).isTrue();
    }
  }

  /**
   * The reader's mark may pass a number only when all before it are there to be read. A sequence
   * would let the second writer commit its number before the first.
   */
  @Test
  void aWriterThatPausesBetweenItsNumberAndItsCommitHoldsUpTheNextSoThatNothingIsSkipped()
      throws Exception {
    CountDownLatch numbered = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (Store one = open();
        Store other = open()) {
      ApiKeyRecord first = record(one, "first");
      Future<Boolean> pausing =
          threads.submit(
              () ->
                  one.apiKeys()
                      .insertFirst(
                          first,
                          () -> {
                            numbered.countDown();
                            awaitUnchecked(goOn);
                          }));
      numbered.await();
      Future<String> second = threads.submit(() -> issue(other, "acme", null).record().id());
      await()
          .during(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(10))
          .until(() -> !second.isDone() && other.feed().read() == 0 && changes().isEmpty());
      goOn.countDown();
      assertThat(pausing.get()).isTrue();
      String id = second.get();
      assertThat(other.feed().read()).isEqualTo(2);
      assertThat(changes()).containsExactly("1 key " + first.id() + " 1", "2 key " + id + " 1");
    }
  }

  @Test // catalogue S04
  void aChangeThatWaitsForAnotherWriterIsGivenUpAndReadersAreNotHeldUp() throws SQLException {
    StoreSettings impatient = new StoreSettings(database, null, true, Duration.ofSeconds(1));
    try (Store store = Store.open(impatient)) {
      past().setAutoCommit(false);
      execute(past(), "UPDATE sallyport_feed SET position = position + 1");
      long began = System.nanoTime();
      assertThatThrownBy(() -> issue(store, "acme", null))
          .isInstanceOf(StoreUnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(Duration.ofMillis(500), Duration.ofSeconds(5));
      assertThat(store.feed().read()).isZero();
      assertThat(store.apiKeys().list(null, 10, null)).isEmpty();
      past().rollback();
      past().setAutoCommit(true);
      assertThat(issue(store, "acme", null)).isNotNull();
      assertThat(store.feed().read()).isEqualTo(1);
    }
  }

  @Test
  void everyChangeIsNumberedWithoutAGapHoweverManyWriteAtOnce() throws Exception {
    try (Store one = open();
        Store other = open()) {
      atOnce(
          4,
          n -> {
            Store store = n % 2 == 0 ? one : other;
            for (int i = 0; i < 20; i++) {
              String id = issue(store, "acme", null).record().id();
              keys(store).revoke(id, Rooms.ADMIN);
              keys(store).revoke(id, Rooms.ADMIN);
            }
            return true;
          });
      assertThat(one.feed().read()).isEqualTo(160);
      assertThat(number("SELECT COUNT(*) FROM sallyport_change")).isEqualTo(160);
      assertThat(number("SELECT MIN(position) FROM sallyport_change")).isEqualTo(1);
      assertThat(number("SELECT MAX(position) FROM sallyport_change")).isEqualTo(160);
    }
  }

  @Test
  void nodesThatStartAtOnceOnAnEmptyDatabaseMakeItsTablesOnceAndAgreeOnTheIdKey() throws Exception {
    List<List<Byte>> idKeys =
        atOnce(
            4,
            n -> {
              try (Store store = open()) {
                List<Byte> idKey = new ArrayList<>();
                for (byte b : store.apiKeys().idKey()) idKey.add(b);
                return idKey;
              }
            });
    assertThat(new LinkedHashSet<>(idKeys)).hasSize(1);
    assertThat(number("SELECT COUNT(*) FROM sallyport_feed")).isEqualTo(1);
    assertThat(number("SELECT COUNT(*) FROM sallyport_schema_version WHERE version > 0"))
        .isEqualTo(Script.newest());
  }

  @Test
  void aStartThatWasKilledBetweenAnyTwoStatementsIsFinishedByTheNext() throws SQLException {
    List<String> all = Migrations.byHand(dialect(), 0);
    for (int done = 1; done < all.size(); done++) {
      Source.Url half = newDatabase(folder.resolve("half" + done));
      try (Connection connection = connection(half)) {
        for (String statement : all.subList(0, done)) execute(connection, statement);
        try (Store store = Store.open(settings(half, null, true))) {
          assertThat(issue(store, "acme", null)).isNotNull();
          assertThat(store.feed().read()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void whereItMayNotMigrateItSaysWhatIsMissingAndMakesNothingAndTablesMadeByHandDo()
      throws SQLException {
    assertThatThrownBy(() -> Store.open(settings(database, null, false)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("sallyport.store.migrate is false and the tables lack version 1")
        .hasMessageContaining(
            "'java -cp sallyport-filter.jar io.github.sallyport.store.TablesSql DATABASE 0'")
        .hasMessageEndingWith("(the scripts are in io/github/sallyport/store/migration)");
    assertThatThrownBy(() -> number("SELECT COUNT(*) FROM sallyport_feed"))
        .isInstanceOf(SQLException.class);
    for (String statement : Migrations.byHand(dialect(), 0)) execute(past(), statement);
    try (Store store = Store.open(settings(database, null, false))) {
      assertThat(issue(store, "acme", null)).isNotNull();
    }
  }

  @Test
  void tablesOfANewerSallyportServeUntilTheySayThatThisOneIsTooOld() throws SQLException {
    open().close();
    int newest = Script.newest();
    execute(past(), "INSERT INTO sallyport_schema_version VALUES (" + (newest + 1) + ", 1)");
    try (Store store = open()) {
      assertThat(issue(store, "acme", null)).isNotNull();
    }
    execute(
        past(),
        "INSERT INTO sallyport_schema_version VALUES (" + (newest + 2) + ", " + (newest + 1) + ")");
    for (boolean migrate : new boolean[] {true, false}) {
      assertThatThrownBy(() -> Store.open(settings(database, null, migrate)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the tables are of a newer Sallyport: they have version "
                  + (newest + 2)
                  + " and need one that knows at least version "
                  + (newest + 1)
                  + ", this one knows "
                  + newest);
    }
  }

  @Test
  void theTablesLieInTheSchemaThatIsSet() throws SQLException {
    String schema = "Doors" + System.nanoTime();
    execute(past(), "CREATE SCHEMA " + quoted(schema));
    try (Store store = Store.open(settings(database, schema, true))) {
      issue(store, "acme", null);
    }
    assertThat(number("SELECT COUNT(*) FROM " + quoted(schema) + ".sallyport_key")).isEqualTo(1);
    assertThatThrownBy(() -> number("SELECT COUNT(*) FROM sallyport_key"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void anApplicationThatMigratesFirstWithFlywayGoesOnDoingSo() {
    Flyway first = flyway().target("1").load();
    assertThat(first.migrate().migrationsExecuted).isEqualTo(1);
    try (Store store = open()) {
      issue(store, "acme", null);
    }
    first.validate();
    Flyway second = flyway().load();
    assertThat(second.migrate().migrationsExecuted).isEqualTo(1);
    second.validate();
    try (Store store = Store.open(settings(database, null, false))) {
      assertThat(store.feed().read()).isEqualTo(1);
    }
  }

  @Test
  void anApplicationThatMigratesSecondWithFlywayMustSayThatTheSchemaIsNotEmpty() {
    open().close();
    assertThatThrownBy(() -> flyway().load().migrate())
        .hasMessageContaining("no schema history table");
    Flyway application = flyway().baselineOnMigrate(true).baselineVersion("0").load();
    assertThat(application.migrate().migrationsExecuted).isEqualTo(2);
    application.validate();
    try (Store store = open()) {
      assertThat(issue(store, "acme", null)).isNotNull();
    }
    application.validate();
  }

  @Test
  void anApplicationThatMigratesSecondNeedsNoSettingWhereOursHaveASchemaOfTheirOwn()
      throws SQLException {
    String schema = "doors" + System.nanoTime();
    execute(past(), "CREATE SCHEMA " + quoted(schema));
    Store.open(settings(database, schema, true)).close();
    Flyway application = flyway().load();
    assertThat(application.migrate().migrationsExecuted).isEqualTo(2);
    application.validate();
    Store.open(settings(database, schema, true)).close();
  }

  // What follows is for the tests above and those to come.

  private String quoted(String name) {
    return dialect() == Dialect.MARIADB ? "`" + name + "`" : '"' + name + '"';
  }

  /** An application's own migrations, in the same database. */
  private FluentConfiguration flyway() {
    return Flyway.configure()
        .dataSource(database.url().reveal(), database.username(), null)
        .locations("classpath:io/github/sallyport/store/application");
  }

  final Store open() {
    return Store.open(settings(database, null, true));
  }

  static StoreSettings settings(Source.Url database, @Nullable String schema, boolean migrate) {
    return new StoreSettings(database, schema, migrate, PATIENT);
  }

  /** A connection past us. */
  final Connection past() {
    return Objects.requireNonNull(past);
  }

  static ApiKeys keys(Store store) {
    return new ApiKeys(Rooms.KEYS, store.apiKeys(), event -> {}, Clock.systemUTC());
  }

  static IssuedKey issue(Store store, String owner, @Nullable String name) {
    return keys(store)
        .issue(
            new NewApiKey(owner, name, "live", Set.of(), Set.of(), null, null, null), Rooms.ADMIN);
  }

  /** A record that could be kept, and is not. */
  static ApiKeyRecord record(Store store, String id) {
    return new ApiKeyRecord(
        id,
        "acme",
        null,
        "live",
        Set.of(),
        Set.of(),
        null,
        Status.ACTIVE,
        Instant.EPOCH,
        "admin",
        null,
        null,
        1,
        new KeyDigest("none", "0".repeat(64)));
  }

  final long number(String sql) throws SQLException {
    return Long.parseLong(text(sql));
  }

  final String text(String sql) throws SQLException {
    return rows(sql).get(0);
  }

  /** The rows that a query answers, columns joined by spaces. */
  final List<String> rows(String sql) throws SQLException {
    try (Statement statement = past().createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          columns.add(String.valueOf(rows.getString(i)));
        }
        all.add(String.join(" ", columns));
      }
      return all;
    }
  }

  /** The rows of the change feed. */
  final List<String> changes() throws SQLException {
    return rows("SELECT position, kind, id, version FROM sallyport_change ORDER BY position");
  }

  static Connection connection(Source.Url url) throws SQLException {
    return DriverManager.getConnection(url.url().reveal(), url.username(), null);
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** What several threads do that begin at once. */
  final <T> List<T> atOnce(int many, Numbered<T> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(many);
    List<Callable<T>> all = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      int n = i;
      all.add(
          () -> {
            start.await();
            return work.run(n);
          });
    }
    List<T> results = new ArrayList<>();
    for (Future<T> result : threads.invokeAll(all)) results.add(result.get());
    return results;
  }

  /** One of several. */
  @FunctionalInterface
  interface Numbered<T> {
    T run(int number) throws Exception;
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean fits(String text) {
    try {
      return new NewApiKey(text, text, "live", Set.of(), Set.of(), null, null, null) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<String> naughty() throws Exception {
    try (InputStream in =
        StoreContract.class.getResourceAsStream("/vectors/naughty_strings.open.json")) {
      List<?> strings = (List<?>) Json.readObject(in.readAllBytes()).get("strings");
      return Objects.requireNonNull(strings).stream().map(String::valueOf).toList();
    }
  }
}
