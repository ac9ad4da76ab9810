package io.github.sallyport.store;

import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;

/** On the system's MariaDB server. */
@Tag("mariadb")
class MariaDbStoreTest extends StoreContract {
  @Override
  Dialect dialect() {
    return Dialect.MARIADB;
  }

  @Override
  Source.Url newDatabase(Path folder) throws SQLException {
    return MariaDb.newDatabase();
  }

  @Override
  boolean isScan(String line) {
    return line.contains("type=ALL");
  }

  @Override
  String index() {
    return "key=(PRIMARY|sallyport_key_[a-z]+)";
  }

  @Override
  String analyze() {
    return "ANALYZE TABLE sallyport_key";
  }
}
