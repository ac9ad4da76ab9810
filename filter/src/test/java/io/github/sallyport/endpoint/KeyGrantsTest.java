package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.KeysServer.KEYS;
import static io.github.sallyport.endpoint.KeysServer.PAGE;
import static io.github.sallyport.endpoint.KeysServer.read;
import static io.github.sallyport.endpoint.KeysServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.testing.Wire.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may grant what, what a key may do about itself, and the fences around a key. */
class KeyGrantsTest {
  @TempDir private static Path data;
  private static KeysServer server;
  private static String admin;

  @BeforeAll
  static void start() throws Exception {
    server =
        new KeysServer(
            data,
            Map.of(
                "sallyport.api-key.foreign", "true",
                "sallyport.api-key.publishable-scopes", "search"));
    admin = server.admin();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void anAdministratorGivesNobodyAScopeOfOursThatItDoesNotHoldByAnyWay() throws Exception {
    String lesser = text(server.issue("\"scopes\":[\"sallyport:admin\"]"), "key");
    Map<String, @Nullable Object> powerful =
        server.issue("\"scopes\":[\"sallyport:exchange\",\"a\"]");
    Map<String, @Nullable Object> plain = server.issue("\"scopes\":[\"a\"]");
    String exchange = "{\"owner\":\"x\",\"scopes\":[\"sallyport:exchange\"]";
    assertRefused(server.json(lesser, "POST", KEYS, exchange + "}"));
    assertRefused(
        server.json(
            lesser, "POST", KEYS + "/import", exchange + ",\"key\":\"twenty-characters-long-1\"}"));
    assertRefused(
        server.json(lesser, "PATCH", path(plain), "{\"scopes\":[\"sallyport:exchange\"]}"));
    assertRefused(server.json(lesser, "POST", path(powerful) + "/rotate", "{}"));
    assertThat(read(server.send(admin, "GET", path(plain)))).containsEntry("version", 1L);
    assertThat(read(server.send(admin, "GET", path(powerful)))).containsEntry("version", 1L);
    // What it does not give it may leave, and take.
    assertThat(server.json(lesser, "PATCH", path(powerful), "{\"name\":\"n\"}").status())
        .isEqualTo(200);
    assertThat(server.json(lesser, "PATCH", path(powerful), "{\"scopes\":[\"b\"]}").status())
        .isEqualTo(200);
    assertThat(server.json(lesser, "POST", path(powerful) + "/rotate", "{}").status())
        .isEqualTo(201);
    assertThat(
            server
                .json(admin, "PATCH", path(plain), "{\"scopes\":[\"sallyport:exchange\"]}")
                .status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"scopes\":[\"sallyport:admin\",\"more\"]}",
        "{\"roles\":[\"root\"]}",
        "{\"plan\":\"gold\"}",
        "{\"expiresAt\":null}",
        "{\"expiresAt\":\"2099-01-01T00:00:00Z\"}",
        "{\"addresses\":[]}",
        "{\"addresses\":[\"127.0.0.0/8\",\"192.0.2.7\"]}",
        "{\"origins\":[]}"
      })
  void nobodyRaisesItsOwnKey(String patch) throws Exception {
    Map<String, @Nullable Object> own =
        server.issue(
            "\"scopes\":[\"sallyport:admin\"],\"addresses\":[\"127.0.0.0/8\"],"
                + "\"origins\":[\"https://a.example\"],"
                + "\"expiresAt\":\"2098-01-01T00:00:00Z\"");
    String origin = "Origin: https://a.example";
    assertRefused(server.json(text(own, "key"), "PATCH", path(own), patch, origin));
    assertThat(read(server.send(admin, "GET", path(own)))).containsEntry("version", 1L);
    assertThat(
            server
                .json(
                    text(own, "key"),
                    "PATCH",
                    path(own),
                    "{\"name\":\"n\",\"expiresAt\":\"2097-01-01T00:00:00Z\","
                        + "\"addresses\":[\"127.0.0.1\"]}",
                    origin)
                .status())
        .isEqualTo(200);
  }

  @Test
  void aKeyIsItsHoldersOwnAlsoAsItsSuccessorAndAsTheOneItWasDerivedFrom() throws Exception {
    Map<String, @Nullable Object> first = server.issue("\"scopes\":[\"sallyport:admin\"]");
    Map<String, @Nullable Object> derived =
        read(
            server.json(
                text(first, "key"),
                "POST",
                KEYS + "/self/derive",
                "{\"scopes\":[\"sallyport:admin\"]}"));
    assertRefused(
        server.json(
            text(derived, "key"),
            "PATCH",
            path(first),
            "{\"scopes\":[\"sallyport:admin\",\"a\"]}"));
    Map<String, @Nullable Object> second =
        read(server.json(text(first, "key"), "POST", KEYS + "/self/rotate", "{}"));
    assertRefused(server.json(text(second, "key"), "PATCH", path(first), "{\"expiresAt\":null}"));
    assertRefused(server.json(text(first, "key"), "PATCH", path(second), "{\"roles\":[\"root\"]}"));
    assertThat(
            server
                .json(text(second, "key"), "PATCH", path(first), "{\"status\":\"disabled\"}")
                .status())
        .isEqualTo(200);
    assertRefused(
        server.json(text(second, "key"), "PATCH", path(first), "{\"status\":\"active\"}"));
    // Another administrator's key is nobody's own.
    Map<String, @Nullable Object> other = server.issue("\"scopes\":[\"sallyport:admin\"]");
    for (String id : new String[] {path(first), path(second)}) {
      assertThat(
              server
                  .json(
                      text(other, "key"),
                      "PATCH",
                      id,
                      "{\"status\":\"active\",\"roles\":[\"root\"],\"expiresAt\":null}")
                  .status())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"expiresAt\":null}",
        "{\"addresses\":[]}",
        "{\"roles\":[\"root\"]}",
        "{\"plan\":\"gold\"}",
        "{\"status\":\"active\"}",
        "{\"scopes\":[\"sallyport:exchange\",\"b\"]}"
      })
  void aKeyWithAScopeOfOursIsRaisedOnlyByWhoHoldsThatScope(String patch) throws Exception {
    String lesser = text(server.issue("\"scopes\":[\"sallyport:admin\"]"), "key");
    Map<String, @Nullable Object> powerful =
        server.issue(
            "\"scopes\":[\"sallyport:exchange\"],\"addresses\":[\"192.0.2.7\"],"
                + "\"expiresAt\":\"2098-01-01T00:00:00Z\"");
    assertThat(server.json(lesser, "PATCH", path(powerful), "{\"status\":\"disabled\"}").status())
        .isEqualTo(200);
    assertRefused(server.json(lesser, "PATCH", path(powerful), patch));
    assertThat(read(server.send(admin, "GET", path(powerful)))).containsEntry("version", 2L);
    assertThat(server.json(admin, "PATCH", path(powerful), patch).status()).isEqualTo(200);
  }

  @Test
  void aKeySeesRotatesAndDerivesFromItselfWithoutAnyScope() throws Exception {
    Map<String, @Nullable Object> own = server.issue("\"scopes\":[\"a\",\"b\"],\"roles\":[\"r\"]");
    String key = text(own, "key");
    Reply self = server.send(key, "GET", KEYS + "/self");
    assertThat(self.status()).isEqualTo(200);
    assertThat(read(self)).containsEntry("id", own.get("id")).doesNotContainKey("key");
    Reply derived =
        server.json(key, "POST", KEYS + "/self/derive", "{\"scopes\":[\"a\"],\"ttl\":\"PT1M\"}");
    assertThat(derived.status()).isEqualTo(201);
    assertThat(read(derived))
        .containsEntry("scopes", List.of("a"))
        .containsEntry("roles", List.of())
        .containsEntry("parent", own.get("id"));
    String child = text(read(derived), "key");
    assertThat(server.page(child)).isEqualTo(200);
    assertThat(server.json(child, "POST", KEYS + "/self/derive", "{\"scopes\":[]}").status())
        .isEqualTo(409);
    assertThat(server.send(child, "POST", KEYS + "/self/rotate").status()).isEqualTo(409);
    Reply rotated = server.send(key, "POST", KEYS + "/self/rotate");
    assertThat(rotated.status()).isEqualTo(201);
    assertThat(server.page(text(read(rotated), "key"))).isEqualTo(200);
    server.send(admin, "DELETE", path(own));
    assertThat(server.send(child, "GET", PAGE).code()).isEqualTo("key_revoked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"scopes\":[\"c\"]}", "{\"scopes\":[\"a\",\"sallyport:admin\"]}"})
  void moreThanItHasNobodyDerives(String body) throws Exception {
    String key = text(server.issue("\"scopes\":[\"a\"]"), "key");
    assertRefused(server.json(key, "POST", KEYS + "/self/derive", body));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"scopes\":[],\"ttl\":\"PT2H\"}",
        "{\"scopes\":[],\"ttl\":\"PT0S\"}",
        "{\"scopes\":[],\"ttl\":\"PT0.0009S\"}",
        "{\"scopes\":[],\"ttl\":\"PT2562047788015215H\"}",
        "{\"scopes\":[],\"ttl\":\"-PT1M\"}",
        "{\"scopes\":[],\"roles\":[]}",
        "{\"scopes\":null}"
      })
  void aDerivationThatCantBeUnderstoodIsRefused(String body) throws Exception {
    String key = text(server.issue("\"scopes\":[\"a\"]"), "key");
    assertThat(server.json(key, "POST", KEYS + "/self/derive", body).status()).isEqualTo(400);
  }

