package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.KeysServer.KEYS;
import static io.github.sallyport.endpoint.KeysServer.PAGE;
import static io.github.sallyport.endpoint.KeysServer.read;
import static io.github.sallyport.endpoint.KeysServer.text;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.LogCapture;
import io.github.sallyport.testing.Wire.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a deployment without any rule answers to what is not good. The log is watched meanwhile, at
 * all levels (catalogue L04), as in every test.
 */
class LeaksTest {
  private static final String PEPPER =
      KnownSecrets.add("bGVha3NsZWFrc2xlYWtzbGVha3NsZWFrc2xlYWtzbGVhaw");
  private static final String HMAC =
      KnownSecrets.add("aG1hY2htYWNobWFjaG1hY2htYWNobWFjaG1hY2htYWM");

  @TempDir private static Path data;
  private static KeysServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new KeysServer(
            data,
            Map.of(
                "sallyport.api-key.pepper",
                PEPPER,
                "sallyport.audit.sink",
                "jdbc",
                "sallyport.issuer.main.iss",
                "https://issuer.example",
                "sallyport.issuer.main.secret",
                HMAC));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test // catalogue L01, L16
  void noRefusalTellsWhatWasShownOrHowItIsKeptAndAGoodKeyWorksAfterEach() throws Exception {
    String good = text(server.issue("\"scopes\":[\"orders:read\"]"), "key");
    String revoked = KnownSecrets.add(revoked());
    String token = KnownSecrets.add("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzdHJhbmdlciJ9.c2VjcmV0");
    String odd = KnownSecrets.add("not-a-key-at-all-\"<b>${x}%n");
    List<String[]> attacks =
        List.of(
            new String[] {"GET", PAGE, "X-API-Key: " + revoked},
            new String[] {"GET", PAGE, "X-API-Key: " + revoked.replace("_live_", "_test_")},
            new String[] {"GET", PAGE, "X-API-Key: " + odd},
            new String[] {"GET", PAGE, "X-API-Key: " + odd.repeat(100)},
            new String[] {"GET", PAGE, "X-API-Key: " + odd, "X-API-Key: " + good},
            new String[] {"GET", PAGE, "Authorization: Bearer " + token},
            new String[] {"GET", PAGE, "Authorization: Bearer " + odd},
            new String[] {"GET", PAGE, "X-API-Key: " + good, "Authorization: Bearer " + token},
            new String[] {"GET", KEYS, "X-API-Key: " + good},
            new String[] {"PATCH", KEYS + "/self", "X-API-Key: " + good},
            new String[] {"POST", KEYS + "/self/derive", "X-API-Key: " + good, "Content-Type: x"},
            new String[] {"GET", "/sallyport/stats?by=" + "x", "X-API-Key: " + server.admin()},
            new String[] {"GET", "/sallyport/audit?x=1", "X-API-Key: " + server.admin()},
            new String[] {"GET", KEYS + "/" + "x".repeat(999), "X-API-Key: " + server.admin()},
            new String[] {"GET", "/no/such/page", "X-API-Key: " + good});
    for (String[] attack : attacks) {
      Reply reply =
          server.wire.send(
              attack[0],
              attack[1],
              List.of(attack).subList(2, attack.length).toArray(String[]::new));
      assertThat(reply.status()).as(attack[0] + " " + attack[1]).isBetween(400, 499);
      LogCapture.assertNoSecretIn("the answer to " + attack[1], reply.toString());
      assertThat(reply.toString())
          .doesNotContain("jdbc:", "Exception", "at io.github", ".java:", data.toString());
      assertThat(server.page(good)).isEqualTo(200);
    }
  }

  private static String revoked() throws Exception {
    Map<String, ?> issued = server.issue("\"scopes\":[]");
    server.send(server.admin(), "DELETE", KEYS + "/" + issued.get("id"));
    return (String) requireNonNull(issued.get("key"));
  }

  @Test // catalogue L09
  void auditsTimeAndIdAreNotTheClientsToChoose() throws Exception {
    Reply reply =
        server.wire.send(
            "GET",
            PAGE,
            "X-API-Key: sp_live_nobody",
            "Date: Thu, 01 Jan 1970 00:00:00 GMT",
            "X-Request-Start: t=0",
            "X-Request-Id: it's mine",
            "X-Correlation-Id: mine");
    String id = reply.header("X-Request-Id").orElseThrow();
    assertThat(id).doesNotContain("mine");
    await().until(() -> events(id).size() == 1);
    String time = String.valueOf(((Map<?, ?>) requireNonNull(events(id).get(0))).get("time"));
    assertThat(Duration.between(Instant.parse(time), Instant.now()))
        .isBetween(Duration.ofMinutes(-1), Duration.ofMinutes(10));
    // An id of the form that proxies make is taken over, which is what they are for.
    server.wire.send("GET", PAGE, "X-API-Key: sp_live_nobody", "X-Request-Id: proxy-1");
    await().until(() -> events("proxy-1").size() == 1);
  }

  private static List<?> events(String requestId) throws Exception {
    Reply reply = server.send(server.admin(), "GET", "/sallyport/audit?requestId=" + requestId);
    return (List<?>) requireNonNull(read(reply).get("items"));
  }

  @Test // catalogue L10
  void withoutAnyRuleEverythingIsProtected() throws Exception {
    String key = text(server.issue("\"scopes\":[]"), "key");
    int before = server.served.get();
    for (String method : List.of("GET", "HEAD", "POST", "OPTIONS", "BREW")) {
      for (String path : List.of(PAGE, "/%70age", "/x/.." + PAGE, PAGE + ";x", PAGE + "?x")) {
        assertThat(server.wire.send(method, path).status()).as(method + path).isIn(400, 401);
      }
    }
    assertThat(server.served).hasValue(before);
    assertThat(server.page(key)).isEqualTo(200);
    assertThat(server.send(key, "BREW", PAGE).status()).isEqualTo(200);
  }
}
