package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.KeysServer.KEYS;
import static io.github.sallyport.endpoint.KeysServer.PAGE;
import static io.github.sallyport.endpoint.KeysServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.testing.LogCapture;
import io.github.sallyport.testing.Wire.Reply;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotas of real keys, over HTTP, on the ledger of a real store. */
class QuotaOverHttpTest {
  @TempDir private static Path data;
  private static KeysServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new KeysServer(
            data,
            Map.of(
                "sallyport.plan.four.quota", "4/P1M",
                "sallyport.plan.both.quota", "1000/P1D",
                "sallyport.plan.both.limit", "3/P1D",
                "sallyport.access.costly.paths", "/costly",
                "sallyport.access.costly.cost", "3"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static String path(Map<String, @Nullable Object> key) {
    return KEYS + "/" + text(key, "id");
  }

  @Test
  void aKeyGetsItsQuotaAndIsThenToldWhenThereIsMore() throws Exception {
    String key = text(server.issue("\"scopes\":[],\"plan\":\"four\""), "key");
    long month = YearMonth.now(ZoneOffset.UTC).lengthOfMonth() * 86_400L;

    Reply first = server.send(key, "GET", PAGE);
    assertThat(first.status()).isEqualTo(200);
    assertThat(first.header("RateLimit-Policy")).contains("\"four-1mo\";q=4;w=" + month);
    assertThat(first.header("RateLimit").orElseThrow()).startsWith("\"four-1mo\";r=3;t=");
    for (int i = 0; i < 3; i++) assertThat(server.page(key)).isEqualTo(200);
    int served = server.served.get();

    Reply refused = server.send(key, "GET", PAGE);

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.code()).isEqualTo("quota_exhausted");
    long wait = Long.parseLong(refused.header("Retry-After").orElseThrow());
    assertThat(wait).isBetween(1L, month);
    assertThat(refused.header("RateLimit").orElseThrow()).startsWith("\"four-1mo\";r=0;t=" + wait);
    assertThat(server.served).hasValue(served);
    // What it administers is not what it pays for.
    assertThat(server.send(key, "GET", KEYS + "/self").status()).isEqualTo(200);
  }

  @Test
  void everyPolicyIsListedAndTheOneWithTheLeastLeftIsTold() throws Exception {
    String key = text(server.issue("\"scopes\":[],\"plan\":\"both\""), "key");

    Reply reply = server.send(key, "GET", PAGE);

    assertThat(reply.header("RateLimit-Policy"))
        .contains("\"both-1d\";q=3;w=86400, \"both-1day\";q=1000;w=86400");
    assertThat(reply.header("RateLimit").orElseThrow()).startsWith("\"both-1d\";r=2;");
    server.page(key);
    server.page(key);
    assertThat(server.send(key, "GET", PAGE).code()).isEqualTo("rate_limited");
  }

  @Test
  void anAdministratorResetsIt() throws Exception {
    Map<String, @Nullable Object> issued = server.issue("\"scopes\":[],\"plan\":\"four\"");
    String key = text(issued, "key");
    for (int i = 0; i < 4; i++) assertThat(server.page(key)).isEqualTo(200);
    assertThat(server.page(key)).isEqualTo(429);
    String reset = path(issued) + "/quota/reset";

    assertThat(server.send(key, "POST", reset).status()).isEqualTo(403);
    assertThat(server.send(server.admin(), "GET", reset).status()).isEqualTo(405);
    assertThat(server.page(key)).isEqualTo(429);
    assertThat(server.json(server.admin(), "POST", reset, "{\"all\":true}").status())
        .isEqualTo(400);
    assertThat(server.send(server.admin(), "POST", reset).status()).isEqualTo(204);

    for (int i = 0; i < 4; i++) assertThat(server.page(key)).isEqualTo(200);
    assertThat(server.page(key)).isEqualTo(429);
    assertThat(LogCapture.messages("sallyport.audit", Level.INFO))
        .anyMatch(
            m ->
                m.contains("\"action\":\"quota.reset\"")
                    && m.contains("\"target\":\"" + text(issued, "id") + "\""));
    Map<String, @Nullable Object> without = server.issue("\"scopes\":[]");
    assertThat(server.send(server.admin(), "POST", path(without) + "/quota/reset").status())
        .isEqualTo(409);
    assertThat(server.send(server.admin(), "POST", KEYS + "/00000000000000/quota/reset").status())
        .isEqualTo(404);
  }

  /** The whole of it is settled when the application stops, and goes on after a restart. */
  @Test
  void whatWasUsedOutlivesARestart(@TempDir Path own) throws Exception {
    Map<String, String> settings = Map.of("sallyport.plan.four.quota", "4/P1M");
    String key;
    try (KeysServer first = new KeysServer(own, settings)) {
      key = text(first.issue("\"scopes\":[],\"plan\":\"four\""), "key");
      for (int i = 0; i < 3; i++) assertThat(first.page(key)).isEqualTo(200);
    }
    try (KeysServer second = new KeysServer(own, settings)) {
      assertThat(second.page(key)).isEqualTo(200);
      assertThat(second.page(key)).isEqualTo(429);
    }
  }
}
