package io.github.sallyport.store;

import io.github.sallyport.Secret;
import io.github.sallyport.store.StoreSettings.Source;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** A PostgreSQL server, started when it is first asked for, ended with the JVM. */
public final class Postgres {
  /** Who may do everything, and needs no password. */
  public static final String SUPERUSER = "postgres";

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private Postgres() {}

  private static final class Running {
    static final EmbeddedPostgres SERVER = start();

    private static EmbeddedPostgres start() {
      try {
        // A store that another test opened and closed may have taken it along.
        if (!Driver.isRegistered()) Driver.register();
        return EmbeddedPostgres.builder().start();
      } catch (IOException | SQLException e) {
        throw new IllegalStateException("PostgreSQL did not start", e);
      }
    }
  }

  /** Of the server, on loopback. */
  public static int port() {
    return Running.SERVER.getPort();
  }

  /** An empty database that nobody else uses. */
  public static Source.Url newDatabase() throws SQLException {
    String name = "t" + DATABASES.incrementAndGet();
    try (Connection connection = connect("postgres", SUPERUSER);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return as(name, SUPERUSER, null);
  }

  /** The same database, by another way to the server. */
  public static Source.Url through(int port, Source.Url database) {
    String url = database.url().reveal().replace(":" + port() + "/", ":" + port + "/");
    return new Source.Url(new Secret(url), database.username(), database.password());
  }

  static Source.Url as(String database, String user, @Nullable String password) {
    return new Source.Url(
        new Secret(url(database)), user, password == null ? null : new Secret(password));
  }

  private static String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
  }

  private static Connection connect(String database, String user) throws SQLException {
    return Connections.open(url(database), user);
  }
}
