package io.github.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the events of a whole deployment go. */
class AuditSinksTest {
  private static final String[] JSON = {"Content-Type: application/json"};

  @TempDir Path data;

  /** An application's. */
  public static final class Ledger implements AuditSink, AutoCloseable {
    static final List<String> ACTIONS = new CopyOnWriteArrayList<>();
    static volatile boolean closed;

    /** Made by Sallyport. */
    public Ledger() {}

    @Override
    public void record(AuditEvent event) {
      ACTIONS.add(event.action());
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** Can't be made. */
  public static final class Broken implements AuditSink {
    /** Throws. */
    public Broken() {
      throw new IllegalStateException("no ledger here");
    }

    @Override
    public void record(AuditEvent event) {}
  }

  @BeforeEach
  void forget() {
    Ledger.ACTIONS.clear();
    Ledger.closed = false;
  }

  private TestServer server(String sink) throws Exception {
    Map<String, String> parameters =
        Map.of(
            "sallyport.data",
            data.toString(),
            "sallyport.admin.enabled",
            "true",
            "sallyport.audit.sink",
            sink);
    return new TestServer()
        .filter(SallyportFilter.class, parameters, "/*")
        .initializer(new SallyportInitializer());
  }

  private void issueAndBeRefused(Wire wire) throws Exception {
    String admin = Files.readString(data.resolve("initial-admin-key")).strip();
    String[] headers = {"X-API-Key: " + admin, JSON[0]};
    assertThat(
            wire.send("POST", "/sallyport/keys", "{\"owner\":\"acme\",\"scopes\":[]}", headers)
                .status())
        .isEqualTo(201);
    assertThat(wire.send("GET", "/sallyport/keys", "X-API-Key: sp_live_x").status()).isEqualTo(401);
  }

  @Test
  void aClassOfTheApplicationGetsThemBehindTheRequestsAndIsClosed() throws Exception {
    try (TestServer server = server(Ledger.class.getName())) {
      issueAndBeRefused(server.start());
      await()
          .untilAsserted(
              () ->
                  assertThat(Ledger.ACTIONS)
                      .containsExactly("key.issued", "key.issued", "request.refused"));
    }
    assertThat(Ledger.closed).isTrue();
  }

  @Test
  void aClassThatCanNotBeMadeStopsTheDeploymentByName() throws Exception {
    try (CapturedLog log = new CapturedLog("");
        TestServer server = server(Broken.class.getName())) {
      server.start();
      assertThat(server.isRunning()).isFalse();
      assertThat(log.text())
          .contains(
              "sallyport.audit.sink: the constructor of "
                  + Broken.class.getName()
                  + " failed: java.lang.IllegalStateException: no ledger here");
    }
  }

  @Test
  void theLogGetsLinesOfJsonAndNoneGetsNothing() throws Exception {
    try (CapturedLog log = new CapturedLog("sallyport.audit");
        TestServer server = server("log")) {
      issueAndBeRefused(server.start());
      assertThat(log.lines()).hasSize(3).allMatch(line -> line.startsWith("INFO {\"time\":\""));
    }
    try (CapturedLog log = new CapturedLog("sallyport.audit");
        TestServer server = server("none")) {
      issueAndBeRefused(server.start());
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void withoutAPepperTheTableIsUsedAndTheStartSaysThatNothingIsSealed() throws Exception {
    try (CapturedLog log = new CapturedLog("sallyport.audit");
        TestServer server = server("jdbc")) {
      issueAndBeRefused(server.start());
      assertThat(log.lines().get(0))
          .startsWith("WARNING sallyport.api-key.pepper is not set: events in the table are not");
    }
  }
}
