package io.github.sallyport.store;

import io.github.sallyport.store.Database.Transaction;
import java.security.SecureRandom;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What is made once in the store's life. Of several nodes the one whose row gets in makes it; the
 * others take what it made.
 */
final class Once {
  private static final String ID_KEY = "id-key";
  private static final String INITIAL_KEY = "initial-key";
  private static final int ID_KEY_BYTES = 32;

  private final byte[] idKey;

  private Once(byte[] idKey) {
    this.idKey = idKey;
  }

  static Once open(Database database) {
    Optional<String> there = read(database);
    if (there.isEmpty()) {
      byte[] made = new byte[ID_KEY_BYTES];
      new SecureRandom().nextBytes(made);
      database.transactUnlessTaken(
          "keeping the id key",
          t -> {
            insert(t, ID_KEY, HexFormat.of().formatHex(made));
            return true;
          });
      there = read(database);
    }
    return new Once(HexFormat.of().parseHex(there.orElseThrow()));
  }

  byte[] idKey() {
    return idKey.clone();
  }

  static void claimInitialKey(Transaction transaction, String keyId) throws SQLException {
    insert(transaction, INITIAL_KEY, keyId);
  }

  private static Optional<String> read(Database database) {
    return database.transact(
        "reading the id key",
        t -> {
          try (PreparedStatement statement =
                  t.prepare("SELECT content FROM sallyport_once WHERE name = ?", ID_KEY);
              ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
          }
        });
  }

  private static void insert(Transaction transaction, String name, String content)
      throws SQLException {
    transaction.update("INSERT INTO sallyport_once (name, content) VALUES (?, ?)", name, content);
  }
}
