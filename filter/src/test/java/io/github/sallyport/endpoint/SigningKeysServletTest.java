package io.github.sallyport.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.boot.SallyportInitializer;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.Pepper;
import io.github.sallyport.testing.HandClock;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import io.github.sallyport.token.MemoryKeys;
import io.github.sallyport.token.SigningKeys;
import io.github.sallyport.token.TokenSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rotation of signing keys over HTTP. */
class SigningKeysServletTest {
  private static final String ROTATE = "/sallyport/signing-keys/rotate";
  private static final String PEPPER = "0123456789abcdef0123456789abcdef";

  @TempDir private Path data;
  private final HandClock clock = new HandClock(Instant.parse("2026-11-25T12:00:00Z"));
  private final MemoryKeys store = new MemoryKeys();
  private final List<AuditEvent> audited = new CopyOnWriteArrayList<>();
  private Caches caches;
  private TestServer server;
  private Wire wire;

  @BeforeEach
  void start() throws Exception {
    caches =
        Caches.open(
            new CacheSettings(
                Duration.ofMinutes(5), 100, Duration.ofMillis(20), Duration.ofMinutes(10)),
            store);
    SigningKeys keys =
        SigningKeys.open(
            new TokenSettings(
                "https://orders.example",
                Set.of("orders"),
                SignatureAlgorithm.ES256,
                Duration.ofMinutes(15),
                Duration.ofDays(30),
                Duration.ofSeconds(30),
                List.of(),
                Duration.ofDays(30),
                Duration.ofDays(7),
                Set.of(),
                "login"),
            new KeySettings(
                "sp",
                List.of(new Pepper(PEPPER.getBytes(StandardCharsets.US_ASCII))),
                null,
                false,
                null,
                Set.of()),
            store,
            caches,
            audited::add,
            clock);
    audited.clear();
    server =
        new TestServer()
            .filter(
                SallyportFilter.class,
                Map.of("sallyport.data", data.toString(), "sallyport.admin.enabled", "true"),
                "/*")
            .initializer(new SallyportInitializer())
            .servlet(
                "/sallyport/signing-keys/*",
                new SigningKeysServlet(keys, new AdminSettings(true, "sallyport:admin")));
    wire = server.start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    caches.close();
  }

  private Reply send(String method, String path, String body) throws Exception {
    String key = Files.readString(data.resolve("initial-admin-key")).strip();
    String[] headers =
        body.isEmpty()
            ? new String[] {"X-API-Key: " + key}
            : new String[] {"X-API-Key: " + key, "Content-Type: application/json"};
    return wire.send(method, path, body, headers);
  }

  @Test
  void anAdministratorRotatesAndHearsWhenTheNewKeySigns() throws Exception {
    Reply reply = send("POST", ROTATE, "");

    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    Map<String, @Nullable Object> json = KeysServer.read(reply);
    assertThat(json.keySet()).containsExactly("kid", "algorithm", "createdAt", "usedFrom");
    assertThat(json)
        .containsEntry("kid", store.read().get(1).kid())
        .containsEntry("algorithm", "ES256")
        .containsEntry("createdAt", "2026-11-25T12:00:00Z")
        .containsEntry("usedFrom", "2026-11-25T12:05:00Z");
    assertThat(reply.header("Cache-Control")).contains("no-store");
    assertThat(audited)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.by().owner()).isEqualTo("admin");
              assertThat(event.by().path()).isEqualTo(ROTATE);
            });
  }

  @Test
  void rotatingAgainAtOnceIsAConflict() throws Exception {
    assertThat(send("POST", ROTATE, "{}").status()).isEqualTo(201);
    Reply again = send("POST", ROTATE, "{}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.body()).contains("A key was added just now");
    assertThat(store.read()).hasSize(2);
    clock.now = clock.now.plus(SigningKeys.MAX_AGE);
    assertThat(send("POST", ROTATE, "{}").status()).isEqualTo(201);
  }

  @Test
  void nobodyElseRotates() throws Exception {
    assertThat(wire.send("POST", ROTATE).status()).isEqualTo(401);
    String admin = Files.readString(data.resolve("initial-admin-key")).strip();
    Reply issued =
        wire.send(
            "POST",
            "/sallyport/keys",
            "{\"owner\":\"acme\",\"scopes\":[\"orders:read\"]}",
            new String[] {"X-API-Key: " + admin, "Content-Type: application/json"});
    String other = KeysServer.text(KeysServer.read(issued), "key");
    assertThat(wire.send("POST", ROTATE, "X-API-Key: " + other).status()).isEqualTo(403);
    assertThat(store.read()).hasSize(1);
    assertThat(wire.send("POST", ROTATE, "X-API-Key: " + admin).status()).isEqualTo(201);
  }

  @Test
  void whatIsNotUnderstoodRotatesNothing() throws Exception {
    assertThat(send("GET", ROTATE, "").status()).isEqualTo(405);
    assertThat(send("GET", ROTATE, "").header("Allow")).contains("POST");
    assertThat(send("POST", "/sallyport/signing-keys", "").status()).isEqualTo(404);
    assertThat(send("POST", ROTATE + "/x", "").status()).isEqualTo(404);
    assertThat(send("POST", ROTATE, "{\"overlap\":\"PT1H\"}").status()).isEqualTo(400);
    assertThat(send("POST", ROTATE, "[]").status()).isEqualTo(400);
    assertThat(send("POST", ROTATE, "{\"a\":\"" + "x".repeat(70_000) + "\"}").status())
        .isEqualTo(413);
    assertThat(store.read()).hasSize(1);
  }

  @Test
  void withoutTheStoreNothingIsRotated() throws Exception {
    store.down = true;
    Reply reply = send("POST", ROTATE, "");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.code()).isEqualTo("store_unavailable");
    store.down = false;
    assertThat(send("POST", ROTATE, "").status()).isEqualTo(201);
  }
}
