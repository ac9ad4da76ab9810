package io.github.sallyport.store;

import io.github.sallyport.store.StoreSettings.Source;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;

/** Over a network to MariaDB. */
@Tag("mariadb")
class MariaDbNetworkTest extends NetworkContract {
  @Override
  int port() {
    return MariaDb.port();
  }

  @Override
  Source.Url newDatabase() throws SQLException {
    return MariaDb.newDatabase();
  }
}