  @Test
  void aKeyThatEverybodyCanReadMayDoNothingAboutItself() throws Exception {
    String key =
        text(
            server.issue(
                "\"scopes\":[\"search\"],\"kind\":\"publishable\",\"origins\":[\"https://a.example\"]"),
            "key");
    String origin = "Origin: https://a.example";
    assertThat(server.page(key, origin)).isEqualTo(200);
    for (String path : new String[] {"/self", "/self/rotate", "/self/derive"}) {
      Reply reply =
          server.json(key, path.equals("/self") ? "GET" : "POST", KEYS + path, "{}", origin);
      assertThat(reply.code()).as(path).isEqualTo("credential_kind_refused");
    }
  }

  @Test
  void aPublishableKeyIsFencedToItsPages() throws Exception {
    String key =
        text(
            server.issue(
                "\"scopes\":[\"search\"],\"kind\":\"publishable\",\"origins\":[\"https://a.example\"]"),
            "key");
    int before = server.served.get();
    for (String[] headers :
        new String[][] {
          {},
          {"Origin: https://evil.example"},
          {"Origin: null"},
          {"Origin: https://a.example", "Origin: https://a.example"},
          {"Origin: https://evil.example", "Referer: https://a.example/"},
          {"Origin: null", "Referer: https://a.example/"},
          {"Referer: https://a.example.evil.org/"}
        }) {
      Reply reply = server.send(key, "GET", PAGE, headers);
      assertThat(reply.status()).as(List.of(headers).toString()).isEqualTo(403);
      assertThat(reply.code()).isEqualTo("origin_refused");
    }
    assertThat(server.served).hasValue(before);
    assertThat(server.page(key, "Origin: https://a.example")).isEqualTo(200);
    assertThat(server.page(key, "Referer: https://a.example/x?y")).isEqualTo(200);
    assertThat(
            server
                .wire
                .send("GET", PAGE, "Authorization: Bearer " + key, "Origin: https://a.example")
                .status())
        .isEqualTo(200);
    Reply scope =
        server.json(
            admin,
            "POST",
            KEYS,
            "{\"owner\":\"a\",\"scopes\":[\"orders:read\"],\"kind\":\"publishable\","
                + "\"origins\":[\"https://a.example\"]}");
    assertThat(scope.status()).isEqualTo(400);
  }

