package io.github.sallyport.store;

import io.github.sallyport.store.StoreSettings.Source;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;

/** On the system's MariaDB server. */
@Tag("mariadb")
class MariaDbAuditTest extends AuditContract {
  @Override
  Source.Url newDatabase() throws SQLException {
    return MariaDb.newDatabase();
  }

  @Override
  boolean isScan(String line) {
    return line.contains("type=ALL") && !line.contains("table=<union");
  }

  @Override
  String analyze() {
    return "ANALYZE TABLE sallyport_audit";
  }
}
