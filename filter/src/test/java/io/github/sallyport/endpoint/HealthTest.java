package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.KeysServer.read;
import static io.github.sallyport.endpoint.KeysServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.store.Cable;
import io.github.sallyport.store.Postgres;
import io.github.sallyport.store.StoreSettings.Source;
import io.github.sallyport.testing.Wire.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What who balances load and who restarts nodes hears, and what an administrator does. */
class HealthTest {
  private static final String HEALTH = "/sallyport/health";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path data;

  @Test
  void everybodyHearsOneWordAndAnAdministratorOfEachPart() throws Exception {
    // Nobody listens at port 1, where the issuer should be.
    try (KeysServer server =
        new KeysServer(
            data,
            Map.of(
                "sallyport.audit.sink", "jdbc",
                "sallyport.issuer.away.iss", "https://away.example",
                "sallyport.issuer.away.jwks", "http://127.0.0.1:1/jwks",
                "sallyport.issuer.here.iss", "https://here.example",
                "sallyport.issuer.here.secret", "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"))) {
      String key = text(server.issue("\"scopes\":[\"orders:read\"]"), "key");
      for (Reply reply :
          new Reply[] {
            server.wire.send("GET", HEALTH),
            server.send(key, "GET", HEALTH),
            server.send("sp_live_nonsense", "GET", HEALTH),
            server.send(server.admin(), "GET", HEALTH, "Authorization: Bearer a.b.c"),
            server.send(server.admin(), "GET", HEALTH, "X-API-Key: " + key),
            server.send(server.admin(), "GET", HEALTH, "X-Forwarded-For: 10.0.0.1"),
            server.wire.send("GET", HEALTH + "?probe=live")
          }) {
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("{\"status\":\"UP\"}");
        assertThat(reply.header("Cache-Control")).contains("no-store");
      }
      assertThat(server.wire.send("HEAD", HEALTH).status()).isEqualTo(200);

      Reply told = server.send(server.admin(), "GET", HEALTH);
      assertThat(told.status()).isEqualTo(200);
      assertThat(read(told).get("status")).as("the issuer takes nobody with it").isEqualTo("UP");
      assertThat(part(told, "store")).isEqualTo("UP: Its changes are followed.");
      assertThat(part(told, "audit")).isEqualTo("UP: Its events are kept.");
      assertThat(part(told, "issuer.away"))
          .isEqualTo("DEGRADED: Its keys were never read: its tokens are refused with 503.");
      assertThat(part(told, "issuer.here")).isEqualTo("UP: Its keys are in the configuration.");
    }
  }

  @Test
  void anAdministratorIsToldWhatRunsHere() throws Exception {
    String status = "/sallyport/status";
    try (KeysServer server = new KeysServer(data, Map.of())) {
      String key = text(server.issue("\"scopes\":[\"orders:read\"]"), "key");
      assertThat(server.wire.send("GET", status).code()).isEqualTo("credential_missing");
      assertThat(server.send(key, "GET", status).code()).isEqualTo("scope_insufficient");
      assertThat(server.send(server.admin(), "POST", status).status()).isEqualTo(405);
      Reply told = server.send(server.admin(), "GET", status);
      assertThat(told.status()).isEqualTo(200);
      assertThat(read(told))
          .containsEntry("status", "UP")
          .containsEntry("java", Runtime.version().toString())
          .containsKeys("version", "server", "startedAt", "uptime");
      assertThat(part(told, "store")).isEqualTo("UP: Its changes are followed.");
    }
  }

  @Test
  void whatIsNotAskedRightIsSaid() throws Exception {
    try (KeysServer server = new KeysServer(data, Map.of())) {
      for (String query :
          new String[] {"?probe=life", "?probe=", "?probe=live&probe=live", "?probe=LIVE"}) {
        Reply reply = server.wire.send("GET", HEALTH + query);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains("The parameter probe may be live, once.");
      }
      Reply post = server.wire.send("POST", HEALTH);
      assertThat(post.status()).isEqualTo(405);
      assertThat(post.header("Allow")).contains("GET, HEAD");
      // What only looks like it is an endpoint like any other.
      for (String path : new String[] {HEALTH + "/", HEALTH + "/x", "/sallyport/health;x"}) {
        assertThat(server.wire.send("GET", path).status()).as(path).isIn(400, 401, 404);
      }
    }
  }

  @Test
  void aStoreThatIsAwayIsSaidAndOnceItsGraceIsOverNobodyIsSentHere() throws Exception {
    Source.Url database = Postgres.newDatabase();
    try (Cable cable = new Cable(Postgres.port())) {
      Map<String, String> settings = new HashMap<>();
      settings.put("sallyport.store.url", Postgres.through(cable.port(), database).url().reveal());
      settings.put("sallyport.store.username", String.valueOf(database.username()));
      settings.put("sallyport.store.poll", "PT0.2S");
      settings.put("sallyport.store.query-timeout", "PT1S");
      settings.put("sallyport.store.grace", "PT6S");
      try (KeysServer server = new KeysServer(data, settings)) {
        String admin = server.admin();
        assertThat(part(server.send(admin, "GET", HEALTH), "store")).startsWith("UP");
        cable.cut();
        await()
            .atMost(PATIENCE)
            .until(
                () -> part(server.send(admin, "GET", HEALTH), "store"),
                "DEGRADED: It is not reached: copies serve until sallyport.store.grace is over."
                    ::equals);
        assertThat(server.wire.send("GET", HEALTH).status()).isEqualTo(200);
        await()
            .atMost(PATIENCE)
            .until(() -> server.wire.send("GET", HEALTH).status(), status -> status == 503);
        Reply down = server.send(admin, "GET", HEALTH);
        assertThat(down.status()).isEqualTo(503);
        assertThat(down.body()).as("nobody can say who asks").isEqualTo("{\"status\":\"DOWN\"}");
        assertThat(server.wire.send("GET", HEALTH + "?probe=live").status()).isEqualTo(200);
        cable.mend();
        await()
            .atMost(PATIENCE)
            .until(() -> server.wire.send("GET", HEALTH).status(), status -> status == 200);
      }
    }
  }

  private static String part(Reply reply, String name) throws Exception {
    Map<String, @Nullable Object> json = read(reply);
    if (!(json.get("parts") instanceof Map<?, ?> parts)) return "no parts";
    if (!(parts.get(name) instanceof Map<?, ?> part)) return "no such part";
    return part.get("status") + ": " + part.get("detail");
  }
}