  @Test
  void aKeyBoundToAnotherAddressIsRefused() throws Exception {
    String elsewhere = text(server.issue("\"scopes\":[],\"addresses\":[\"192.0.2.0/24\"]"), "key");
    Reply reply = server.send(elsewhere, "GET", PAGE, "X-Forwarded-For: 192.0.2.7");
    assertThat(reply.code()).isIn("address_refused", "https_required");
    assertThat(server.send(elsewhere, "GET", PAGE).code()).isEqualTo("address_refused");
    String here =
        text(server.issue("\"scopes\":[],\"addresses\":[\"127.0.0.0/8\",\"::1\"]"), "key");
    assertThat(server.page(here)).isEqualTo(200);
  }

  @Test
  void theFirstAdministratorsKeyMayBeOneThatTheDeployerMade(@TempDir Path other) throws Exception {
    String text = "made-by-the-deployer-0123456789";
    String digest =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    try (KeysServer fresh =
        new KeysServer(other, Map.of("sallyport.admin.initial-key-digest", digest))) {
      assertThat(Files.exists(other.resolve("initial-admin-key"))).isFalse();
      Reply list = fresh.send(text, "GET", KEYS);
      assertThat(list.status()).isEqualTo(200);
      assertThat(fresh.send(text + "x", "GET", KEYS).code()).isEqualTo("key_unknown");
      assertThat(
              fresh
                  .json(
                      text,
                      "POST",
                      KEYS + "/import",
                      "{\"owner\":\"a\",\"scopes\":[],\"key\":\"twenty-characters-long-1\"}")
                  .status())
          .isEqualTo(400);
    }
    try (KeysServer again =
        new KeysServer(other, Map.of("sallyport.admin.initial-key-digest", digest))) {
      assertThat(again.send(text, "GET", KEYS).status()).isEqualTo(200);
      assertThat((List<?>) read(again.send(text, "GET", KEYS)).get("items")).hasSize(1);
    }
  }

  private static void assertRefused(Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(403);
    assertThat(reply.code()).isEqualTo("scope_insufficient");
  }

  private static String path(Map<String, @Nullable Object> key) {
    return KEYS + "/" + text(key, "id");
  }
}
