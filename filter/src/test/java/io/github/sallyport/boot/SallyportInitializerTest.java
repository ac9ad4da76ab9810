package io.github.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole deployment on a real container, by init parameters alone. */
class SallyportInitializerTest {
  private static final String[] JSON = {"Content-Type: application/json"};

  @TempDir private Path data;
  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final Handler capture =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          if (record.getLevel().intValue() < Level.INFO.intValue()) return;
          for (Throwable t = record.getThrown(); t != null; t = t.getCause()) {
            logged.add(String.valueOf(t.getMessage()));
          }
          logged.add(new java.util.logging.SimpleFormatter().formatMessage(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  /** Says who calls; asynchronously below {@code /async}. */
  private static final class WhoAmI extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().write("I am " + request.getRemoteUser());
    }
  }

  @BeforeEach
  void listen() {
    Logger.getLogger("").addHandler(capture);
  }

  @AfterEach
  void stopListening() {
    Logger.getLogger("").removeHandler(capture);
  }

  private Map<String, String> parameters() {
    Map<String, String> parameters = new TreeMap<>();
    parameters.put("sallyport.data", data.toString());
    parameters.put("sallyport.admin.enabled", "true");
    return parameters;
  }

  private static TestServer server(Map<String, String> parameters, String... patterns)
      throws IOException {
    return new TestServer()
        .filter(SallyportFilter.class, parameters, patterns)
        .initializer(new SallyportInitializer())
        .servlet("/*", new WhoAmI());
  }

  private String adminKey() throws IOException {
    return Files.readString(data.resolve("initial-admin-key")).strip();
  }

  private static String[] with(String key) {
    return new String[] {"X-API-Key: " + key, JSON[0]};
  }

  private static String member(Reply reply, String name) {
    int at = reply.body().indexOf("\"" + name + "\":\"");
    assertThat(at).as(name + " in " + reply.status()).isPositive();
    int start = at + name.length() + 4;
    return reply.body().substring(start, reply.body().indexOf('"', start));
  }

  /** By the name of Jetty's, which upgrades before any filter that stands behind it is asked. */
  private static final class WebSocketUpgradeFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void whatLetsWebSocketsByIsAnErrorInTheLog() throws Exception {
    try (TestServer first =
        server(parameters(), "/*").filter(WebSocketUpgradeFilter.class, Map.of(), "/*")) {
      first.start();
      assertThat(logged).anyMatch(line -> line.contains("Handshakes of WebSocket go around"));
    }
    logged.clear();
    try (TestServer without = server(parameters(), "/*")) {
      without.start();
      assertThat(logged).noneMatch(line -> line.contains("WebSocket"));
    }
  }

