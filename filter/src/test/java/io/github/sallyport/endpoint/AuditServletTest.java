package io.github.sallyport.endpoint;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.testing.Wire.Reply;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditServletTest {
  private static final String AUDIT = "/sallyport/audit";

  @TempDir private static Path data;
  private static KeysServer server;
  private static String admin;

  @BeforeAll
  static void start() throws Exception {
    server = new KeysServer(data, Map.of("sallyport.audit.sink", "jdbc"));
    admin = server.admin();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static Map<String, @Nullable Object> read(String query) throws Exception {
    Reply reply = server.send(admin, "GET", AUDIT + query);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("Cache-Control")).contains("no-store");
    return KeysServer.read(reply);
  }

  @SuppressWarnings("unchecked") // what the reader makes of an object
  private static List<Map<String, @Nullable Object>> items(String query) throws Exception {
    return (List<Map<String, @Nullable Object>>) requireNonNull(read(query).get("items"));
  }

  private static Map<String, @Nullable Object> awaitOne(String query) {
    await().until(() -> items(query).size() == 1);
    try {
      return items(query).get(0);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aRefusalIsFoundByItsRequestWithAllThatIsKnownOfIt() throws Exception {
    Map<String, @Nullable Object> key = server.issue("\"scopes\":[\"orders:read\"]");
    String id = KeysServer.text(key, "id");
    Reply refused =
        server.send(
            KeysServer.text(key, "key"),
            "GET",
            "/sallyport/keys?secret=1",
            "User-Agent: tool/1.0",
            "X-Request-Id: refused-1");
    assertThat(refused.code()).isEqualTo("scope_insufficient");
    Map<String, @Nullable Object> event = awaitOne("?requestId=refused-1");
    assertThat(event)
        .containsEntry("action", "request.refused")
        .containsEntry("result", "refused")
        .containsEntry("code", "scope_insufficient")
        .containsEntry("keyId", id)
        .containsEntry("owner", "acme")
        .containsEntry("method", "GET")
        .containsEntry("path", "/sallyport/keys")
        .containsEntry("address", "127.0.0.1")
        .containsEntry("userAgent", "tool/1.0")
        .containsKeys("time", "chain", "seq", "detail");
    assertThat(items("?key=" + id + "&code=scope_insufficient")).containsExactly(event);
    assertThat(items("?key=" + id))
        .extracting(e -> e.get("action"))
        .containsExactly("request.refused", "key.issued");
  }

  @Test
  void aChangeIsThereWhenItIsAnswered() throws Exception {
    String id = KeysServer.text(server.issue("\"scopes\":[]"), "id");
    assertThat(items("?key=" + id)).extracting(e -> e.get("action")).containsExactly("key.issued");
    server.send(admin, "DELETE", KeysServer.KEYS + "/" + id + "?reason=leaked");
    assertThat(items("?key=" + id))
        .extracting(e -> e.get("action") + " " + e.get("detail"))
        .containsExactly("key.revoked leaked", "key.issued null");
  }

  @Test
  void eventsAreReadPageByPageTheNewestFirstWithinATime() throws Exception {
    Instant from = Instant.now();
    for (int i = 0; i < 5; i++) server.issue("\"scopes\":[],\"name\":\"page" + i + "\"");
    List<Object> seqs = new ArrayList<>();
    String cursor = "";
    for (int page = 0; page < 3; page++) {
      Map<String, @Nullable Object> read = read("?limit=2&from=" + from + cursor);
      for (Object item : (List<?>) requireNonNull(read.get("items"))) {
        seqs.add(requireNonNull(((Map<?, ?>) item).get("seq")));
      }
      Object next = read.get("next");
      if (page == 2) assertThat(next).isNull();
      else cursor = "&cursor=" + next;
    }
    assertThat(seqs).hasSize(5).doesNotHaveDuplicates();
    assertThat(seqs).isSortedAccordingTo((a, b) -> Long.compare((Long) b, (Long) a));
    assertThat(items("?to=" + from).stream().map(e -> e.get("seq")))
        .doesNotContainAnyElementsOf(seqs);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=99999999999",
        "cursor=",
        "cursor=x",
        "cursor=1.2.3",
        "cursor=1.00000000000000000000000000000000.99999999999999999999",
        "from=yesterday",
        "from=2026-11-25",
        "to=%2B999999999-12-31T23:59:59Z",
        "from=-0001-01-01T00:00:00Z",
        "to=2026-13-01T00:00:00Z",
        "requestId=",
        "key=",
        "subject=",
        "code=",
        "sort=time",
        "q=x"
      })
  void aQueryThatCantBeUnderstoodIsRefused(String query) {
    Reply reply = server.send(admin, "GET", AUDIT + "?" + query);
    assertThat(reply.status()).as(reply.body()).isEqualTo(400);
    assertThat(reply.header("Content-Type")).contains("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"requestId", "key", "subject", "code", "from", "to", "limit", "cursor"})
  void everyParameterIsBoundedAndComesOnce(String name) throws Exception {
    String good =
        switch (name) {
          case "from", "to" -> "2026-11-25T00:00:00Z";
          case "limit" -> "7";
          case "cursor" -> "1.00000000000000000000000000000000.1";
          default -> "x";
        };
    String at = AUDIT + "?" + name + "=";
    assertThat(server.send(admin, "GET", at + good).status()).isEqualTo(200);
    assertThat(server.send(admin, "GET", at + good + "&" + name + "=" + good).status())
        .isEqualTo(400);
    assertThat(server.send(admin, "GET", at + "x".repeat(5000)).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"' OR 1=1 --", "%", "_", "k\u0000", "\u202e", "\uD83D\uDE00"})
  void whatIsLookedForIsATextAndNothingElse(String text) throws Exception {
    String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8);
    for (String name : List.of("requestId", "key", "subject", "code")) {
      assertThat(items("?" + name + "=" + encoded)).as(name).isEmpty();
    }
  }

  @Test
  void onlyAnAdministratorReads() throws Exception {
    String key = KeysServer.text(server.issue("\"scopes\":[\"orders:read\"]"), "key");
    assertThat(server.send(key, "GET", AUDIT).code()).isEqualTo("scope_insufficient");
    assertThat(server.wire.send("GET", AUDIT).code()).isEqualTo("credential_missing");
    assertThat(server.send(admin, "GET", AUDIT + "/x").status()).isEqualTo(404);
    Reply post = server.send(admin, "POST", AUDIT);
    assertThat(post.status()).isEqualTo(405);
    assertThat(post.header("Allow")).contains("GET, HEAD");
    Reply head = server.send(admin, "HEAD", AUDIT);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void withAnotherSinkTheAnswerSaysWhichIsNeeded(@TempDir Path other) throws Exception {
    try (KeysServer logging = new KeysServer(other, Map.of())) {
      Reply reply = logging.send(logging.admin(), "GET", AUDIT);
      assertThat(reply.status()).isEqualTo(409);
      assertThat(reply.body()).contains("where sallyport.audit.sink is jdbc");
    }
  }

  @Test // catalogue L01, L07
  void noSecretAndNothingUnseenIsInTheTable() throws Exception {
    String key = KeysServer.text(server.issue("\"scopes\":[]"), "key");
    String other = key.substring(0, key.length() - 8) + "AAAAAAAA";
    for (String shown : List.of(key, other, "sp_live_x", "${jndi:ldap://x}")) {
      for (String path : List.of("%E2%80%AE", "%1B%5B31m", "%E2%80%A8x")) {
        server.wire.send(
            "GET",
            "/sallyport/keys/" + path,
            "X-API-Key: " + shown,
            "X-Request-Id: leaks",
            "User-Agent: \u009b31m\u0085" + "x".repeat(4000));
      }
    }
    await().until(() -> items("?requestId=leaks").size() == 12);
    String all = server.send(admin, "GET", AUDIT + "?requestId=leaks").body();
    assertThat(all)
        .doesNotContain(
            key.substring(23),
            other.substring(23),
            "sp_live_x",
            "jndi",
            "\u001b",
            "\u009b",
            "\u202e")
        .doesNotContain("x".repeat(256));
  }
}
