package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.KeysServer.KEYS;
import static io.github.sallyport.endpoint.KeysServer.PAGE;
import static io.github.sallyport.endpoint.KeysServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.testing.LogCapture;
import io.github.sallyport.testing.Wire.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Attacks on API keys (group G of the catalogue), over a bare socket. After each: the page was not
 * served, audit has one line with the reason, what was shown stands nowhere, and the good key works
 * straight afterwards.
 */
class ApiKeyAttacksTest {
  @TempDir private static Path data;
  private static KeysServer server;
  private static Map<String, @Nullable Object> good;
  private static String key;

  @BeforeAll
  static void start() throws Exception {
    server = new KeysServer(data, Map.of());
    good = server.issue("\"scopes\":[\"a\"]");
    key = text(good, "key");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test // catalogue G01
  void withoutAKeyThereIsAChallengeWithoutAnError() {
    Reply reply = attack(401, "credential_missing");
    assertThat(reply.all("WWW-Authenticate")).noneMatch(c -> c.contains("error="));
    attack(400, "credential_malformed", "X-API-Key:");
    attack(400, "credential_malformed", "X-API-Key:    ");
  }

  @Test // catalogue G02, G04, G08, G10
  void whoDoesNotHaveAllOfAKeyIsAlwaysToldTheSame() throws Exception {
    Map<String, @Nullable Object> revoked = server.issue("\"scopes\":[]");
    String revokedKey = text(revoked, "key");
    server.send(server.admin(), "DELETE", KEYS + "/" + text(revoked, "id"));
    String other = text(server.issue("\"scopes\":[]"), "key");
    Reply first = attack(401, "key_unknown", "X-API-Key: sp_live_0000000000aaaa_" + "0".repeat(38));
    for (String wrong :
        List.of(
            key.substring(0, 23) + other.substring(23), // another key's secret, its checksum wrong
            withChecksum(key.substring(0, 23) + other.substring(23, 55)), // and right
            withChecksum(revokedKey.substring(0, 23) + other.substring(23, 55)),
            key.substring(0, 60) + (key.charAt(60) == '0' ? '1' : '0'),
            key.toLowerCase(Locale.ROOT),
            key.toUpperCase(Locale.ROOT),
            key + "0",
            key.substring(1))) {
      Reply reply = attack(401, "key_unknown", "X-API-Key: " + wrong);
      assertThat(withoutId(reply.body())).isEqualTo(withoutId(first.body()));
      assertThat(reply.all("WWW-Authenticate")).isEqualTo(first.all("WWW-Authenticate"));
      assertThat(reply.headers().stream().map(Map.Entry::getKey).toList())
          .isEqualTo(first.headers().stream().map(Map.Entry::getKey).toList());
    }
    attack(401, "key_revoked", "X-API-Key: " + revokedKey); // its holder is told
  }

  @ParameterizedTest // catalogue G11
  @ValueSource(ints = {1, 4, 20, 512})
  void aKeyOfAnyLengthIsUnknown(int length) {
    attack(401, "key_unknown", "X-API-Key: " + "k".repeat(length));
  }

  @ParameterizedTest // catalogue G11
  @ValueSource(ints = {513, 4096, 7000})
  void anOversizedKeyIsMalformed(int length) {
    attack(400, "credential_malformed", "X-API-Key: sp_live_" + "k".repeat(length));
  }

  static Stream<String> hostile() {
    return Stream.of(
        "' OR 1=1 --",
        "${jndi:ldap://127.0.0.1:1/a}",
        "%{#a=1}",
        "*)(uid=*",
        "k\u0001k",
        "k\u007fk",
        "schl\u00fcssel",
        "\ud83d\ude00",
        "{\"key\":1}",
        "k k");
  }

  @ParameterizedTest // catalogue G12, G14
  @MethodSource("hostile")
  void aPayloadIsNoKeyAndIsExpandedNowhere(String payload) {
    int before = server.served.get();
    int status = server.wire.send("GET", PAGE, "X-API-Key: " + payload).status();
    assertThat(status).isIn(400, 401);
    assertThat(server.served).hasValue(before);
    assertThat(LogCapture.records())
        .noneMatch(r -> String.valueOf(r.getMessage()).contains("jndi"));
    assertThat(server.page(key)).isEqualTo(200);
  }

  @Test // catalogue G13
  void aWideOrComposedFormOfAKeyIsNotFolded() {
    StringBuilder wide = new StringBuilder();
    for (char c : key.toCharArray()) wide.append((char) (c - '!' + '\uff01'));
    for (String form : List.of(wide.toString(), key.replaceFirst("s", "\u017f"), key + "\u0301")) {
      byte[] utf8 = form.getBytes(StandardCharsets.UTF_8);
      attack(
          400,
          "credential_malformed",
          "X-API-Key: " + new String(utf8, StandardCharsets.ISO_8859_1));
    }
  }

  @Test // catalogue G15
  void twoKeysAreAmbiguousWhateverTheyAre() throws Exception {
    String other = text(server.issue("\"scopes\":[]"), "key");
    attack(400, "credential_ambiguous", "X-API-Key: " + key, "X-API-Key: " + key);
    attack(400, "credential_ambiguous", "X-API-Key: " + key, "x-api-key: " + other);
    attack(400, "credential_ambiguous", "X-API-Key: " + key + ", " + other);
    attack(400, "credential_ambiguous", "X-API-Key: " + key, "Authorization: Bearer " + key);
    attack(400, "credential_ambiguous", "X-API-Key: " + key, "Authorization: Bearer " + other);
  }

  @ParameterizedTest // catalogue G17
  @ValueSource(
      strings = {"apikey=", "apikey[]=", "apikey[1]=", "X-API-Key=", "access_token=", "key="})
  void aKeyInTheUrlIsNotRead(String name) {
    int before = server.served.get();
    Reply reply =
        server.wire.send("GET", PAGE + "?" + name.replace("[", "%5B").replace("]", "%5D") + key);
    assertThat(reply.code()).isEqualTo("credential_missing");
    assertThat(server.served).hasValue(before);
    assertThat(reply.body()).doesNotContain(key);
  }

  @Test // catalogue G19, as the contract has it: both must stand
  void aGoodKeyBesideABadTokenIsRefused() {
    attack(401, "token_invalid", "X-API-Key: " + key, "Authorization: Bearer a.b.c");
    attack(401, "key_unknown", "X-API-Key: " + key + "0", "Authorization: Bearer a.b.c");
  }

  @Test // catalogue G23, G26
  void whatAKeyLosesIsLostWithTheNextRequest() throws Exception {
    Map<String, @Nullable Object> issued =
        server.issue("\"scopes\":[\"sallyport:admin\"],\"roles\":[]");
    String holder = text(issued, "key");
    String path = KEYS + "/" + text(issued, "id");
    assertThat(server.send(holder, "GET", KEYS).status()).isEqualTo(200);
    assertThat(server.json(server.admin(), "PATCH", path, "{\"scopes\":[\"a\"]}").status())
        .isEqualTo(200);
    assertThat(server.send(holder, "GET", KEYS).code()).isEqualTo("scope_insufficient");
    assertThat(server.page(holder)).isEqualTo(200);
    server.send(server.admin(), "DELETE", path);
    attack(401, "key_revoked", "X-API-Key: " + holder);
  }

  @ParameterizedTest // catalogue G28
  @ValueSource(
      strings = {
        "sp_live_7Qm2Xc9Ra4TbV1_8sJt0bZkQ3yWcXn5LmRv2PdGhTf6KuAe0a1b2C",
        "edd1c9f034335f136f87ad84b625c8f1",
        "an-old-key-of-20-characters",
        "changeit",
        "secret"
      })
  void aKeyFromTheDocumentationOrAnotherProductsDefaultDoesNotWork(String documented) {
    attack(401, "key_unknown", "X-API-Key: " + documented);
  }

  /** Asks for the page, and holds that it was refused, once and for all. */
  private static Reply attack(int status, String code, String... headers) {
    int before = server.served.get();
    int audited = audit().size();
    Reply reply = server.wire.send("GET", PAGE, headers);
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.code()).isEqualTo(code);
    assertThat(server.served).hasValue(before);
    List<String> lines = audit();
    assertThat(lines).hasSize(audited + 1);
    String line = lines.get(audited);
    assertThat(line).contains("\"action\":\"request.refused\"", "\"code\":\"" + code + "\"");
    for (String header : headers) {
      String shown = header.substring(header.indexOf(':') + 1).strip();
      if (shown.length() < 8) continue;
      assertThat(reply.body() + reply.headers() + line).doesNotContain(shown);
    }
    assertThat(server.page(key)).isEqualTo(200);
    return reply;
  }

  private static List<String> audit() {
    return LogCapture.messages("sallyport.audit", Level.ALL);
  }

  private static String withChecksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    StringBuilder checksum = new StringBuilder();
    long rest = crc.getValue();
    for (int i = 0; i < 6; i++, rest /= 62) checksum.insert(0, digits.charAt((int) (rest % 62)));
    return text + checksum;
  }

  private static String withoutId(String body) {
    return body.replaceAll("urn:uuid:[0-9a-f-]+", "");
  }
}
