package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Secret;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.Telemetry;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.store.StoreSettings.Source;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @TempDir Path folder;

  @Test
  void theIdKeyIsMadeOnceAndStays() {
    byte[] first;
    try (Store store = embedded()) {
      first = store.apiKeys().idKey();
      assertThat(first).hasSize(32).isNotEqualTo(new byte[32]);
    }
    try (Store store = embedded()) {
      assertThat(store.apiKeys().idKey()).isEqualTo(first);
    }
  }

  @Test
  void aChangeThatCanNotBeNumberedDoesNotTakePlace() throws SQLException {
    Source.Url shared = memory("unnumbered");
    try (Connection connection = connect(shared);
        Store store = open(shared, true)) {
      ApiKeys keys = new ApiKeys(Rooms.KEYS, store.apiKeys(), e -> {}, Clock.systemUTC());
      String id = keys.issue(Rooms.request(), Rooms.ADMIN).record().id();
      execute(connection, "DELETE FROM sallyport_feed");
      assertThatThrownBy(() -> keys.revoke(id, null, Rooms.ADMIN))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage("the store does not answer: changing an API key");
      assertThat(number(connection, "SELECT COUNT(*) FROM sallyport_key WHERE status = 'ACTIVE'"))
          .isEqualTo(1);
      assertThatThrownBy(() -> store.feed().read(0, 0).newest())
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void theTablesFindRoomBesideThoseOfAnApplication() throws SQLException {
    Source.Url shared = memory("beside");
    try (Connection connection = connect(shared)) {
      execute(connection, "CREATE TABLE orders (id INT)");
      try (Store store = open(shared, true)) {
        assertThat(store.feed().read(0, 0).newest()).isZero();
      }
      assertThat(number(connection, "SELECT COUNT(*) FROM orders")).isZero();
    }
  }

  @Test // catalogue L01
  void aDatabaseThatIsNotThereIsAFaultWithoutUrlAndPassword() {
    Source.Url away =
        new Source.Url(
            new Secret("jdbc:h2:tcp://127.0.0.1:1/db;NETWORK_TIMEOUT=1000;TRACE_LEVEL_FILE=0"),
            "user",
            new Secret("hunter22"));
    try (CapturedLog pool = new CapturedLog("com.zaxxer.hikari")) {
      assertThatThrownBy(() -> open(away, true))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage("the store does not answer: opening a connection")
          .satisfies(
              e -> {
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                assertThat(trace.toString())
                    .contains("Connection is broken")
                    .doesNotContain("jdbc:h2", "NETWORK_TIMEOUT", "hunter22");
              });
      assertThat(pool.text()).doesNotContain("jdbc:h2", "NETWORK_TIMEOUT", "hunter22");
    }
    assertThat(
            new Faults(List.of("hunter22"))
                .unavailable("x", new SQLException("no jdbc:y:z?password=hunter22 there: hunter22"))
                .getCause())
        .hasMessage("java.sql.SQLException: no jdbc:… there: …");
  }

  @Test
  void aUrlThatNoDriverTakesIsNamedWithoutBeingPrinted() {
    Source.Url odd = new Source.Url(new Secret("jdbc:nosuch://host/db"), null, null);
    assertThatThrownBy(() -> open(odd, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("no JDBC driver in the application takes sallyport.store.url")
        .hasMessageNotContaining("nosuch");
  }

  @Test
  void closingLeavesNoThreadNoLockAndNoDriver() throws SQLException {
    Set<Driver> drivers = DriverManager.drivers().collect(Collectors.toSet());
    Set<Thread> threads = threads();
    for (int i = 0; i < 2; i++) {
      try (Store store = embedded()) {
        assertThat(store.feed().read(0, 0).newest()).isZero();
        assertThat(threads()).isNotEqualTo(threads);
      }
      await().untilAsserted(() -> assertThat(threads()).isSubsetOf(threads));
      assertThat(DriverManager.drivers()).isSubsetOf(drivers);
    }
    try (Connection connection = connect(EmbeddedH2.in(folder))) {
      assertThat(number(connection, "SELECT COUNT(*) FROM sallyport_feed")).isEqualTo(1);
    }
  }

  @Test
  void everyScriptInTheFolderIsListedInItsOrder() throws Exception {
    Path scripts = Path.of(Script.class.getResource("/" + Script.FOLDER).toURI());
    try (Stream<Path> files = Files.list(scripts)) {
      assertThat(Script.ALL)
          .extracting(Script::file)
          .containsExactlyInAnyOrderElementsOf(
              files.map(file -> file.getFileName().toString()).toList());
    }
    for (int i = 0; i < Script.ALL.size(); i++) {
      assertThat(Script.ALL.get(i).version()).isEqualTo(i + 1);
      assertThat(Script.ALL.get(i).file()).startsWith("V" + (i + 1) + "__");
      assertThat(Script.ALL.get(i).oldest()).isBetween(1, i + 1);
    }
  }

  @Test
  void theSqlForTablesMadeByHandIsPrintedForEachDatabase() {
    PrintStream out = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      TablesSql.main(new String[] {"mariadb"});
      TablesSql.main(new String[] {"postgresql", Integer.toString(Script.newest())});
    } finally {
      System.setOut(out);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("owner VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL")
        .contains("INSERT INTO sallyport_schema_version (version, oldest) VALUES (1, 1);")
        .doesNotContain("COLLATE \"C\"", "--");
    assertThatThrownBy(() -> TablesSql.main(new String[0])).hasMessageContaining("postgresql");
  }

  @Test
  void aDatabaseThatTheTablesAreNotWrittenForIsRefused() {
    Connection other =
        (Connection)
            Proxy.newProxyInstance(
                StoreTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> metaData("MySQL"));
    assertThatThrownBy(() -> Dialect.of(other))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the store's database says that it is MySQL: Sallyport knows H2, PostgreSQL and MariaDB");
  }

  private static DatabaseMetaData metaData(String product) {
    return (DatabaseMetaData)
        Proxy.newProxyInstance(
            StoreTest.class.getClassLoader(),
            new Class<?>[] {DatabaseMetaData.class},
            (proxy, method, arguments) -> product);
  }

  @Test
  void closingTwiceIsHarmless() {
    Store store = embedded();
    store.close();
    store.close();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theEmbeddedDatabasesFolderIsItsOwnersAlone() throws Exception {
    Path made = folder.resolve("data");
    try (Store store = Store.open(Rooms.settings(made))) {
      assertThat(store.feed().read(0, 0).newest()).isZero();
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
        .isEqualTo("rwx------");
  }

  @Test
  void aFolderThatH2WouldMisreadIsRefused() {
    assertThatThrownBy(() -> Store.open(Rooms.settings(folder.resolve("a;b"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("sallyport.data must not have a semicolon");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:h2:file:/data/x, true",
    "jdbc:h2:~/x;MODE=MySQL, true",
    "jdbc:h2:~/x;WRITE_DELAY=00, true",
    "jdbc:h2:~/x;WRITE_DELAY=0, true",
    "JDBC:H2:~/x;write_delay=0;MODE=MySQL;Reuse_Space=False, false",
    "jdbc:h2:mem:x, false",
    "jdbc:postgresql://h/x, false"
  })
  void anH2FileThatMayLoseCommitsIsRecognized(String url, boolean mayLose) {
    assertThat(EmbeddedH2.mayLoseCommits(url)).isEqualTo(mayLose);
  }

  @Test
  void aDeployersOwnH2FileThatMayLoseCommitsIsWarnedOf() {
    String url = "jdbc:h2:file:" + folder.resolve("own");
    try (CapturedLog log = new CapturedLog("sallyport.store")) {
      open(new Source.Url(new Secret(url), "sa", null), true).close();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith(
              "WARNING sallyport.store.url names an H2 file without WRITE_DELAY=0;REUSE_SPACE=FALSE");
      open(new Source.Url(new Secret(url + ";WRITE_DELAY=0;REUSE_SPACE=FALSE"), "sa", null), true)
          .close();
      embedded().close();
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  void aContainersConnectionIsGivenBackAsItCame() throws SQLException {
    JdbcDataSource source = new JdbcDataSource();
    source.setUrl("jdbc:h2:mem:container;DB_CLOSE_DELAY=-1");
    try (Connection connection = source.getConnection();
        Workers workers = new Workers(TIMEOUT)) {
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      OneConnection pool = new OneConnection(connection);
      Database database =
          new Database(
              pool.source(),
              workers,
              null,
              TIMEOUT,
              new Faults(List.of()),
              () -> {},
              Telemetry.NONE);
      int inside =
          database.transact(
              "asking", t -> t.prepare("SELECT 1").getConnection().getTransactionIsolation());
      assertThat(inside).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
      execute(connection, "SHUTDOWN");
    }
  }

  private Store embedded() {
    return Store.open(Rooms.settings(folder));
  }

  private static Store open(Source source, boolean migrate) {
    return Store.open(new StoreSettings(source, null, migrate, TIMEOUT));
  }

  private static Source.Url memory(String name) {
    return new Source.Url(new Secret("jdbc:h2:mem:" + name), "sallyport", null);
  }

  private static Connection connect(Source.Url url) throws SQLException {
    JdbcDataSource source = new JdbcDataSource();
    source.setUrl(url.url().reveal());
    source.setUser("sallyport");
    return source.getConnection();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> !t.getName().startsWith("awaitility"))
        .collect(Collectors.toSet());
  }
}
