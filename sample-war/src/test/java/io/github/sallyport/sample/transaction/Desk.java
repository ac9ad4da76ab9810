package io.github.sallyport.sample.transaction;

import io.github.sallyport.audit.Actor;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyTerms;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** Hands out keys from Java, in a transaction of its own on the database that has the keys. */
@ApplicationScoped
public class Desk {
  @Inject ApiKeys keys;

  /** Notes a visit and issues a key; then the transaction fails. */
  @Transactional
  public void issueAndFail(DataSource database, Consumer<IssuedKey> handOver) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO visit (id) VALUES (1)");
    }
    handOver.accept(keys.issue(KeyTerms.of("visitor").build(), Actor.part("desk")));
    throw new IllegalStateException("the application's own work failed");
  }
}
