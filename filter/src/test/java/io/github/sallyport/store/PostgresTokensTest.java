package io.github.sallyport.store;

import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Path;
import java.sql.SQLException;

/** On a PostgreSQL server. */
class PostgresTokensTest extends TokensContract {
  @Override
  Source.Url newDatabase(Path folder) throws SQLException {
    return Postgres.newDatabase();
  }

  @Override
  String inTokyo() {
    return "SET TIME ZONE 'Asia/Tokyo'";
  }
}
