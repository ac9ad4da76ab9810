package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.arjuna.ats.internal.jta.transaction.arjunacore.TransactionSynchronizationRegistryImple;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.narayana.NarayanaTransactionIntegration;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.KeyQuery;
import io.github.sallyport.store.StoreSettings.Source;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.spi.InitialContextFactory;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JndiStoreTest {
  private static final Map<String, Object> BOUND = new ConcurrentHashMap<>();

  static {
    // Else Narayana writes into the working directory, and listens for its recovery.
    for (String store : List.of("", "communicationStore.", "stateStore.")) {
      System.setProperty(
          "ObjectStoreEnvironmentBean." + store + "objectStoreDir", "target/transactions");
    }
    System.setProperty("CoordinatorEnvironmentBean.transactionStatusManagerEnable", "NO");
  }

  private final JdbcDataSource source = new JdbcDataSource();

  @BeforeEach
  void bind() {
    System.setProperty(Context.INITIAL_CONTEXT_FACTORY, Names.class.getName());
    source.setUrl("jdbc:h2:mem:jndi;DB_CLOSE_DELAY=-1");
    BOUND.put("java:comp/env/jdbc/doors", source);
    BOUND.put("java:comp/env/number", 1);
  }

  @AfterEach
  void unbind() throws SQLException {
    System.clearProperty(Context.INITIAL_CONTEXT_FACTORY);
    BOUND.clear();
    try (Connection connection = source.getConnection()) {
      connection.createStatement().execute("SHUTDOWN");
    }
  }

  @Test
  void theContainersDataSourceIsUsedAndLeftOpen() throws SQLException {
    String id;
    try (Store store = open("java:comp/env/jdbc/doors")) {
      ApiKeys keys = new ApiKeys(Rooms.KEYS, store.apiKeys(), e -> {}, Clock.systemUTC());
      id = keys.issue(Rooms.request(), Rooms.ADMIN).record().id();
      assertThat(keys.revoke(id, null, Rooms.ADMIN)).isTrue();
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(2);
    }
    try (Store store = open("java:comp/env/jdbc/doors")) {
      assertThat(store.apiKeys().find(id)).isPresent();
    }
  }

  @Test
  void aNameThatTheContainerDoesNotKnowIsNamed() {
    assertThatThrownBy(() -> open("java:comp/env/jdbc/windows"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "sallyport.store.datasource: the container has nothing under the name"
                + " java:comp/env/jdbc/windows");
    assertThatThrownBy(() -> open("java:comp/env/number"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "sallyport.store.datasource: what the container has under java:comp/env/number is no"
                + " DataSource");
  }

  @Test
  void whatWasAnsweredInsideATransactionThatRollsBackStands() throws Exception {
    TransactionManager transactions = com.arjuna.ats.jta.TransactionManager.transactionManager();
    try (AgroalDataSource joining = joining(transactions)) {
      BOUND.put("java:comp/env/jdbc/joining", joining);
      execute(joining, "CREATE TABLE orders (id INT)");
      transactions.begin();
      String id;
      try (Store store = open("java:comp/env/jdbc/joining")) {
        ApiKeys keys = new ApiKeys(Rooms.KEYS, store.apiKeys(), e -> {}, Clock.systemUTC());
        execute(joining, "INSERT INTO orders VALUES (1)");
        id = keys.issue(Rooms.request(), Rooms.ADMIN).record().id();
        assertThat(keys.revoke(id, null, Rooms.ADMIN)).isTrue();
        execute(joining, "INSERT INTO orders VALUES (2)");
        assertThat(number(joining, "SELECT COUNT(*) FROM orders")).isEqualTo(2);
        transactions.rollback();
        assertThat(store.apiKeys().find(id).orElseThrow().status()).isEqualTo(Status.REVOKED);
        assertThat(store.feed().read(0, 0).newest()).isEqualTo(2);
      }
      assertThat(number(joining, "SELECT COUNT(*) FROM orders")).isZero();
    }
  }

  @Test
  void anApplicationsTransactionGoesOnAfterACallThatFails() throws Exception {
    TransactionManager transactions = com.arjuna.ats.jta.TransactionManager.transactionManager();
    try (AgroalDataSource joining = joining(transactions)) {
      BOUND.put("java:comp/env/jdbc/joining", joining);
      execute(joining, "CREATE TABLE orders (id INT)");
      try (Store store = open("java:comp/env/jdbc/joining")) {
        execute(joining, "DROP TABLE sallyport_feed");
        transactions.begin();
        execute(joining, "INSERT INTO orders VALUES (1)");
        assertThatThrownBy(() -> store.feed().read(0, 0).newest())
            .isInstanceOf(StoreUnavailableException.class);
        transactions.commit();
      }
      assertThat(number(joining, "SELECT COUNT(*) FROM orders")).isEqualTo(1);
    }
  }

  @Test // catalogue S04
  void aContainersPoolThatIsEmptyHoldsNobodyUpAndAChangeThatNobodyWaitsForIsNotMade()
      throws Exception {
    CountDownLatch given = new CountDownLatch(1);
    DataSource slow = slow(given);
    BOUND.put("java:comp/env/jdbc/slow", slow);
    try (Store store =
        Store.open(
            new StoreSettings(
                new Source.Jndi("java:comp/env/jdbc/slow"), null, true, Duration.ofMillis(200)))) {
      ApiKeys keys = new ApiKeys(Rooms.KEYS, store.apiKeys(), e -> {}, Clock.systemUTC());
      holdBack = true;
      for (int i = 0; i < 12; i++) {
        assertThatThrownBy(() -> keys.issue(Rooms.request(), Rooms.ADMIN))
            .isInstanceOf(StoreUnavailableException.class)
            .cause()
            .hasMessageContaining("no answer within PT0.4S");
      }
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> store.feed().read(0, 0).newest())
          .isInstanceOf(StoreUnavailableException.class)
          .cause()
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
      holdBack = false;
      given.countDown();
      await()
          .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
          .until(() -> store.feed().read(0, 0).newest() == 0);
      assertThat(keys.list(KeyQuery.ALL, 10, null)).isEmpty();
      assertThat(keys.issue(Rooms.request(), Rooms.ADMIN)).isNotNull();
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(1);
    }
    await().until(JndiStoreTest::threadsOfOurs, names -> names.isEmpty());
  }

  /** Whether the container has no connection to give. */
  private volatile boolean holdBack;

  private DataSource slow(CountDownLatch given) {
    return (DataSource)
        Proxy.newProxyInstance(
            JndiStoreTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (holdBack) given.await();
              return source.getConnection();
            });
  }

  private static List<String> threadsOfOurs() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sallyport-store"))
        .toList();
  }

  /** A container's pool whose connections join the transaction of the thread that asks. */
  private static AgroalDataSource joining(TransactionManager transactions) throws SQLException {
    return AgroalDataSource.from(
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(
                pool ->
                    pool.maxSize(5)
                        .transactionIntegration(
                            new NarayanaTransactionIntegration(
                                transactions, new TransactionSynchronizationRegistryImple()))
                        .connectionFactoryConfiguration(
                            factory ->
                                factory.jdbcUrl(
                                    "jdbc:h2:mem:joining"
                                        + System.nanoTime()
                                        + ";DB_CLOSE_DELAY=-1"))));
  }

  private static void execute(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static long number(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Store open(String name) {
    return Store.open(new StoreSettings(new Source.Jndi(name), null, true, Duration.ofSeconds(2)));
  }

  /** A container's names. */
  public static final class Names implements InitialContextFactory {
    @Override
    public Context getInitialContext(Hashtable<?, ?> environment) {
      return (Context)
          Proxy.newProxyInstance(
              Names.class.getClassLoader(),
              new Class<?>[] {Context.class},
              (proxy, method, arguments) -> {
                if (!method.getName().equals("lookup")) return null;
                Object bound = BOUND.get(arguments[0].toString());
                if (bound == null) throw new NameNotFoundException();
                return bound;
              });
    }
  }
}
