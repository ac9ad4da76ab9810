package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.KeysServer.KEYS;
import static io.github.sallyport.endpoint.KeysServer.PAGE;
import static io.github.sallyport.endpoint.KeysServer.read;
import static io.github.sallyport.endpoint.KeysServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans of real keys, over HTTP. A permit comes back after eight hours: no test sees one. */
class LimitedKeysTest {
  @TempDir private static Path data;
  private static KeysServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new KeysServer(
            data,
            Map.of(
                "sallyport.api-key.publishable-scopes", "search",
                "sallyport.plan.three.limit", "3/P1D",
                "sallyport.plan.many.limit", "1000/P1D"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static String path(Map<String, @Nullable Object> key) {
    return KEYS + "/" + text(key, "id");
  }

  @Test
  void aKeyIsRefusedWhenItsPermitsAreUsedAndAnotherIsNot() throws Exception {
    String key = text(server.issue("\"scopes\":[],\"plan\":\"three\""), "key");
    String other = text(server.issue("\"scopes\":[],\"plan\":\"three\""), "key");

    Reply first = server.send(key, "GET", PAGE);
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.header("RateLimit-Policy")).contains("\"three-1d\";q=3;w=86400");
    assertThat(first.header("RateLimit")).contains("\"three-1d\";r=2;t=28800");
    assertThat(server.page(key)).isEqualTo(200);
    assertThat(server.page(key)).isEqualTo(200);
    int served = server.served.get();
    Reply refused = server.send(key, "GET", PAGE);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.code()).isEqualTo("rate_limited");
    assertThat(Integer.parseInt(refused.header("Retry-After").orElseThrow()))
        .isBetween(28_000, 28_800);
    assertThat(server.served).hasValue(served);
    assertThat(server.page(other)).isEqualTo(200);
  }

  /** Q12. */
  @Test
  void whatWasRotatedOrDerivedTakesFromTheSameBucket() throws Exception {
    Map<String, @Nullable Object> issued = server.issue("\"scopes\":[],\"plan\":\"three\"");
    String first = text(issued, "key");
    Reply rotated = server.json(server.admin(), "POST", path(issued) + "/rotate", "{}");
    assertThat(rotated.status()).isEqualTo(201);
    String second = text(read(rotated), "key");
    // Deriving is a request of the key too.
    Reply derived = server.json(second, "POST", KEYS + "/self/derive", "{\"scopes\":[]}");
    assertThat(derived.status()).isEqualTo(201);
    String child = text(read(derived), "key");

    assertThat(server.page(child)).isEqualTo(200);
    assertThat(server.page(first)).isEqualTo(200);
    for (String key : new String[] {first, second, child}) {
      assertThat(server.page(key)).isEqualTo(429);
    }
  }

  @Test
  void aPublishableKeyIsLimitedForEachClientAddress() throws Exception {
    String key =
        text(
            server.issue(
                "\"scopes\":[\"search\"],\"kind\":\"publishable\",\"plan\":\"three\","
                    + "\"origins\":[\"https://a.example\"]"),
            "key");
    Wire greedy = server.wire.from("127.0.0.2");
    String[] headers = {"X-API-Key: " + key, "Origin: https://a.example"};
    for (int i = 0; i < 3; i++) {
      assertThat(greedy.send("GET", PAGE, headers).status()).isEqualTo(200);
    }
    for (int i = 0; i < 20; i++) {
      assertThat(greedy.send("GET", PAGE, headers).status()).isEqualTo(429);
    }

    Reply neighbour = server.wire.from("127.0.0.3").send("GET", PAGE, headers);
    assertThat(neighbour.status()).isEqualTo(200);
    assertThat(neighbour.header("RateLimit").orElseThrow()).startsWith("\"three-1d\";r=2;");
  }

