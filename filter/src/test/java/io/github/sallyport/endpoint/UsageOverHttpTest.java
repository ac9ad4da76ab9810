package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.KeysServer.KEYS;
import static io.github.sallyport.endpoint.KeysServer.PAGE;
import static io.github.sallyport.endpoint.KeysServer.read;
import static io.github.sallyport.endpoint.KeysServer.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.json.Json;
import io.github.sallyport.testing.Wire.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real requests come to, as an administrator reads it. */
class UsageOverHttpTest {
  private static final String STATS = "/sallyport/stats";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir private static Path data;
  private static KeysServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new KeysServer(
            data,
            Map.of("sallyport.plan.three.limit", "3/P1D", "sallyport.access.orders.paths", PAGE));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void requestsAreCountedByKeyAndTimeAndRuleAndWhatBecameOfThem() throws Exception {
    Map<String, @Nullable Object> issued = server.issue("\"scopes\":[],\"plan\":\"three\"");
    String id = text(issued, "id");
    String key = text(issued, "key");
    for (int i = 0; i < 5; i++) server.page(key); // two of them too many
    server.send(key, "GET", KEYS + "/self"); // one more
    String refused = server.send(key, "GET", PAGE).body();
    server.send(server.admin(), "DELETE", KEYS + "/" + id);
    server.page(key); // revoked
    server.page(key.substring(0, key.length() - 1) + "!"); // nobody's, whatever id it names

    String usage = KEYS + "/" + id + "/usage";
    await().atMost(PATIENCE).until(() -> requests(admin(usage)), sum -> sum >= 8);
    Map<String, @Nullable Object> all = read(admin(usage));
    assertThat(total(all))
        .containsEntry("requests", number(8))
        .containsEntry("statuses", Map.of("2xx", number(3)))
        .containsEntry("refused", Map.of("rate_limited", number(4), "key_revoked", number(1)));
    // Each page has eight bytes; a refusal as many as its own.
    assertThat(number(total(all), "bytes")).isGreaterThan(3 * 8 + 4L * (refused.length() - 10));
    String today = LocalDate.now(ZoneOffset.UTC).toString();
    assertThat(items(all)).hasSizeBetween(1, 2); // it may be midnight
    assertThat(items(all).get(items(all).size() - 1)).containsEntry("day", today);

    Map<String, @Nullable Object> byRule = read(admin(usage + "?by=rule,month"));
    assertThat(items(byRule)).extracting(item -> item.get("rule")).contains("orders", "/sallyport");
    assertThat(items(byRule)).extracting(item -> item.get("month")).contains(today.substring(0, 7));

    Reply csv = admin(usage + "?by=rule", "Accept: text/csv");
    assertThat(csv.header("Content-Type").orElseThrow()).startsWith("text/csv");
    assertThat(csv.body().lines())
        .contains("rule,requests,refused,bytes,average_ms,p50_ms,p95_ms,p99_ms")
        .anyMatch(line -> line.matches("orders,7,4,[0-9]+,[0-9]+,[0-9]*,[0-9]*,[0-9]*"))
        .anyMatch(line -> line.matches("/sallyport,1,1,.*"));
    assertThat(read(admin(usage, "Accept: application/json, text/csv"))).isNotEmpty();

    Map<String, @Nullable Object> stats = read(admin(STATS + "?by=key"));
    assertThat(items(stats))
        .filteredOn(item -> id.equals(item.get("key")))
        .singleElement()
        .satisfies(item -> assertThat(item).containsEntry("requests", number(8)));
    assertThat(items(stats)).as("who was nobody").anyMatch(item -> "-".equals(item.get("key")));
  }

  @Test
  void whoIsNoAdministratorReadsNothing() throws Exception {
    Map<String, @Nullable Object> issued = server.issue("\"scopes\":[\"orders:read\"]");
    String key = text(issued, "key");
    String usage = KEYS + "/" + text(issued, "id") + "/usage";
    for (String path : List.of(usage, STATS)) {
      assertThat(server.send(key, "GET", path).code()).isEqualTo("scope_insufficient");
      assertThat(server.wire.send("GET", path).code()).isEqualTo("credential_missing");
      assertThat(admin(path).status()).isEqualTo(200);
      assertThat(server.send(server.admin(), "POST", path).status()).isEqualTo(405);
    }
    assertThat(admin(KEYS + "/never/usage").status()).isEqualTo(404);
    assertThat(admin(KEYS + "/" + "x".repeat(3000) + "/usage").status()).isEqualTo(404);
  }

  @Test
  void whatIsNotAskedRightIsSaid() throws Exception {
    String id = text(server.issue("\"scopes\":[]"), "id");
    for (String path : List.of(KEYS + "/" + id + "/usage", STATS)) {
      for (String query :
          List.of(
              "from=yesterday",
              "to=2026-13-01T00:00:00Z",
              "from=2026-02-01T00:00:00Z&to=2026-02-01T00:00:00Z",
              "from=2020-01-01T00:00:00Z&to=2026-02-01T00:00:00Z",
              "from=2026-02-01T00:00:00Z&from=2026-02-02T00:00:00Z",
              "from=-999999999-01-01T00:00:00%2B18:00",
              "to=-999999999-01-01T00:00:00%2B18:00",
              "from=%2B999999999-12-01T00:00:00Z&to=%2B999999999-12-02T00:00:00Z",
              "from=-999999999-12-01T00:00:00Z&to=-999999999-12-02T00:00:00Z",
              "to=" + "9".repeat(3000),
              "by=",
              "by=color",
              "by=day,hour",
              "by=rule,rule",
              "by=DAY",
              "by=" + "rule,".repeat(1000),
              "limit=3")) {
        Reply reply = admin(path + "?" + query);
        assertThat(reply.status()).as(query).isEqualTo(400);
        assertThat(reply.body()).contains("detail").doesNotContain("color");
      }
      assertThat(admin(path + "?from=2026-02-01T00:00:00Z&to=2026-02-02T00:00:00Z").status())
          .isEqualTo(200);
    }
    assertThat(admin(KEYS + "/" + id + "/usage?by=key").status()).isEqualTo(400);
  }

  private static Reply admin(String path, String... headers) throws Exception {
    return server.send(server.admin(), "GET", path, headers);
  }

  private static long requests(Reply reply) throws Exception {
    return number(total(read(reply)), "requests");
  }

  private static long number(Map<String, @Nullable Object> json, String name) {
    return ((Number) requireNonNull(json.get(name), name)).longValue();
  }

  /** As the reader makes one. */
  private static Object number(long value) throws Exception {
    byte[] json = ("{\"n\":" + value + "}").getBytes(UTF_8);
    return requireNonNull(Json.readObject(json).get("n"));
  }

  @SuppressWarnings("unchecked") // what the reader makes of an object
  private static Map<String, @Nullable Object> total(Map<String, @Nullable Object> json) {
    return (Map<String, @Nullable Object>) requireNonNull(json.get("total"));
  }

  @SuppressWarnings("unchecked") // and of an array
  private static List<Map<String, @Nullable Object>> items(Map<String, @Nullable Object> json) {
    return (List<Map<String, @Nullable Object>>) requireNonNull(json.get("items"));
  }
}
