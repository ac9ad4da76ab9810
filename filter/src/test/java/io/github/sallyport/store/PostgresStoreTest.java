package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** On a PostgreSQL server. */
class PostgresStoreTest extends StoreContract {
  @Override
  Dialect dialect() {
    return Dialect.POSTGRESQL;
  }

  @Override
  Source.Url newDatabase(Path folder) throws SQLException {
    return Postgres.newDatabase();
  }

  @Test
  void aRoleThatMayOnlyReadAndWriteRowsIsEnoughOnceTheTablesAreThere() throws SQLException {
    Source.Url asWriter = role("writer", "");
    assertThatThrownBy(() -> Store.open(settings(asWriter, null, true)))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessage("the store does not answer: making or checking its tables")
        .cause()
        .hasMessageContaining("permission denied for schema public");
    assertThatThrownBy(() -> Store.open(settings(asWriter, null, false)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the tables lack version 1");
    for (String statement : Migrations.byHand(dialect(), 0)) execute(past(), statement);
    execute(
        past(),
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "
            + asWriter.username());
    for (boolean migrate : new boolean[] {false, true}) {
      try (Store store = Store.open(settings(asWriter, null, migrate))) {
        String id = issue(store, "acme", null).record().id();
        assertThat(store.apiKeys().change(id, key -> as(key, Status.REVOKED))).isPresent();
      }
    }
  }

  /** A login of its own for this database, without the right to make tables. */
  private Source.Url role(String name, String options) throws SQLException {
    String role = name + System.nanoTime();
    execute(past(), "CREATE ROLE " + role + " LOGIN " + options);
    execute(past(), "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    return Postgres.as(text("SELECT current_database()"), role, null);
  }

  @Override
  boolean isScan(String line) {
    return line.contains("Seq Scan");
  }

  @Override
  String index() {
    return "Index (Only )?Scan|Bitmap Index Scan";
  }
}
