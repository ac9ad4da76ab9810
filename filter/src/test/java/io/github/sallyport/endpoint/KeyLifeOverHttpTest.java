package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.KeysServer.KEYS;
import static io.github.sallyport.endpoint.KeysServer.read;
import static io.github.sallyport.endpoint.KeysServer.text;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.testing.Wire.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
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

/** Changing, rotating, importing and listing keys, as an administrator does over HTTP. */
class KeyLifeOverHttpTest {
  private static final String OLD = "an-old-key-of-20-characters";

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
  void aMergePatchChangesWhatItNamesAndNullRemoves() throws Exception {
    Map<String, @Nullable Object> key =
        server.issue(
            "\"scopes\":[\"a\"],\"name\":\"n\",\"plan\":\"pro\",\"roles\":[\"r\"],"
                + "\"addresses\":[\"127.0.0.0/8\"],\"metadata\":{\"x\":1,\"y\":{\"z\":2,\"w\":3}}");
    Reply reply =
        patch(
            key,
            "{\"name\":null,\"description\":\"d\",\"scopes\":[\"b\"],\"roles\":null,"
                + "\"addresses\":null,\"expiresAt\":\"2099-01-01T00:00:00Z\","
                + "\"metadata\":{\"x\":null,\"y\":{\"z\":9},\"v\":[1]}}");
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("ETag")).contains("\"2\"");
    assertThat(read(reply))
        .containsEntry("name", null)
        .containsEntry("description", "d")
        .containsEntry("scopes", List.of("b"))
        .containsEntry("roles", List.of())
        .containsEntry("plan", "pro")
        .containsEntry("addresses", List.of())
        .containsEntry("expiresAt", "2099-01-01T00:00:00Z")
        .containsEntry("metadata", Map.of("y", Map.of("z", 9L, "w", 3L), "v", List.of(1L)))
        .containsEntry("version", 2L)
        .doesNotContainKey("key");
    assertThat(read(get(key))).isEqualTo(read(reply));
  }

  @Test
  void theStatusIsPatchedAndBindsAtOnce() throws Exception {
    Map<String, @Nullable Object> key = server.issue("\"scopes\":[]");
    assertThat(server.page(text(key, "key"))).isEqualTo(200);
    assertThat(read(patch(key, "{\"status\":\"disabled\"}"))).containsEntry("status", "disabled");
    assertThat(server.send(text(key, "key"), "GET", KeysServer.PAGE).code())
        .isEqualTo("key_disabled");
    assertThat(read(patch(key, "{\"status\":\"active\"}"))).containsEntry("status", "active");
    assertThat(server.page(text(key, "key"))).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{\"owner\":\"other\"}|a member that is not known",
        "{\"environment\":\"test\"}|a member that is not known",
        "{\"kind\":\"publishable\"}|a member that is not known",
        "{\"notBefore\":null}|a member that is not known",
        "{\"scopes\":null}|\"scopes\" must be an array",
        "{\"scopes\":\"a\"}|\"scopes\" must be an array",
        "{\"status\":\"revoked\"}|must be active or disabled",
        "{\"status\":null}|\"status\" is missing",
        "{\"metadata\":7}|\"metadata\" must be an object",
        "{\"expiresAt\":\"soon\"}|RFC 3339",
        "{\"plan\":\"Pro 1\"}|plan must be",
        "[]|one JSON object",
        "{\"name\":\"a\",\"name\":\"b\"}|one JSON object"
      })
  void aPatchThatCantBeUnderstoodChangesNothing(String body, String mend) throws Exception {
    Map<String, @Nullable Object> key = server.issue("\"scopes\":[\"a\"]");
    Reply reply = patch(key, body);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(text(read(reply), "detail")).contains(mend);
    assertThat(read(get(key))).containsEntry("version", 1L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "If-Match: \"1\"|200",
        "If-Match: *|200",
        "If-Match: \"7\", \"1\"|200",
        "If-Match: \"2\"|412",
        "If-Match: W/\"1\"|412",
        "If-Match: 1|412",
        "If-Match: \"7\", *|400",
        "If-Match: *, *|400",
        "If-Match: |412",
        "If-Match: \"1|412",
        "If-None-Match: x|200"
      })
  void aPatchForAnotherVersionIsRefused(String header, int status) throws Exception {
    Map<String, @Nullable Object> key = server.issue("\"scopes\":[]");
    assertThat(get(key).header("ETag")).contains("\"1\"");
    Reply reply = patch(key, "{\"name\":\"changed\"}", header);
    assertThat(reply.status()).isEqualTo(status);
    assertThat(read(get(key))).containsEntry("name", status == 200 ? "changed" : null);
  }

  @Test
  void ofTwoHeadersThatNameVersionsOneMayMatch() throws Exception {
    Map<String, @Nullable Object> key = server.issue("\"scopes\":[]");
    assertThat(patch(key, "{\"name\":\"n\"}", "If-Match: \"5\"", "If-Match: \"1\"").status())
        .isEqualTo(200);
    assertThat(patch(key, "{\"name\":\"m\"}", "If-Match: \"5\"", "If-Match: \"1\"").status())
        .isEqualTo(412);
  }

  @Test
  void aPatchSaysWhatItIs() throws Exception {
    Map<String, @Nullable Object> key = server.issue("\"scopes\":[]");
    String merge = "Content-Type: application/merge-patch+json; charset=utf-8";
    assertThat(patch(key, "{\"name\":\"n\"}", merge).status()).isEqualTo(200);
    assertThat(patch(key, "{\"name\":\"n\"}", "Content-Type: text/plain").status()).isEqualTo(415);
    assertThat(patch(key, " ".repeat(65_537)).status()).isEqualTo(413);
  }

  @Test
  void aRotatedKeyTellsItsEndAndIsReplaced() throws Exception {
    Map<String, @Nullable Object> old =
        server.issue("\"scopes\":[\"a\"],\"name\":\"n\",\"plan\":\"pro\"");
    assertThat(
            server.send(text(old, "key"), "GET", KeysServer.PAGE).header("Sallyport-Key-Expires"))
        .isEmpty();
    Reply reply = server.json(admin, "POST", path(old) + "/rotate", "{\"overlap\":\"PT1H\"}");
    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.header("Cache-Control")).contains("no-store");
    Map<String, @Nullable Object> next = read(reply);
    assertThat(reply.header("Location")).contains(path(next));
    assertThat(next)
        .containsEntry("name", "n")
        .containsEntry("plan", "pro")
        .containsEntry("scopes", List.of("a"))
        .containsEntry("lineage", old.get("id"))
        .containsEntry("predecessor", old.get("id"));
    assertThat(read(get(old))).containsEntry("successor", next.get("id"));
    Reply byOld = server.send(text(old, "key"), "GET", KeysServer.PAGE);
    assertThat(byOld.status()).isEqualTo(200);
    long end = Instant.parse(text(read(get(old)), "expiresAt")).getEpochSecond();
    assertThat(byOld.header("Sallyport-Key-Expires")).contains("@" + end);
    assertThat(server.page(text(next, "key"))).isEqualTo(200);
    assertThat(server.json(admin, "POST", path(old) + "/rotate", "{}").status()).isEqualTo(409);
  }

  @Test
  void aRotationMaySayNothingAndWithoutAnOverlapTheOldKeyEndsAtOnce() throws Exception {
    Map<String, @Nullable Object> key = server.issue("\"scopes\":[]");
    Reply first = server.send(admin, "POST", path(key) + "/rotate");
    assertThat(first.status()).as(first.body()).isEqualTo(201);
    Map<String, @Nullable Object> second = read(first);
    Reply last = server.json(admin, "POST", path(second) + "/rotate", "{\"overlap\":\"PT0S\"}");
    assertThat(last.status()).isEqualTo(201);
    assertThat(server.send(text(second, "key"), "GET", KeysServer.PAGE).code())
        .isEqualTo("key_expired");
    assertThat(server.page(text(read(last), "key"))).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"overlap\":\"PT-1H\"}",
        "{\"overlap\":\"P31D\"}",
        "{\"overlap\":3600}",
        "{\"overlap\":\"1h\"}",
        "{\"other\":1}",
        "[]",
        "{\"overlap\":\"PT99999999999999999999H\"}"
      })
  void aRotationThatCantBeUnderstoodIsRefused(String body) throws Exception {
    Map<String, @Nullable Object> key = server.issue("\"scopes\":[]");
    assertThat(server.json(admin, "POST", path(key) + "/rotate", body).status()).isEqualTo(400);
    assertThat(read(get(key))).containsEntry("successor", null);
  }

  @Test
  void aRevokedKeyKeepsItsReasonAndTakesNoChange() throws Exception {
    Map<String, @Nullable Object> key = server.issue("\"scopes\":[]");
    assertThat(server.send(admin, "DELETE", path(key) + "?reason=leaked%20by%20mail").status())
        .isEqualTo(204);
    assertThat(server.send(admin, "DELETE", path(key)).status()).isEqualTo(204);
    assertThat(read(get(key)))
        .containsEntry("status", "revoked")
        .containsEntry("revokedBecause", "leaked by mail");
    assertThat(patch(key, "{\"status\":\"active\"}").status()).isEqualTo(409);
    assertThat(server.send(admin, "POST", path(key) + "/rotate").status()).isEqualTo(409);
    assertThat(server.send(text(key, "key"), "GET", KeysServer.PAGE).code())
        .isEqualTo("key_revoked");
    Map<String, @Nullable Object> other = server.issue("\"scopes\":[]");
    assertThat(server.send(admin, "DELETE", path(other) + "?reason=" + "r".repeat(201)).status())
        .isEqualTo(400);
    assertThat(read(get(other))).containsEntry("status", "active");
  }

  @Test
  void aForeignKeyComesInOnceAndWorksInTheKeysHeader() throws Exception {
    assertThat(server.send(OLD, "GET", KeysServer.PAGE).code()).isEqualTo("key_unknown");
    Reply reply = importKey("\"key\":\"" + OLD + "\"");
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    assertThat(reply.body()).doesNotContain(OLD);
    assertThat(read(reply)).doesNotContainKey("key").containsEntry("owner", "acme");
    assertThat(server.page(OLD)).isEqualTo(200);
    assertThat(server.wire.send("GET", KeysServer.PAGE, "Authorization: Bearer " + OLD).status())
        .isEqualTo(401);
    Reply again = importKey("\"sha256\":\"" + sha256(OLD) + "\"");
    assertThat(again.status()).isEqualTo(409);
    assertThat(text(read(again), "detail")).isEqualTo("This key was imported already.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"plan\":null|Give one of",
        "\"key\":\"short\"|20 to 512",
        "\"key\":\"twenty-characters-and-more\",\"sha256\":\"00\"|Give one of",
        "\"sha256\":\"00\"|32 bytes",
        "\"hmacSha256\":\"00\"|Give one of",
        "\"hmacSecretId\":\"x\",\"key\":\"twenty-characters-and-more\"|Give one of",
        "\"key\":7|must be a string",
        "\"key\":\"twenty-characters-and-more\",\"kind\":\"publishable\",\"origins\":[\"https://a.example\"]|kind of an imported key"
      })
  void anImportThatCantBeIsRefused(String members, String mend) throws Exception {
    Reply reply = importKey(members);
    assertThat(reply.status()).as(reply.body()).isEqualTo(400);
    assertThat(text(read(reply), "detail")).contains(mend);
  }

  @Test
  void anHmacUnderAnUnknownSecretNamesTheSecretsThatAreKnown() throws Exception {
    Reply reply = importKey("\"hmacSha256\":\"" + "00".repeat(32) + "\",\"hmacSecretId\":\"none\"");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(text(read(reply), "detail")).containsPattern("which are: [0-9a-f]{16}");
  }

  @ParameterizedTest
  @CsvSource({
    "owner=lister, 3",
    "owner=lister&status=active, 2",
    "owner=lister&status=revoked, 1",
    "owner=lister&status=disabled, 0",
    "owner=lister&plan=gold, 1",
    "owner=lister&plan=, 0",
    "owner=lister&q=NIGHT, 1",
    "owner=lister&q=%25, 0",
    "owner=lister&expiresBefore=2098-01-02T00:00:00Z, 1",
    "owner=lister&expiresBefore=2098-01-01T00:00:00Z, 0",
    "owner=lister&unusedSince=2099-01-01T00:00:00Z, 3",
    "owner=lister&unusedSince=2020-01-01T00:00:00Z, 0",
    "owner=nobody%00, 0"
  })
  void aListIsFiltered(String query, int expected) throws Exception {
    if (items("owner=lister").isEmpty()) {
      issueFor("\"scopes\":[],\"plan\":\"gold\",\"name\":\"nightly\"");
      issueFor("\"scopes\":[],\"expiresAt\":\"2098-01-01T00:00:00Z\"");
      server.send(admin, "DELETE", path(issueFor("\"scopes\":[]")));
    }
    assertThat(items(query)).hasSize(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status=gone",
        "status=ACTIVE",
        "expiresBefore=soon",
        "expiresBefore=%2B999999999-12-31T00:00:00Z",
        "unusedSince=",
        "unusedSince=-999999999-01-01T00:00:00Z",
        "q=a&q=b",
        "x=1"
      })
  void aFilterThatCantBeUnderstoodIsRefused(String query) {
    assertThat(server.send(admin, "GET", KEYS + "?" + query).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /0123456789abcd, 'GET, HEAD, PATCH, DELETE'",
    "GET, /0123456789abcd/rotate, POST",
    "GET, /import, POST",
    "DELETE, /self, 'GET, HEAD'",
    "GET, /self/rotate, POST",
    "PATCH, /self/derive, POST"
  })
  void aMethodThatIsNotKnownIsAnsweredWithThoseThatAre(String method, String path, String allow) {
    Reply reply = server.send(admin, method, KEYS + path);
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("Allow")).contains(allow);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/0123456789abcd", "/x/y", "/x/rotate/z", "/self/other", "/self/rotate/x"})
  void whatIsNotThereIsNotFound(String path) {
    assertThat(server.json(admin, "POST", KEYS + path, "{}").status()).isIn(404, 405);
    assertThat(server.send(admin, "GET", KEYS + path).status()).isEqualTo(404);
    assertThat(server.json(admin, "PATCH", KEYS + "/0123456789abcd", "{}").status()).isEqualTo(404);
    assertThat(server.json(admin, "POST", KEYS + "/0123456789abcd/rotate", "{}").status())
        .isEqualTo(404);
  }

  private static Map<String, @Nullable Object> issueFor(String members) throws Exception {
    return read(server.json(admin, "POST", KEYS, "{\"owner\":\"lister\"," + members + "}"));
  }

  private static List<?> items(String query) throws Exception {
    Reply reply = server.send(admin, "GET", KEYS + "?" + query);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return (List<?>) requireNonNull(read(reply).get("items"));
  }

  private static Reply importKey(String members) {
    return server.json(
        admin, "POST", KEYS + "/import", "{\"owner\":\"acme\",\"scopes\":[]," + members + "}");
  }

  private static Reply get(Map<String, @Nullable Object> key) {
    return server.send(admin, "GET", path(key));
  }

  private static Reply patch(Map<String, @Nullable Object> key, String body, String... headers) {
    return server.json(admin, "PATCH", path(key), body, headers);
  }

  private static String path(Map<String, @Nullable Object> key) {
    return KEYS + "/" + text(key, "id");
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
