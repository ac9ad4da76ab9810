package io.github.sallyport.store;

import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;

/** On the system's MariaDB server. */
@Tag("mariadb")
class MariaDbTokensTest extends TokensContract {
  @Override
  Source.Url newDatabase(Path folder) throws SQLException {
    return MariaDb.newDatabase();
  }

  @Override
  String inTokyo() {
    return "SET time_zone = '+09:00'";
  }
}
