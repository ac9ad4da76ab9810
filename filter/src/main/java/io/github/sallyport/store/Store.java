package io.github.sallyport.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.Telemetry;
import io.github.sallyport.audit.AuditStore;
import io.github.sallyport.cache.ChangeSource;
import io.github.sallyport.key.ApiKeyStore;
import io.github.sallyport.limit.PlanStore;
import io.github.sallyport.limit.QuotaLedger;
import io.github.sallyport.store.StoreSettings.Source;
import io.github.sallyport.token.RefreshStore;
import io.github.sallyport.token.RevocationStore;
import io.github.sallyport.token.SigningKeyStore;
import io.github.sallyport.usage.UsageStore;
import java.lang.System.Logger.Level;
import java.sql.Driver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The database, open: pool, tables, and one class for each port.
 *
 * <p>Closing leaves no thread, no lock on an embedded database's file, and no driver registered
 * that opening brought.
 */
public final class Store implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("sallyport.store");
  private static final long LEAST_POOL_WAIT_MILLIS = 250; // the pool refuses less

  private final Set<Driver> driversBefore;
  private final @Nullable HikariDataSource pool;
  private final @Nullable Workers workers;
  private final ApiKeyStore apiKeys;
  private final PlanStore plans;
  private final QuotaLedger quotas;
  private final ChangeSource feed;
  private final UsageStore usage;
  private final AuditStore audit;
  private final RefreshStore refresh;
  private final RevocationStore revocations;
  private final SigningKeyStore signingKeys;

  private Store(StoreSettings settings, Telemetry telemetry) {
    Faults faults = new Faults(secrets(settings.source()));
    driversBefore = Drivers.ours();
    HikariDataSource ourPool = null;
    Workers theirs = null;
    try {
      DataSource source;
      if (settings.source() instanceof Source.Jndi jndi) {
        source = lookUp(jndi.name());
        theirs = new Workers(settings.queryTimeout().multipliedBy(2));
      } else {
        source = ourPool = pool(settings, url(settings.source()), faults);
      }
      Migrations.apply(source, theirs, settings, faults);
      Database database =
          new Database(
              source,
              theirs,
              settings.schema(),
              settings.queryTimeout(),
              faults,
              reconnect(ourPool),
              telemetry);
      apiKeys = new JdbcApiKeys(database, Once.open(database));
      plans = new JdbcPlans(database);
      quotas = new JdbcQuotas(database);
      feed = new Feed(database);
      usage = new JdbcUsage(database);
      audit = new JdbcAudit(database);
      refresh = new JdbcRefresh(database);
      revocations = new JdbcRevocations(database);
      signingKeys = new JdbcSigningKeys(database);
      pool = ourPool;
      workers = theirs;
    } catch (RuntimeException | Error e) {
      close(ourPool, theirs);
      Drivers.deregisterAllBut(driversBefore);
      throw e;
    }
  }

  /**
   * Opens the store, and makes or checks its tables.
   *
   * @throws StoreUnavailableException if the database does not answer
   * @throws IllegalStateException if it can't be used as it is: a driver or a version of the tables
   *     is missing; the message says what to do
   */
  public static Store open(StoreSettings settings) {
    return open(settings, Telemetry.NONE);
  }

  /** As {@link #open(StoreSettings)}, watched. */
  public static Store open(StoreSettings settings, Telemetry telemetry) {
    return new Store(settings, telemetry);
  }

  /** The keys. */
  public ApiKeyStore apiKeys() {
    return apiKeys;
  }

  /** What keys were used for. */
  public UsageStore usage() {
    return usage;
  }

  /** The plans. */
  public PlanStore plans() {
    return plans;
  }

  /** What was used of quotas. */
  public QuotaLedger quotas() {
    return quotas;
  }

  /** The committed changes. */
  public ChangeSource feed() {
    return feed;
  }

  /** The events of audit, where they go into a table. */
  public AuditStore audit() {
    return audit;
  }

  /** The refresh tokens. */
  public RefreshStore refresh() {
    return refresh;
  }

  /** What was taken back. */
  public RevocationStore revocations() {
    return revocations;
  }

  /** The keys that sign what we issue. */
  public SigningKeyStore signingKeys() {
    return signingKeys;
  }

  /** Gives up every connection of ours. May be called again. */
  @Override
  public void close() {
    close(pool, workers);
    Drivers.deregisterAllBut(driversBefore);
  }

  private static void close(@Nullable HikariDataSource pool, @Nullable Workers workers) {
    if (pool != null) pool.close();
    if (workers != null) workers.close();
  }

  private static Runnable reconnect(@Nullable HikariDataSource pool) {
    return pool == null ? () -> {} : () -> pool.getHikariPoolMXBean().softEvictConnections();
  }

  private static Source.Url url(Source source) {
    if (source instanceof Source.Embedded embedded) return EmbeddedH2.in(embedded.folder());
    if (source instanceof Source.Url url) {
      if (EmbeddedH2.mayLoseCommits(url.url().reveal())) {
        LOG.log(
            Level.WARNING,
            "sallyport.store.url names an H2 file without WRITE_DELAY=0;REUSE_SPACE=FALSE: what"
                + " was answered may be lost when the process is killed");
      }
      return url;
    }
    throw new AssertionError("a JNDI name has no URL");
  }

  static HikariDataSource pool(StoreSettings settings, Source.Url source, Faults faults) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("sallyport");
    config.setDriverClassName(Drivers.classFor(source.url()));
    config.setJdbcUrl(source.url().reveal());
    if (source.username() != null) config.setUsername(source.username());
    if (source.password() != null) config.setPassword(source.password().reveal());
    boundLogins(config, Database.seconds(settings.queryTimeout()));
    enterSchema(config, settings.schema());
    config.setAutoCommit(false);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    long wait = Math.max(LEAST_POOL_WAIT_MILLIS, settings.queryTimeout().toMillis());
    config.setConnectionTimeout(wait);
    config.setValidationTimeout(wait);
    try {
      return new HikariDataSource(config);
    } catch (RuntimeException e) {
      throw faults.unavailable("opening a connection", e);
    }
  }

  // How long a driver may shake hands, and ask for an end of what takes too long, with a network
  // that
  // swallows everything; each driver has words of its own, and what the URL says stands.
  private static void boundLogins(HikariConfig config, int seconds) {
    if (config.getJdbcUrl().startsWith("jdbc:postgresql:")) {
      config.addDataSourceProperty("loginTimeout", Integer.toString(seconds));
      config.addDataSourceProperty("cancelSignalTimeout", Integer.toString(seconds));
    } else if (config.getJdbcUrl().startsWith("jdbc:mariadb:")) {
      config.addDataSourceProperty("connectTimeout", Integer.toString(seconds * 1000));
    }
  }

  // For the URL alone decides the driver, and MariaDB's has schemas under JDBC's name for catalogs.
  private static void enterSchema(HikariConfig config, @Nullable String schema) {
    if (schema == null) return;
    if (config.getJdbcUrl().startsWith("jdbc:mariadb:")) {
      config.setCatalog(schema);
    } else {
      config.setSchema(schema);
    }
  }

  // The name is the deployer's own setting; no request has a part in it.
  @SuppressWarnings("BanJNDI")
  private static DataSource lookUp(String name) {
    try {
      if (InitialContext.doLookup(name) instanceof DataSource source) return source;
    } catch (NamingException e) {
      throw new IllegalStateException(
          "sallyport.store.datasource: the container has nothing under the name " + name, e);
    }
    throw new IllegalStateException(
        "sallyport.store.datasource: what the container has under " + name + " is no DataSource");
  }

  private static List<String> secrets(Source source) {
    List<String> secrets = new ArrayList<>();
    if (source instanceof Source.Url url) {
      secrets.add(url.url().reveal());
      if (url.password() != null) secrets.add(url.password().reveal());
    }
    return secrets;
  }
}
