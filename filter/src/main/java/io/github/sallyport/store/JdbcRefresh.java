package io.github.sallyport.store;

import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import io.github.sallyport.store.Database.Transaction;
import io.github.sallyport.token.RefreshFamily;
import io.github.sallyport.token.RefreshStore;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refresh tokens in the tables {@code sallyport_refresh_family} and {@code sallyport_refresh};
 * nothing else touches them.
 *
 * <p>Whoever uses tokens or removes them locks their family's row first, and nobody holds more than
 * one family who still waits for another: so there is an order among all who use tokens of one
 * family, and no deadlock. (Whoever takes back all of a subject's holds several, and waits for
 * holders of one.)
 *
 * <p>A token's salt is there only while its successor was not used: the use of a successor erases
 * it in the same transaction.
 */
final class JdbcRefresh implements RefreshStore {
  private static final System.Logger LOG = System.getLogger("sallyport.store");
  private static final String FAMILY =
      "id, subject, client_id, granted, created_at, ends_at, revoked_at";

  private final Database database;

  // One line in the log for each row that can't be read, however often it is asked for.
  private final Set<String> reported = ConcurrentHashMap.newKeySet();

  JdbcRefresh(Database database) {
    this.database = database;
  }

  /** A token's row. */
  private record Row(String digest, String family, @Nullable String predecessor) {}

  /** A family's row. */
  private record Kept(RefreshFamily family, boolean revoked) {}

  @Override
  public void insert(RefreshFamily family, String digest) {
    database.transact(
        "keeping a refresh token",
        t -> {
          t.update(
              "INSERT INTO sallyport_refresh_family (" + FAMILY + ") VALUES (?, ?, ?, ?, ?, ?, ?)",
              family.id(),
              family.subject(),
              family.clientId(),
              granted(family),
              family.createdAt().toEpochMilli(),
              family.endsAt().toEpochMilli(),
              null);
          return insert(t, new Row(digest, family.id(), null));
        });
  }

  private static int insert(Transaction transaction, Row token) throws SQLException {
    return transaction.update(
        "INSERT INTO sallyport_refresh (digest, family, predecessor) VALUES (?, ?, ?)",
        token.digest,
        token.family,
        token.predecessor);
  }

  @Override
  public Optional<Found> find(String digest) {
    return database.transact(
        "reading a refresh token",
        t -> {
          try (PreparedStatement statement =
                  t.prepare(
                      "SELECT "
                          + FAMILY
                          + ", used_at FROM sallyport_refresh"
                          + " JOIN sallyport_refresh_family ON id = family WHERE digest = ?",
                      digest);
              ResultSet row = statement.executeQuery()) {
            if (!row.next()) return Optional.empty();
            boolean used = row.getObject("used_at") != null;
            return kept(row).map(kept -> new Found(kept.family, used, kept.revoked));
          }
        });
  }

  @Override
  public Use use(
      String digest, String salt, Function<String, String> successor, Duration grace, Instant now) {
    return database.transact(
        "using a refresh token",
        t -> {
          Optional<Row> token = token(t, digest);
          if (token.isEmpty()) return new Use.None();
          Optional<Kept> kept = lock(t, token.get().family);
          if (kept.isEmpty() || kept.get().revoked) return new Use.None();
          RefreshFamily family = kept.get().family;
          if (!now.isBefore(family.endsAt())) return new Use.None();
          if (isFirst(t, digest, grace.isZero() ? null : salt)) {
            follow(t, token.get(), successor.apply(salt));
            return new Use.Good(family, salt);
          }
          String earlier = saltWithin(t, digest, grace);
          if (earlier != null) return new Use.Good(family, earlier);
          revoke(t, family.id(), now);
          return new Use.Reused(family);
        });
  }

