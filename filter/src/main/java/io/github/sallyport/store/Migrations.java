package io.github.sallyport.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Our tables, brought to the version that this code speaks. */
final class Migrations {
  private static final String SCRIPTS = "classpath:io/github/sallyport/store/migration";

  private Migrations() {}

  /**
   * Makes or alters the tables, or only checks them.
   *
   * @throws IllegalStateException if they lack a version and may not be altered
   */
  static void apply(DataSource source, StoreSettings settings, Faults faults) {
    try {
      Flyway flyway = flyway(source, settings);
      if (settings.migrate()) {
        flyway.migrate();
      } else {
        check(flyway);
      }
    } catch (SQLException | FlywayException e) {
      throw faults.unavailable("making or checking its tables", e);
    }
  }

  private static void check(Flyway flyway) {
    MigrationInfo[] missing = flyway.info().pending();
    if (missing.length > 0) {
      throw new IllegalStateException(
          "sallyport.store.migrate is false and the tables lack version "
              + Arrays.stream(missing)
                  .map(m -> m.getVersion().getVersion())
                  .collect(Collectors.joining(", "))
              + ": run the scripts in io/github/sallyport/store/migration, or set it to true once");
    }
    flyway.validate();
  }

  private static Flyway flyway(DataSource source, StoreSettings settings) throws SQLException {
    FluentConfiguration configuration =
        Flyway.configure(Migrations.class.getClassLoader())
            .dataSource(source)
            .locations(SCRIPTS)
            .failOnMissingLocations(true)
            .table("sallyport_schema_history")
            // The tables of an application may be there already.
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .placeholders(Map.of("exact", exact(source)));
    if (settings.schema() != null) configuration.defaultSchema(settings.schema());
    return configuration.load();
  }

  /** How a column is told to compare by code point. */
  private static String exact(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return switch (connection.getMetaData().getDatabaseProductName()) {
        case "PostgreSQL" -> "COLLATE \"C\"";
        case "MariaDB", "MySQL" -> "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
        default -> "";
      };
    }
  }
}