  /** Q08: an address that a client names itself is none, unless the container trusts the proxy. */
  @Test
  void aForwardedAddressGivesAPublishableKeyNoBucketAnew() throws Exception {
    String key =
        text(
            server.issue(
                "\"scopes\":[\"search\"],\"kind\":\"publishable\",\"plan\":\"three\","
                    + "\"origins\":[\"https://a.example\"]"),
            "key");
    Wire client = server.wire.from("127.0.0.2");
    for (int i = 0; i < 3; i++) {
      client.send("GET", PAGE, "X-API-Key: " + key, "Origin: https://a.example");
    }
    for (String header :
        new String[] {"X-Client-IP: 10.0.0.1", "X-Real-IP: 10.0.0.1", "True-Client-IP: 10.0.0.1"}) {
      Reply reply =
          client.send("GET", PAGE, "X-API-Key: " + key, "Origin: https://a.example", header);
      assertThat(reply.status()).as(header).isEqualTo(429);
    }
  }

  /** Q07. */
  @Test
  void whoKnowsAKeysIdAloneUsesNothingUpOfIt() throws Exception {
    String key = text(server.issue("\"scopes\":[],\"plan\":\"three\""), "key");
    int secret = key.lastIndexOf('_') + 1;
    for (int i = 0; i < 1_000; i++) {
      String guess = key.substring(0, secret) + "%038d".formatted(i);
      assertThat(server.page(guess)).isEqualTo(401);
    }

    assertThat(server.send(key, "GET", PAGE).header("RateLimit").orElseThrow())
        .startsWith("\"three-1d\";r=2;");
  }

  @Test
  void aKeyWithAPlanThatIsNotThereIsNotIssuedAndNoneIsGivenOne() throws Exception {
    String admin = server.admin();
    for (String plan : new String[] {"gold", "default"}) {
      Reply issue =
          server.json(
              admin, "POST", KEYS, "{\"owner\":\"a\",\"scopes\":[],\"plan\":\"" + plan + "\"}");
      assertThat(issue.status()).isEqualTo(400);
      assertThat(issue.body()).contains("plan must be one of many, three");
    }
    Map<String, @Nullable Object> key = server.issue("\"scopes\":[],\"plan\":\"three\"");
    Reply patch = server.json(admin, "PATCH", path(key), "{\"plan\":\"gold\"}");
    assertThat(patch.status()).isEqualTo(400);
    assertThat(patch.body()).contains("plan must be one of many, three");
    assertThat(server.json(admin, "PATCH", path(key), "{\"plan\":\"many\"}").status())
        .isEqualTo(200);
    assertThat(server.json(admin, "PATCH", path(key), "{\"plan\":null}").status()).isEqualTo(200);
    assertThat(server.send(text(key, "key"), "GET", PAGE).header("RateLimit")).isEmpty();
  }

  @Test
  void aPlanThatTheSettingsNoLongerSpeakOfHoldsAsTheStoreHasIt(@TempDir Path own) throws Exception {
    Map<String, @Nullable Object> key;
    try (KeysServer before = new KeysServer(own, Map.of("sallyport.plan.gold.limit", "2/P1D"))) {
      key = before.issue("\"scopes\":[],\"plan\":\"gold\"");
      assertThat(before.page(text(key, "key"))).isEqualTo(200);
    }
    Map<String, String> left =
        Map.of("sallyport.plan.one.limit", "1/P1D", "sallyport.plan.many.limit", "1000/P1D");
    try (KeysServer after = new KeysServer(own, left)) {
      assertThat(after.page(text(key, "key"))).isEqualTo(200);
      assertThat(after.page(text(key, "key"))).isEqualTo(200);
      assertThat(after.page(text(key, "key"))).isEqualTo(429);
      assertThat(after.json(after.admin(), "PATCH", path(key), "{\"name\":\"n\"}").status())
          .isEqualTo(200);
      assertThat(after.json(after.admin(), "POST", path(key) + "/rotate", "{}").status())
          .isEqualTo(201);
    }
  }
}
