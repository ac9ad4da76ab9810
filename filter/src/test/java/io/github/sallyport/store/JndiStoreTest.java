package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.store.StoreSettings.Source;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.spi.InitialContextFactory;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JndiStoreTest {
  private static final Map<String, Object> BOUND = new ConcurrentHashMap<>();

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
