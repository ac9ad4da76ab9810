package io.github.sallyport.store;

import io.github.sallyport.token.SigningKeyRecord;
import io.github.sallyport.token.SigningKeyStore;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Signing keys in the table {@code sallyport_signing_key}; nothing else touches it. */
final class JdbcSigningKeys implements SigningKeyStore {
  private static final String COLUMNS =
      "ordinal, kid, algorithm, public_key, sealed_key, sealed_by, created_at, used_from";

  private final Database database;

  JdbcSigningKeys(Database database) {
    this.database = database;
  }

  @Override
  public List<SigningKeyRecord> read() {
    return database.transact(
        "reading the signing keys",
        t -> {
          List<SigningKeyRecord> keys = new ArrayList<>();
          try (PreparedStatement statement =
                  t.prepare("SELECT " + COLUMNS + " FROM sallyport_signing_key ORDER BY ordinal");
              ResultSet row = statement.executeQuery()) {
            while (row.next()) {
              keys.add(
                  new SigningKeyRecord(
                      row.getInt("ordinal"),
                      row.getString("kid"),
                      row.getString("algorithm"),
                      row.getString("public_key"),
                      row.getString("sealed_key"),
                      row.getString("sealed_by"),
                      Instant.ofEpochMilli(row.getLong("created_at")),
                      Instant.ofEpochMilli(row.getLong("used_from"))));
            }
          }
          return keys;
        });
  }

  @Override
  public boolean add(SigningKeyRecord key) {
    return database.transactUnlessTaken(
        "keeping a signing key",
        t -> {
          t.update(
              "INSERT INTO sallyport_signing_key (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
              key.ordinal(),
              key.kid(),
              key.algorithm(),
              key.publicKey(),
              key.sealedKey(),
              key.sealedBy(),
              key.createdAt().toEpochMilli(),
              key.usedFrom().toEpochMilli());
          Feed.append(t, KIND, ALL, key.ordinal());
          return true;
        });
  }

  @Override
  public boolean reseal(SigningKeyRecord before, String sealedKey, String sealedBy) {
    return database.transact(
            "sealing a signing key anew",
            t ->
                t.update(
                    "UPDATE sallyport_signing_key SET sealed_key = ?, sealed_by = ?"
                        + " WHERE ordinal = ? AND kid = ? AND sealed_key = ? AND sealed_by = ?",
                    sealedKey,
                    sealedBy,
                    before.ordinal(),
                    before.kid(),
                    before.sealedKey(),
                    before.sealedBy()))
        == 1;
  }

  @Override
  public void removeUpTo(int ordinal) {
    database.transact(
        "removing old signing keys",
        t -> t.update("DELETE FROM sallyport_signing_key WHERE ordinal <= ?", ordinal));
  }
}
