package io.github.sallyport.store;

import io.github.sallyport.store.StoreSettings.Source;
import java.sql.SQLException;

/** On a PostgreSQL server. */
class PostgresAuditTest extends AuditContract {
  @Override
  Source.Url newDatabase() throws SQLException {
    return Postgres.newDatabase();
  }

  @Override
  boolean isScan(String line) {
    return line.contains("Seq Scan");
  }
}
