package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.KeysServer.PAGE;
import static io.github.sallyport.endpoint.KeysServer.read;
import static io.github.sallyport.endpoint.KeysServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.testing.LogCapture;
import io.github.sallyport.testing.Wire.Reply;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Administration of plans over HTTP, and that it binds. */
class PlansServletTest {
  private static final String PLANS = "/sallyport/plans";

  @TempDir private static Path data;
  private static KeysServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new KeysServer(
            data,
            Map.of(
                "sallyport.plan.seeded.limit", "1000/P1D",
                "sallyport.plan.fallback.limit", "100000/P1D",
                "sallyport.plan.default", "fallback"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static Reply put(String name, String body, String... headers) throws Exception {
    return server.json(server.admin(), "PUT", PLANS + "/" + name, body, headers);
  }

  private static Reply get(String path) throws Exception {
    return server.send(server.admin(), "GET", PLANS + path);
  }

  private static Reply delete(String name, String... headers) throws Exception {
    return server.send(server.admin(), "DELETE", PLANS + "/" + name, headers);
  }

  @Test
  void aPlanIsMadeShownChangedAndTakenAway() throws Exception {
    Reply made = put("life", "{\"limits\":[\"9/PT1M;burst=3\",\"50/PT1H\"]}");
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    assertThat(made.header("Location")).contains(PLANS + "/life");
    assertThat(made.header("ETag")).contains("\"1\"");
    assertThat(made.header("Cache-Control")).contains("no-store");

    Map<String, @Nullable Object> shown = read(get("/life"));
    assertThat(shown.keySet())
        .containsExactly(
            "name", "limits", "quota", "concurrency", "changedAt", "changedBy", "version");
    assertThat(shown.get("limits")).isEqualTo(List.of("9/PT1M;burst=3", "50/PT1H"));
    assertThat(text(shown, "changedAt")).endsWith("Z");
    assertThat(text(shown, "changedBy")).hasSize(14);
    assertThat(get("").body()).contains("\"name\":\"life\"", "\"name\":\"seeded\"");

    Reply changed = put("life", "{\"limits\":[\"5/PT1S\"],\"quota\":null}");
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.header("ETag")).contains("\"2\"");
    assertThat(delete("life").status()).isEqualTo(204);
    assertThat(delete("life").status()).isEqualTo(404);
    assertThat(get("/life").status()).isEqualTo(404);
    // Its number goes on: an entity tag never means two things.
    assertThat(put("life", "{\"limits\":[\"5/PT1S\"]}").header("ETag")).contains("\"4\"");
    assertThat(delete("life").status()).isEqualTo(204);
  }

  @Test
  void whoWantsToMakeOneReplacesNone() throws Exception {
    String body = "{\"limits\":[\"7/PT1M\"]}";
    assertThat(put("fresh", body, "If-None-Match: *").status()).isEqualTo(201);
    assertThat(put("fresh", body, "If-None-Match: *").status()).isEqualTo(412);
    assertThat(put("fresh", body, "If-None-Match: *", "If-Match: \"1\"").status()).isEqualTo(400);
    assertThat(put("fresh", body, "If-None-Match: \"1\"").status()).isEqualTo(400);
    assertThat(put("fresh", body, "If-Match: \"1\"").status()).isEqualTo(200);
    assertThat(delete("fresh").status()).isEqualTo(204);
    assertThat(put("fresh", body, "If-None-Match: *").status()).isEqualTo(201);
  }

  @Test
  void aLostUpdateIsRefused() throws Exception {
    put("tags", "{\"limits\":[\"9/PT1M\"]}");
    assertThat(put("tags", "{\"limits\":[\"8/PT1M\"]}", "If-Match: \"1\"").status()).isEqualTo(200);

    Reply lost = put("tags", "{\"limits\":[\"7/PT1M\"]}", "If-Match: \"1\"");

    assertThat(lost.status()).isEqualTo(412);
    assertThat(lost.body()).contains("The plan has changed since");
    assertThat(delete("tags", "If-Match: \"1\"").status()).isEqualTo(412);
    assertThat(put("absent", "{\"limits\":[\"7/PT1M\"]}", "If-Match: *").status()).isEqualTo(412);
    assertThat(get("/absent").status()).isEqualTo(404);
    assertThat(put("tags", "{\"limits\":[\"7/PT1M\"]}", "If-Match: *").status()).isEqualTo(200);
    assertThat(delete("tags", "If-Match: \"3\"").status()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"limits\":[]}",
        "{\"limits\":\"9/PT1M\"}",
        "{\"limits\":[\"9/P1M\"]}",
        "{\"limits\":[\"9/PT1M\",\"8/PT60S\"]}",
        "{\"limits\":[9]}",
        "{\"limits\":[\"9/PT1M\"],\"quota\":\"5/P1Y\"}",
        "{\"limits\":[\"9/PT1M\"],\"quota\":5}",
        "{\"limits\":[\"9/PT1M\"],\"concurrency\":0}",
        "{\"limits\":[\"9/PT1M\"],\"concurrency\":1.5}",
        "{\"limits\":[\"9/PT1M\"],\"concurrency\":1000000000}",
        "{\"limits\":[\"9/PT1M\"],\"concurrency\":\"5\"}",
        "{\"limits\":[\"9/PT1M\"],\"burst\":5}",
        "{\"limits\":[\"9/PT1M\"],\"limits\":[\"9/PT1M\"]}",
        "[]",
        "{"
      })
  void whatIsNoPlanIsRefused(String body) throws Exception {
    Reply reply = put("bad", body);

    assertThat(reply.status()).as(reply.body()).isEqualTo(400);
    assertThat(get("/bad").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "jwt", "unknown", "Upper", "9a", "a-b", "a.b"})
  void whatIsNoNameIsRefused(String name) throws Exception {
    assertThat(put(name, "{\"limits\":[\"9/PT1M\"]}").status()).isEqualTo(400);
    assertThat(put("a".repeat(101), "{\"limits\":[\"9/PT1M\"]}").status()).isEqualTo(400);
  }

  @Test
  void onlyAdministratorsSeeOrChangeThem() throws Exception {
    String key = text(server.issue("\"scopes\":[\"orders:read\"]"), "key");
    assertThat(server.send(key, "GET", PLANS).code()).isEqualTo("scope_insufficient");
    assertThat(server.send(key, "GET", PLANS + "/seeded").status()).isEqualTo(403);
    assertThat(server.json(key, "PUT", PLANS + "/seeded", "{\"limits\":[\"9/PT1M\"]}").status())
        .isEqualTo(403);
    assertThat(server.send(key, "DELETE", PLANS + "/seeded").status()).isEqualTo(403);
    assertThat(server.wire.send("GET", PLANS).status()).isEqualTo(401);
    Reply post = server.json(server.admin(), "POST", PLANS, "{}");
    assertThat(post.status()).isEqualTo(405);
    assertThat(post.header("Allow")).contains("GET, HEAD");
  }

  @Test
  void aChangeBindsOnTheNextRequestAndGivesNobodyABucketAnew() throws Exception {
    put("binding", "{\"limits\":[\"2/P1D\"]}");
    String key = text(server.issue("\"scopes\":[],\"plan\":\"binding\""), "key");
    assertThat(server.page(key)).isEqualTo(200);
    assertThat(server.page(key)).isEqualTo(200);
    assertThat(server.page(key)).isEqualTo(429);

    put("binding", "{\"limits\":[\"100/P1D\"]}");

    Reply spent = server.send(key, "GET", PAGE);
    assertThat(spent.status()).isEqualTo(429);
    assertThat(spent.header("RateLimit-Policy")).contains("\"binding-1d\";q=100;w=86400");
  }

  @Test
  void aPlanThatKeysHaveOrTheSettingsNameStays() throws Exception {
    put("used", "{\"limits\":[\"9/P1D\"]}");
    Map<String, @Nullable Object> key = server.issue("\"scopes\":[],\"plan\":\"used\"");
    String path = KeysServer.KEYS + "/" + text(key, "id");

    Reply used = delete("used");
    assertThat(used.status()).isEqualTo(409);
    assertThat(used.body()).contains("There are keys that have it");
    assertThat(server.json(server.admin(), "PATCH", path, "{\"status\":\"disabled\"}").status())
        .isEqualTo(200);
    assertThat(delete("used").status()).isEqualTo(409);
    assertThat(server.send(server.admin(), "DELETE", path).status()).isEqualTo(204);
    assertThat(delete("used").status()).isEqualTo(204);
    assertThat(delete("fallback").status()).isEqualTo(409);
  }

  @Test
  void aKeyIsIssuedWithAPlanAsSoonAsItIsThere() throws Exception {
    String issue = "{\"owner\":\"a\",\"scopes\":[],\"plan\":\"soon\"}";
    assertThat(server.json(server.admin(), "POST", KeysServer.KEYS, issue).status()).isEqualTo(400);

    put("soon", "{\"limits\":[\"9/P1D\"]}");

    assertThat(server.json(server.admin(), "POST", KeysServer.KEYS, issue).status()).isEqualTo(201);
  }

  @Test
  void bothAreAudited() throws Exception {
    put("told", "{\"limits\":[\"9/P1D\"]}");
    delete("told");

    assertThat(LogCapture.messages("sallyport.audit", Level.INFO))
        .anyMatch(m -> m.contains("\"action\":\"plan.put\"") && m.contains("\"target\":\"told\""))
        .anyMatch(
            m -> m.contains("\"action\":\"plan.deleted\"") && m.contains("\"target\":\"told\""));
  }

  @Test
  void theStoresPlanWinsOverTheSettingsAndOneThatWasDeletedStaysSo(@TempDir Path own)
      throws Exception {
    Map<String, String> settings =
        Map.of("sallyport.plan.kept.limit", "9/P1D", "sallyport.plan.gone.limit", "9/P1D");
    try (KeysServer first = new KeysServer(own, settings)) {
      first.json(first.admin(), "PUT", PLANS + "/kept", "{\"limits\":[\"5/P1D\"]}");
      assertThat(first.send(first.admin(), "DELETE", PLANS + "/gone").status()).isEqualTo(204);
    }
    try (KeysServer second = new KeysServer(own, settings)) {
      assertThat(second.send(second.admin(), "GET", PLANS + "/kept").body()).contains("5/PT24H");
      assertThat(second.send(second.admin(), "GET", PLANS + "/gone").status()).isEqualTo(404);
    }
  }
}
