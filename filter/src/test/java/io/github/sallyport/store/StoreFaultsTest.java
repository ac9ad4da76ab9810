package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Secret;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.Telemetry;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.KeyQuery;
import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is wrong with the database, the answer is the same, and what can be read is. */
@Timeout(60)
class StoreFaultsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  // A statement's time-out, a second in which the database may say so, and a slow machine.
  private static final Duration SOON = Duration.ofSeconds(4);

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test // catalogue S04: the statement's own time-out, not the network's
  void aStatementThatTakesTooLongIsEndedByTheDatabase() throws Exception {
    Source.Url database = Postgres.newDatabase();
    try (Store store = Store.open(settings(database));
        Connection other = StoreContract.connection(database)) {
      ApiKeyRecord key = StoreContract.issue(store, "acme", null).record();
      other.setAutoCommit(false);
      StoreContract.execute(other, "LOCK TABLE sallyport_key");
      assertThatThrownBy(() -> store.apiKeys().find(key.id()))
          .isInstanceOf(StoreUnavailableException.class)
          .cause()
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("57014"); // query_canceled
      other.rollback();
      assertThat(store.apiKeys().find(key.id())).contains(key);
    }
  }

  @Test
  void aDatabaseThatComesBackIsFoundHoweverOftenItIsAskedMeanwhile() throws Exception {
    Server server = h2("0");
    Source.Url database =
        new Source.Url(
            new Secret("jdbc:h2:tcp://localhost:" + server.getPort() + "/./keys"),
            "sallyport",
            new Secret("a-password-of-the-tests"));
    try (Store store = Store.open(settings(database))) {
      ApiKeyRecord key = StoreContract.issue(store, "acme", null).record();

      server.stop();
      assertThatThrownBy(() -> store.apiKeys().find(key.id()))
          .isInstanceOf(StoreUnavailableException.class);
      server = h2(String.valueOf(server.getPort()));

      // More often than the pool has an idle connection tried before it hands it out.
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(10))
          .ignoreExceptions()
          .until(() -> store.apiKeys().find(key.id()).isPresent());
    } finally {
      server.stop();
    }
  }

  private Server h2(String port) throws SQLException {
    return Server.createTcpServer(
            "-tcpPort", port, "-ifNotExists", "-baseDir", folder.resolve("h2").toString())
        .start();
  }

  @Test
  void aDatabaseThatMayOnlyBeReadIsReadAndRefusesChanges() throws Exception {
    Source.Url database = Postgres.newDatabase();
    ApiKeyRecord key;
    try (Store store = Store.open(settings(database))) {
      key = StoreContract.issue(store, "acme", null).record();
    }
    try (Connection other = StoreContract.connection(database)) {
      StoreContract.execute(
          other,
          "ALTER DATABASE " + other.getCatalog() + " SET default_transaction_read_only = on");
    }
    try (Store store = Store.open(settings(database))) {
      readable(store, key);
      assertThatThrownBy(() -> StoreContract.issue(store, "acme", null))
          .isInstanceOf(StoreUnavailableException.class)
          .cause()
          .hasMessageContaining("read-only transaction");
    }
  }

  @Test
  void anH2FileThatMayOnlyBeReadIsReadAndRefusesChanges() {
    Source.Url file = EmbeddedH2.in(folder);
    ApiKeyRecord key;
    try (Store store = Store.open(settings(file))) {
      key = StoreContract.issue(store, "acme", null).record();
    }
    Source.Url readOnly =
        new Source.Url(new Secret(file.url().reveal() + ";ACCESS_MODE_DATA=r"), "sallyport", null);
    try (Store store = Store.open(settings(readOnly))) {
      readable(store, key);
      assertThatThrownBy(() -> StoreContract.issue(store, "acme", null))
          .isInstanceOf(StoreUnavailableException.class)
          .cause()
          .hasMessageContaining("read only");
    }
  }

  @Test
  void aPoolWithoutAFreeConnectionIsAFaultUntilOneIsGivenBack() throws Exception {
    Source.Url source = Postgres.newDatabase();
    Faults faults = new Faults(List.of());
    try (var pool = Store.pool(settings(source), source, faults)) {
      Database database = new Database(pool, null, null, TIMEOUT, faults, () -> {}, Telemetry.NONE);
      CountDownLatch taken = new CountDownLatch(pool.getMaximumPoolSize());
      CountDownLatch goOn = new CountDownLatch(1);
      List<Future<String>> holders = new ArrayList<>();
      for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
        holders.add(
            threads.submit(
                () ->
                    database.transact(
                        "holding",
                        t -> {
                          taken.countDown();
                          awaitUnchecked(goOn);
                          return "held";
                        })));
      }
      taken.await();
      unavailableSoon(() -> database.transact("asking", t -> t.update("SELECT 1")));
      goOn.countDown();
      for (Future<String> holder : holders) assertThat(holder.get()).isEqualTo("held");
      assertThat(database.<Boolean>transact("asking", t -> t.prepare("SELECT 1").execute()))
          .isTrue();
    }
  }

  /** What H2 can't do well: see {@link Database}. */
  @Test
  void onH2ATransactionWaitsForItsTurnAndNotForEver() throws Exception {
    Source.Url source = EmbeddedH2.in(folder);
    Faults faults = new Faults(List.of());
    try (var pool = Store.pool(settings(source), source, faults)) {
      Database database = new Database(pool, null, null, TIMEOUT, faults, () -> {}, Telemetry.NONE);
      CountDownLatch taken = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      Future<String> holder =
          threads.submit(
              () ->
                  database.transact(
                      "holding",
                      t -> {
                        taken.countDown();
                        awaitUnchecked(goOn);
                        return "held";
                      }));
      taken.await();
      assertThatThrownBy(
              () -> database.<Boolean>transact("asking", t -> t.prepare("SELECT 1").execute()))
          .isInstanceOf(StoreUnavailableException.class)
          .cause()
          .hasMessageContaining("another transaction takes too long");
      goOn.countDown();
      assertThat(holder.get()).isEqualTo("held");
      assertThat(database.<Boolean>transact("asking", t -> t.prepare("SELECT 1").execute()))
          .isTrue();
    }
  }

  private static StoreSettings settings(Source source) {
    return new StoreSettings(source, null, true, TIMEOUT);
  }

  private static void unavailableSoon(ThrowingCallable call) {
    long began = System.nanoTime();
    assertThatThrownBy(call).isInstanceOf(StoreUnavailableException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
  }

  private static void readable(Store store, ApiKeyRecord key) {
    assertThat(store.apiKeys().find(key.id())).contains(key);
    assertThat(store.feed().read(0, 0).newest()).isEqualTo(1);
    assertThat(store.apiKeys().list(KeyQuery.ALL, 10, null)).containsExactly(key);
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
