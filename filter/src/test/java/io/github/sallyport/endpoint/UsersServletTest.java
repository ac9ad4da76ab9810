package io.github.sallyport.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.json.Json;
import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.LogCapture;
import io.github.sallyport.testing.Wire.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that were good, and are taken back over HTTP. */
class UsersServletTest {
  private static final String USERS = "/sallyport/users/revoke-tokens";
  private static final String ISS = "https://people.example";
  private static final String OTHER_ISS = "https://machines.example";
  private static final String SECRET = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";

  @TempDir private static Path data;
  private static KeysServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        new KeysServer(
            data,
            Map.of(
                "sallyport.issuer.people.iss", ISS,
                "sallyport.issuer.people.secret", SECRET,
                "sallyport.issuer.people.audiences", "orders",
                "sallyport.issuer.machines.iss", OTHER_ISS,
                "sallyport.issuer.machines.secret", SECRET,
                "sallyport.issuer.machines.audiences", "orders"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static String token(String iss, String sub, @Nullable Instant issuedAt) throws Exception {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", iss);
    claims.put("sub", sub);
    claims.put("aud", "orders");
    claims.put("exp", Instant.now().plusSeconds(3600).getEpochSecond());
    if (issuedAt != null) claims.put("iat", issuedAt.getEpochSecond());
    String signed =
        base64(Json.write(Map.of("alg", "HS256")).getBytes(StandardCharsets.UTF_8))
            + "."
            + base64(Json.write(claims).getBytes(StandardCharsets.UTF_8));
    String token = signed + "." + base64(hmac(signed));
    KnownSecrets.add(token);
    return token;
  }

  private static byte[] hmac(String signed) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static Reply page(String token) {
    return server.wire.send("GET", KeysServer.PAGE, "Authorization: Bearer " + token);
  }

  private static Reply revoke(String body) throws Exception {
    return server.json(server.admin(), "POST", USERS, body);
  }

  private static String user(String subject, String issuer) {
    return Json.write(Map.of("subject", subject, "issuer", issuer));
  }

  @Test
  void allTokensOfAUserThatWereIssuedUpToNowAreRefusedAtOnceAndLaterOnesAreNot() throws Exception {
    Instant before = Instant.now().minusSeconds(30);
    String first = token(ISS, "alice", before);
    String undated = token(ISS, "alice", null);
    String sameNameElsewhere = token(OTHER_ISS, "alice", before);
    String another = token(ISS, "bob", before);
    for (String good : new String[] {first, undated, sameNameElsewhere, another}) {
      // Twice, so that the one that is refused below is remembered as verified.
      assertThat(page(good).status()).isEqualTo(200);
      assertThat(page(good).status()).isEqualTo(200);
    }

    Reply revoked = revoke(user("alice", ISS));

    assertThat(revoked.status()).as(revoked.body()).isEqualTo(204);
    assertThat(LogCapture.messages("sallyport.audit", Level.INFO))
        .filteredOn(line -> line.contains("user.tokens-revoked"))
        .singleElement()
        .asString()
        .contains("\"target\":\"alice\"", ISS);

    assertThat(page(first).status()).isEqualTo(401);
    assertThat(page(first).body()).contains("token_revoked");
    assertThat(page(undated).body()).contains("token_revoked");
    assertThat(page(sameNameElsewhere).status()).isEqualTo(200);
    assertThat(page(another).status()).isEqualTo(200);
    // Its clock is a little ahead of ours, which the skew allows.
    assertThat(page(token(ISS, "alice", Instant.now().plusSeconds(5))).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"subject\":\"alice\"}",
        "{\"issuer\":\"https://people.example\"}",
        "{\"subject\":\"\",\"issuer\":\"https://people.example\"}",
        "{\"subject\":7,\"issuer\":\"https://people.example\"}",
        "{\"subject\":\"alice\",\"issuer\":\"https://people.example/\"}",
        "{\"subject\":\"alice\",\"issuer\":\"https://people.example\",\"all\":true}",
        "[\"alice\"]",
        "alice"
      })
  void whatNamesNoUserIsRefusedAndSaysWhatIsWrong(String body) throws Exception {
    Reply reply = revoke(body);
    assertThat(reply.status()).as(reply.body()).isEqualTo(400);
    assertThat(reply.body()).contains("detail").doesNotContain("alice");
  }

  @Test
  void aSubjectThatNoEventHasRoomForIsRefused() throws Exception {
    assertThat(revoke(user("s".repeat(256), ISS)).status()).isEqualTo(400);
    assertThat(revoke(user("s".repeat(255), ISS)).status()).isEqualTo(204);
  }

  @Test
  void onlyAnAdministratorMayAndOnlyByPost() throws Exception {
    String clerk = KeysServer.text(server.issue("\"scopes\":[\"orders:read\"]"), "key");
    String token = token(ISS, "carol", Instant.now().minusSeconds(30));

    assertThat(server.json(clerk, "POST", USERS, user("carol", ISS)).status()).isEqualTo(403);
    assertThat(server.wire.send("POST", USERS).status()).isEqualTo(401);
    assertThat(server.send(server.admin(), "GET", USERS).status()).isEqualTo(405);
    assertThat(server.send(server.admin(), "POST", "/sallyport/users/all").status()).isEqualTo(404);
    assertThat(page(token).status()).isEqualTo(200);

    assertThat(revoke(user("carol", ISS)).status()).isEqualTo(204);
    assertThat(page(token).status()).isEqualTo(401);
  }

  @Test
  void whatWasTakenBackStaysSoAfterARestart(@TempDir Path own) throws Exception {
    Map<String, String> settings =
        Map.of(
            "sallyport.issuer.people.iss", ISS,
            "sallyport.issuer.people.secret", SECRET,
            "sallyport.issuer.people.audiences", "orders");
    String token = token(ISS, "dave", Instant.now().minusSeconds(30));
    try (KeysServer before = new KeysServer(own, settings)) {
      assertThat(bearer(before, token)).isEqualTo(200);
      assertThat(before.json(before.admin(), "POST", USERS, user("dave", ISS)).status())
          .isEqualTo(204);
    }
    try (KeysServer after = new KeysServer(own, settings)) {
      assertThat(bearer(after, token)).isEqualTo(401);
    }
  }

  private static int bearer(KeysServer at, String token) {
    return at.wire.send("GET", KeysServer.PAGE, "Authorization: Bearer " + token).status();
  }
}
