package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.TokensServer.claims;
import static io.github.sallyport.endpoint.TokensServer.error;
import static io.github.sallyport.endpoint.TokensServer.good;
import static io.github.sallyport.endpoint.TokensServer.id;
import static io.github.sallyport.endpoint.TokensServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.sallyport.testing.Wire.Reply;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RFC 7009 and RFC 7662, through real HTTP. */
class RevokeAndIntrospectTest {
  /** The order of P-256's base point (SEC 2, section 2.4.2). */
  private static final BigInteger N =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  @TempDir private static Path data;
  private static TokensServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new TokensServer(data, Map.of("sallyport.limit.failures", "1000/PT1M"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static Reply revoke(List<String> headers, String token, String... more) {
    String[] parameters = Arrays.copyOf(more, more.length + 2);
    parameters[more.length] = "token";
    parameters[more.length + 1] = token;
    return server.form("/sallyport/revoke", headers, parameters);
  }

  private static Map<String, @Nullable Object> introspect(String key, String token)
      throws Exception {
    Reply reply =
        server.form("/sallyport/introspect", List.of("X-API-Key: " + key), "token", token);
    assertThat(reply.header("Cache-Control")).contains("no-store");
    return good(reply);
  }

  private static final Map<String, Object> INACTIVE = Map.of("active", false);

  @Test
  void whoeverShowsARefreshTokenMayEndTheLogin() throws Exception {
    Map<String, @Nullable Object> login = server.login("alice");
    Map<String, @Nullable Object> other = server.login("alice");
    assertThat(revoke(List.of(), text(login, "refresh_token")).status()).isEqualTo(200);

    assertThat(error(server.refresh(text(login, "refresh_token")))).isEqualTo("400 invalid_grant");
    assertThat(server.whoami(text(login, "access_token")).code()).isEqualTo("token_revoked");
    assertThat(server.whoami(text(other, "access_token")).status()).isEqualTo(200);
    assertThat(revoke(List.of(), text(login, "refresh_token")).status())
        .as("once more is no fault")
        .isEqualTo(200);
  }

  @Test
  void anotherClientsRefreshTokenIsNotEnded() throws Exception {
    String token = text(server.login("bob"), "refresh_token");
    assertThat(error(revoke(List.of(), token, "client_id", "another")))
        .isEqualTo("400 invalid_grant");
    assertThat(error(revoke(List.of("X-API-Key: " + server.key("\"a\"")), token)))
        .isEqualTo("400 invalid_grant");
    assertThat(server.refresh(token).status()).isEqualTo(200);
  }

  @Test
  void whoeverShowsAKeysWholeTextMayEndIt() throws Exception {
    String key = server.key("\"orders:read\"");
    String wrong = key.substring(0, key.length() - 1) + (key.endsWith("0") ? "1" : "0");
    assertThat(revoke(List.of(), wrong).status()).isEqualTo(200);
    assertThat(revoke(List.of(), id(key)).status()).isEqualTo(200);
    assertThat(server.wire.send("GET", "/whoami", "X-API-Key: " + key).status()).isEqualTo(200);

    assertThat(revoke(List.of(), key).status()).isEqualTo(200);
    assertThat(server.wire.send("GET", "/whoami", "X-API-Key: " + key).code())
        .isEqualTo("key_revoked");
  }

  @Test
  void aPublishableKeyIsEndedByAnAdministratorAlone() throws Exception {
    try (TokensServer other =
        new TokensServer(
            data.resolve("publishable"),
            Map.of("sallyport.api-key.publishable-scopes", "orders:read"))) {
      String key =
          text(
              other.issue(
                  "\"scopes\":[\"orders:read\"],\"kind\":\"publishable\","
                      + "\"origins\":[\"https://shop.example\"]"),
              "key");
      assertThat(error(other.form("/sallyport/revoke", List.of(), "token", key)))
          .isEqualTo("400 unsupported_token_type");
      assertThat(
              other
                  .form("/sallyport/revoke", List.of("X-API-Key: " + other.admin()), "token", key)
                  .status())
          .isEqualTo(200);
    }
  }

  @Test
  void anAccessTokenIsEndedByItsClientOrAnAdministrator() throws Exception {
    String key = server.key("\"orders:read\"");
    String token = server.accessToken(key);
    assertThat(error(revoke(List.of(), token))).isEqualTo("401 invalid_client");
    assertThat(error(revoke(List.of(), token, "client_id", id(key))))
        .as("a key's id is public")
        .isEqualTo("401 invalid_client");
    assertThat(error(revoke(List.of("X-API-Key: " + server.key("\"orders:read\"")), token)))
        .isEqualTo("400 unauthorized_client");
    assertThat(server.whoami(token).status()).isEqualTo(200);

    assertThat(revoke(List.of("X-API-Key: " + key), token).status()).isEqualTo(200);
    assertThat(server.whoami(token).code()).isEqualTo("token_revoked");
    String another = server.accessToken(key);
    assertThat(server.whoami(another).status()).isEqualTo(200);
    assertThat(revoke(List.of("X-API-Key: " + server.admin()), another).status()).isEqualTo(200);
    assertThat(server.whoami(another).code()).isEqualTo("token_revoked");
  }

  @Test
  void aLoginsAccessTokenIsEndedByWhoSaysWhichClientItIs() throws Exception {
    String token = text(server.login("carol"), "access_token");
    assertThat(error(revoke(List.of(), token))).isEqualTo("401 invalid_client");
    assertThat(revoke(List.of(), token, "client_id", "login").status()).isEqualTo(200);
    assertThat(server.whoami(token).code()).isEqualTo("token_revoked");
  }

  @Test
  void anAdministratorEndsATokenOfAnotherIssuer() throws Exception {
    String token = server.foreign("u-1", Map.of());
    assertThat(server.whoami(token).status()).isEqualTo(200);
    String key = server.key("\"orders:read\"");
    assertThat(error(revoke(List.of("X-API-Key: " + key), token)))
        .isEqualTo("400 unauthorized_client");
    assertThat(revoke(List.of("X-API-Key: " + server.admin()), token).status()).isEqualTo(200);
    assertThat(server.whoami(token).code()).isEqualTo("token_revoked");
  }

  @Test
  void theTwinOfARevokedTokenWithoutANameIsRefusedToo() throws Exception {
    Map<String, Object> nameless = Map.of("jti", "");
    String token = server.foreign("u-2", nameless);
    String twin = twin(token);
    assertThat(server.whoami(token).status()).isEqualTo(200);
    assertThat(server.whoami(twin).status()).as("the twin verifies").isEqualTo(200);

    assertThat(revoke(List.of("X-API-Key: " + server.admin()), token).status()).isEqualTo(200);
    assertThat(server.whoami(token).code()).isEqualTo("token_revoked");
    assertThat(server.whoami(twin).code()).isEqualTo("token_revoked");
    assertThat(server.whoami(server.foreign("u-3", nameless)).status()).isEqualTo(200);
  }

  /** The same token with the signature {@code (r, n - s)}, which verifies as well. */
  private static String twin(String token) {
    int dot = token.lastIndexOf('.');
    byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
    byte[] s = Arrays.copyOfRange(signature, 32, 64);
    byte[] other = N.subtract(new BigInteger(1, s)).toByteArray();
    byte[] twin = Arrays.copyOf(signature, 64);
    Arrays.fill(twin, 32, 64, (byte) 0);
    int length = Math.min(32, other.length);
    System.arraycopy(other, other.length - length, twin, 64 - length, length);
    return token.substring(0, dot + 1)
        + Base64.getUrlEncoder().withoutPadding().encodeToString(twin);
  }

  @Test
  void whatIsNotKnownIsAsGoodAsTakenBack() throws Exception {
    for (String unknown : List.of("x", "A".repeat(43), "a.b.c", "sp_live_0_1", "A".repeat(9000))) {
      Reply reply = revoke(List.of(), unknown);
      assertThat(reply.status()).as(unknown).isEqualTo(200);
      assertThat(reply.body()).isEmpty();
    }
    assertThat(error(server.form("/sallyport/revoke", List.of(), "x", "y")))
        .isEqualTo("400 invalid_request");
  }

  @Test
  void withTheScopeAllOfOursAreToldOf() throws Exception {
    String asking = server.key("\"sallyport:introspect\"");
    String key = server.key("\"orders:read\"");
    String token = server.accessToken(key);
    Map<String, @Nullable Object> login = server.login("dave");

    assertThat(introspect(asking, token))
        .contains(
            entry("active", true),
            entry("sub", id(key)),
            entry("client_id", id(key)),
            entry("scope", "orders:read"),
            entry("token_type", "Bearer"),
            entry("iss", TokensServer.ISSUER),
            entry("jti", claims(token).get("jti")))
        .containsKeys("exp", "iat", "aud");
    assertThat(introspect(asking, text(login, "refresh_token")))
        .contains(
            entry("active", true),
            entry("sub", "dave"),
            entry("username", "dave"),
            entry("client_id", "login"),
            entry("scope", "orders:read orders:write"))
        .containsKey("exp");
    assertThat(introspect(asking, key))
        .contains(
            entry("active", true),
            entry("sub", id(key)),
            entry("client_id", id(key)),
            entry("sallyport_owner", "acme"),
            entry("scope", "orders:read"));
  }

  @Test
  void ofWhatDoesNotStandNothingElseIsSaid() throws Exception {
    String asking = server.key("\"sallyport:introspect\"");
    String key = server.key("\"orders:read\"");
    String token = server.accessToken(key);
    String used = text(server.login("erin"), "refresh_token");
    assertThat(server.refresh(used).status()).isEqualTo(200);
    assertThat(introspect(asking, used)).isEqualTo(INACTIVE);

    assertThat(introspect(asking, key)).containsEntry("active", true);
    server.wire.send("DELETE", "/sallyport/keys/" + id(key), "X-API-Key: " + server.admin());
    for (String no :
        List.of(
            key,
            token,
            "x",
            "a.b.c",
            "A".repeat(43),
            server.foreign("u-4", Map.of()),
            token + "A")) {
      assertThat(introspect(asking, no)).isEqualTo(INACTIVE);
    }
  }

  @Test
  void withoutTheScopeAClientIsToldOfItsOwn() throws Exception {
    String key = server.key("\"orders:read\"");
    String token = server.accessToken(key);
    String other = server.key("\"orders:read\"");
    assertThat(introspect(key, token)).containsEntry("active", true);
    assertThat(introspect(key, key)).containsEntry("active", true);
    assertThat(introspect(other, token)).isEqualTo(INACTIVE);
    assertThat(introspect(other, key)).isEqualTo(INACTIVE);
    assertThat(introspect(other, text(server.login("frank"), "refresh_token"))).isEqualTo(INACTIVE);
    assertThat(error(server.form("/sallyport/introspect", List.of(), "token", token)))
        .isEqualTo("401 invalid_client");
  }

  @Test
  void aTokenWithTheScopeMayAskToo() throws Exception { // RFC 7662 section 2.1
    String asking = server.accessToken(server.key("\"sallyport:introspect\""));
    String token = server.accessToken(server.key("\"orders:read\""));
    Reply reply =
        server.form(
            "/sallyport/introspect", List.of("Authorization: Bearer " + asking), "token", token);
    assertThat(good(reply)).containsEntry("active", true);
  }

  @Test
  void whoIsGuessingIsSlowedByAddress() throws Exception { // X18
    try (TokensServer slow =
        new TokensServer(
            data.resolve("slow"),
            Map.of(
                "sallyport.limit.failures", "3/PT1H",
                "sallyport.require-https", "false"))) {
      List<String> far = List.of("X-Forwarded-For: 203.0.113.9");
      String key = slow.key("\"orders:read\"");
      for (int i = 0; i < 3; i++) {
        assertThat(
                error(
                    slow.form(
                        "/sallyport/token",
                        far,
                        "grant_type",
                        "refresh_token",
                        "refresh_token",
                        "A".repeat(43))))
            .isEqualTo("400 invalid_grant");
      }
      for (String endpoint : List.of("token", "revoke", "introspect")) {
        Reply reply = slow.form("/sallyport/" + endpoint, far, "token", "x");
        assertThat(error(reply)).isEqualTo("429 temporarily_unavailable");
        assertThat(reply.header("Retry-After")).isPresent();
      }
      // A key of ours is judged all the same: nobody locks one out.
      assertThat(
              slow.form(
                      "/sallyport/token",
                      List.of(far.get(0), "X-API-Key: " + key),
                      "grant_type",
                      "client_credentials")
                  .status())
          .isEqualTo(200);
    }
  }
}
