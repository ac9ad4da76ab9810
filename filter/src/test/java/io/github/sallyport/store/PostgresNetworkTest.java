package io.github.sallyport.store;

import io.github.sallyport.store.StoreSettings.Source;
import java.sql.SQLException;

/** Over a network to PostgreSQL. */
class PostgresNetworkTest extends NetworkContract {
  @Override
  int port() {
    return Postgres.port();
  }

  @Override
  Source.Url newDatabase() throws SQLException {
    return Postgres.newDatabase();
  }
}