  private static Optional<Row> token(Transaction transaction, String digest) throws SQLException {
    try (PreparedStatement statement =
            transaction.prepare(
                "SELECT digest, family, predecessor FROM sallyport_refresh WHERE digest = ?",
                digest);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) return Optional.empty();
      return Optional.of(new Row(row.getString(1), row.getString(2), row.getString(3)));
    }
  }

  /** A family, which is ours until the end of the transaction. */
  private Optional<Kept> lock(Transaction transaction, String id) throws SQLException {
    try (PreparedStatement statement =
            transaction.prepare(
                "SELECT " + FAMILY + " FROM sallyport_refresh_family WHERE id = ? FOR UPDATE", id);
        ResultSet row = statement.executeQuery()) {
      return row.next() ? kept(row) : Optional.empty();
    }
  }

  /** Marks a token as used; false: it was before. */
  private static boolean isFirst(Transaction transaction, String digest, @Nullable String salt)
      throws SQLException {
    return transaction.update(
            "UPDATE sallyport_refresh SET salt = ?, used_at = "
                + transaction.dialect().now()
                + " WHERE digest = ? AND used_at IS NULL",
            salt,
            digest)
        == 1;
  }

  private static void follow(Transaction transaction, Row token, String successor)
      throws SQLException {
    insert(
        transaction,
        new Row(/* digest= */ successor, token.family, /* predecessor= */ token.digest));
    if (token.predecessor != null) eraseSalt(transaction, token.predecessor);
  }

  private static int eraseSalt(Transaction transaction, String digest) throws SQLException {
    return transaction.update(
        "UPDATE sallyport_refresh SET salt = NULL WHERE digest = ? AND salt IS NOT NULL", digest);
  }

  /** The salt of a token that was used; null: it is erased, or its grace is over. */
  private static @Nullable String saltWithin(Transaction transaction, String digest, Duration grace)
      throws SQLException {
    if (grace.isZero()) return null;
    String now = transaction.dialect().now();
    try (PreparedStatement statement =
            transaction.prepare(
                "SELECT salt FROM sallyport_refresh WHERE digest = ? AND used_at >= "
                    + now
                    + " - ?",
                digest,
                grace.toMillis());
        ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getString(1) : null;
    }
  }

  @Override
  public boolean revoke(String familyId, Instant now) {
    return database.transact("taking refresh tokens back", t -> revoke(t, familyId, now)) == 1;
  }

  private static int revoke(Transaction transaction, String familyId, Instant now)
      throws SQLException {
    return transaction.update(
        "UPDATE sallyport_refresh_family SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
        now.toEpochMilli(),
        familyId);
  }

  /** Takes all families of a subject back, within somebody else's transaction. */
  static void revokeAllOf(Transaction transaction, String subject, Instant now)
      throws SQLException {
    transaction.update(
        "UPDATE sallyport_refresh_family SET revoked_at = ?"
            + " WHERE subject = ? AND revoked_at IS NULL",
        now.toEpochMilli(),
        subject);
  }

  @Override
  public int eraseSalts(Duration grace, int limit) {
    List<String> over =
        database.transact(
            "looking for salts to erase",
            t ->
                t.texts(
                    // Few tokens have a salt: the condition says that there is one, by the index.
                    "SELECT digest FROM sallyport_refresh WHERE salt > '' AND used_at < "
                        + t.dialect().now()
                        + " - ? LIMIT ?",
                    grace.toMillis(),
                    limit));
    int erased = 0;
    // One each, for who holds two tokens of a family without its row may deadlock.
    for (String digest : over) {
      erased += database.transact("erasing a salt", t -> eraseSalt(t, digest));
    }
    return erased;
  }

  @Override
  public int removeEnded(Instant before, int limit) {
    List<String> ended =
        database.transact(
            "looking for refresh tokens that have ended",
            t ->
                t.texts(
                    "SELECT id FROM sallyport_refresh_family WHERE ends_at < ?"
                        + " ORDER BY ends_at LIMIT ?",
                    before.toEpochMilli(),
                    limit));
    int removed = 0;
    for (String id : ended) {
      removed +=
          database.transact(
              "removing refresh tokens that have ended",
              t -> {
                int gone = t.update("DELETE FROM sallyport_refresh_family WHERE id = ?", id);
                t.update("DELETE FROM sallyport_refresh WHERE family = ?", id);
                return gone;
              });
    }
    return removed;
  }

  private static String granted(RefreshFamily family) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("scopes", new TreeSet<>(family.scopes()));
    json.put("roles", new TreeSet<>(family.roles()));
    json.put("claims", family.claims());
    return Json.write(json);
  }

  /** Makes a family of a row; empty if somebody wrote there what we never would. */
  private Optional<Kept> kept(ResultSet row) throws SQLException {
    String id = row.getString("id");
    boolean revoked = row.getObject("revoked_at") != null;
    try {
      return Optional.of(new Kept(family(row), revoked));
    } catch (JsonException | NullPointerException | ClassCastException e) {
      if (reported.add(id)) {
        LOG.log(
            Level.ERROR,
            "the row of the refresh family {0} can''t be read: its tokens are taken for none",
            id);
      }
      return Optional.empty();
    }
  }

  private static RefreshFamily family(ResultSet row) throws SQLException, JsonException {
    Map<String, @Nullable Object> granted =
        Json.readObject(row.getString("granted").getBytes(StandardCharsets.UTF_8));
    Map<String, @Nullable Object> claims = new LinkedHashMap<>();
    ((Map<?, ?>) Objects.requireNonNull(granted.get("claims")))
        .forEach((name, value) -> claims.put((String) name, value));
    return new RefreshFamily(
        row.getString("id"),
        row.getString("subject"),
        row.getString("client_id"),
        texts(granted.get("scopes")),
        texts(granted.get("roles")),
        claims,
        Instant.ofEpochMilli(row.getLong("created_at")),
        Instant.ofEpochMilli(row.getLong("ends_at")));
  }

  private static Set<String> texts(@Nullable Object list) {
    return ((Collection<?>) Objects.requireNonNull(list))
        .stream().map(text -> (String) text).collect(Collectors.toUnmodifiableSet());
  }
}