  @Test
  void aKeyIsIssuedUsedRevokedAndRefusedOnTheNextRequest() throws Exception {
    try (TestServer server = server(parameters(), "/*")) {
      Wire wire = server.start();
      Reply issued =
          wire.send(
              "POST",
              "/sallyport/keys",
              "{\"owner\":\"acme\",\"scopes\":[\"orders:read\"]}",
              with(adminKey()));
      assertThat(issued.status()).isEqualTo(201);
      String key = member(issued, "key");
      String id = member(issued, "id");
      assertThat(wire.send("GET", "/x", "X-API-Key: " + key).body()).isEqualTo("I am " + id);

      String path = "/sallyport/keys/" + id;
      assertThat(wire.send("DELETE", path, with(adminKey())).status()).isEqualTo(204);
      Reply refused = wire.send("GET", "/x", "X-API-Key: " + key);
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.code()).isEqualTo("key_revoked");
      assertThat(wire.send("DELETE", path, with(adminKey())).status()).isEqualTo(204);
      assertThat(wire.send("GET", "/x", "X-API-Key: " + adminKey()).status()).isEqualTo(200);
    }
  }

  @Test
  void everyChangeAndEveryRefusalIsAuditedOnce() throws Exception {
    try (TestServer server = server(parameters(), "/*")) {
      Wire wire = server.start();
      Reply issued =
          wire.send(
              "POST", "/sallyport/keys", "{\"owner\":\"acme\",\"scopes\":[]}", with(adminKey()));
      String path = "/sallyport/keys/" + member(issued, "id");
      wire.send("DELETE", path, with(adminKey()));
      wire.send("DELETE", path, with(adminKey()));
      wire.send("GET", "/x", "X-Request-Id: refused-1");
    }
    List<String> audit =
        logged.stream().filter(line -> line.startsWith("{\"time\":")).collect(Collectors.toList());
    assertThat(audit).hasSize(4);
    assertThat(audit.get(0)).contains("\"action\":\"key.issued\"", "\"actor\":\"sallyport\"");
    assertThat(audit.get(1))
        .contains("\"action\":\"key.issued\"", "\"requestId\":", "\"path\":\"/sallyport/keys\"");
    assertThat(audit.get(2)).contains("\"action\":\"key.revoked\"");
    assertThat(audit.get(3))
        .contains("\"code\":\"credential_missing\"", "\"requestId\":\"refused-1\"");
  }

  @Test
  void theFirstAdministratorsKeyIsInAFileForItsOwnerAloneAndNeverInALog() throws Exception {
    try (TestServer server = server(parameters(), "/*")) {
      Wire wire = server.start();
      Path file = data.resolve("initial-admin-key");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(Files.readAllLines(file)).hasSize(1);
      assertThat(wire.send("GET", "/sallyport/keys", with(adminKey())).body())
          .contains("\"owner\":\"admin\"", "\"sallyport:admin\"", "\"sallyport:exchange\"");
      assertThat(logged).anySatisfy(line -> assertThat(line).contains(file.toString()));
      assertThat(logged).noneSatisfy(line -> assertThat(line).contains(adminKey()));
    }
  }

  @Test
  void aRedeploymentKeepsTheKeysAndWritesNoSecondFile() throws Exception {
    String key;
    try (TestServer server = server(parameters(), "/*")) {
      server.start();
      key = adminKey();
    }
    Files.delete(data.resolve("initial-admin-key"));
    try (TestServer server = server(parameters(), "/*")) {
      assertThat(server.start().send("GET", "/x", with(key)).status()).isEqualTo(200);
      assertThat(data.resolve("initial-admin-key")).doesNotExist();
    }
  }

  @Test
  void withoutAdministrationThereAreNoEndpointsAndNoKeyIsMade() throws Exception {
    Map<String, String> parameters = parameters();
    parameters.remove("sallyport.admin.enabled");
    try (TestServer server = server(parameters, "/*")) {
      Wire wire = server.start();
      assertThat(data.resolve("initial-admin-key")).doesNotExist();
      assertThat(wire.send("GET", "/sallyport/keys").status()).isEqualTo(401);
    }
  }

  @Test
  void theEndpointsAreGuardedWhateverTheUrlPattern() throws Exception {
    try (TestServer server = server(parameters(), "/guarded/*")) {
      Wire wire = server.start();
      assertThat(wire.send("GET", "/sallyport/keys").code()).isEqualTo("credential_missing");
      assertThat(wire.send("GET", "/sallyport/keys", with(adminKey())).status()).isEqualTo(200);
      assertThat(wire.send("GET", "/guarded/x").code()).isEqualTo("credential_missing");
      assertThat(wire.send("GET", "/open").body()).isEqualTo("I am null");
    }
  }

  @Test // catalogue S17
  void anOpenMemberOfAClusterStopsTheDeployment() throws Exception {
    Path open = Files.writeString(data.resolve("cluster.yaml"), "hazelcast: {}\n");
    Map<String, String> parameters = parameters();
    parameters.put("sallyport.cluster.provider", "hazelcast");
    parameters.put("sallyport.cluster.uri", open.toString());
    try (TestServer server = server(parameters, "/*")) {
      server.start();
      assertThat(server.isRunning()).isFalse();
    }
    assertThat(logged)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("Sallyport does not start: sallyport.cluster.uri: a member with")
                    .contains("it listens on every address")
                    .contains("cluster-name: orders-production"));
  }

  @Test
  void allMistakesOfAConfigurationStopTheDeploymentInOneReport() throws Exception {
    Map<String, String> parameters = parameters();
    parameters.put("sallyport.relm", "x");
    parameters.put("sallyport.store.poll", "2 seconds");
    parameters.put("sallyport.api-key.pepper", "too-short-and-secret");
    try (TestServer server = server(parameters, "/*")) {
      Wire wire = server.start();
      assertThat(server.isRunning()).isFalse();
      assertThat(wire.send("GET", "/x").body()).doesNotContain("I am");
    }
    assertThat(logged)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("sallyport.relm", "sallyport.realm")
                    .contains("sallyport.store.poll", "sallyport.api-key.pepper"));
    assertThat(logged).noneSatisfy(line -> assertThat(line).contains("too-short-and-secret"));
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void aStartThatFailsHalfWayClosesWhatItOpened() throws Exception {
    Path inTheWay = Files.createDirectory(data.resolve("initial-admin-key"));
    Files.createFile(inTheWay.resolve("something"));
    try (TestServer server = server(parameters(), "/*")) {
      server.start();
      assertThat(server.isRunning()).isFalse();
      // The database's file is locked by whoever has it open.
      Files.delete(inTheWay.resolve("something"));
      Files.delete(inTheWay);
      try (TestServer next = server(parameters(), "/*")) {
        assertThat(next.start().send("GET", "/x", with(adminKey())).status()).isEqualTo(200);
      }
    }
  }

  @Test
  void twoFiltersStopTheDeployment() throws Exception {
    try (TestServer server = server(parameters(), "/*")) {
      server.secondFilter(SallyportFilter.class, "/y/*");
      server.start();
      assertThat(server.isRunning()).isFalse();
      assertThat(logged).anySatisfy(line -> assertThat(line).contains("declares 2 filters"));
    }
  }

  @Test
  void theJarAloneOpensNothingAndSaysSo() throws Exception {
    try (TestServer server =
        new TestServer().initializer(new SallyportInitializer()).servlet("/*", new WhoAmI())) {
      assertThat(server.start().send("GET", "/x").body()).isEqualTo("I am null");
      assertThat(logged).anySatisfy(line -> assertThat(line).contains("nothing is protected"));
    }
  }

  @Test
  void aStoppedApplicationLeavesNoThreadNoDriverNoBeanAndNoLock() throws Exception {
    Set<Thread> threads = threads();
    List<?> drivers = DriverManager.drivers().toList();
    Set<ObjectName> beans = ManagementFactory.getPlatformMBeanServer().queryNames(null, null);
    for (int i = 0; i < 3; i++) {
      try (TestServer server = server(parameters(), "/*")) {
        assertThat(server.start().send("GET", "/x", with(adminKey())).status()).isEqualTo(200);
      }
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(threads()).isSubsetOf(threads));
    assertThat(DriverManager.drivers().toList()).hasSameSizeAs(drivers);
    assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(null, null)).isEqualTo(beans);
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .filter(thread -> !thread.getThreadGroup().getName().equals("system"))
        .filter(thread -> !thread.getName().startsWith("Catalina-utility"))
        .filter(thread -> !thread.getName().startsWith("awaitility"))
        .collect(Collectors.toSet());
  }

  @Test
  void aClosedSallyportLetsNobodyIn() throws Exception {
    try (TestServer server = server(parameters(), "/*")) {
      Wire wire = server.start();
      String key = adminKey();
      server.stopApplication();
      assertThat(wire.send("GET", "/x", with(key)).body()).doesNotContain("I am");
    }
  }
}
