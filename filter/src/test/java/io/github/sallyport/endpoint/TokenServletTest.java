package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.TokensServer.ACCESS_TOKEN;
import static io.github.sallyport.endpoint.TokensServer.EXCHANGE;
import static io.github.sallyport.endpoint.TokensServer.ISSUER;
import static io.github.sallyport.endpoint.TokensServer.claims;
import static io.github.sallyport.endpoint.TokensServer.error;
import static io.github.sallyport.endpoint.TokensServer.good;
import static io.github.sallyport.endpoint.TokensServer.id;
import static io.github.sallyport.endpoint.TokensServer.number;
import static io.github.sallyport.endpoint.TokensServer.read;
import static io.github.sallyport.endpoint.TokensServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.sallyport.testing.Wire.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The token endpoint, through real HTTP: keys in, tokens out. */
class TokenServletTest {
  @TempDir private static Path data;
  private static TokensServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new TokensServer(data, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void aKeyIsGivenATokenOfItsScopes() throws Exception { // X01
    String key = server.key("\"orders:read\",\"orders:write\"");
    Reply reply = server.token(key, "grant_type", "client_credentials");

    Map<String, @Nullable Object> answer = good(reply);
    assertThat(reply.header("Cache-Control")).contains("no-store");
    assertThat(reply.header("Content-Type")).contains("application/json");
    assertThat(answer)
        .contains(entry("token_type", "Bearer"), entry("scope", "orders:read orders:write"))
        .doesNotContainKey("refresh_token");
    assertThat(number(answer, "expires_in")).isEqualTo(900);
    Map<String, @Nullable Object> claims = claims(text(answer, "access_token"));
    assertThat(claims)
        .contains(
            entry("iss", ISSUER),
            entry("aud", ISSUER),
            entry("sub", id(key)),
            entry("client_id", id(key)),
            entry("scope", "orders:read orders:write"),
            entry("roles", List.of()),
            entry("sallyport_owner", "acme"))
        .containsKeys("iat", "exp", "jti", "sallyport_ver");
    assertThat(text(claims, "jti")).hasSize(22);
  }

  @Test
  void theTokenIsTheKeysApplicationAndNoUser() throws Exception {
    String key = server.key("\"orders:read\",\"orders:write\"");
    String token = server.accessToken(key, "scope", "orders:read");

    assertThat(good(server.whoami(token)))
        .contains(
            entry("name", id(key)),
            entry("kind", "BEARER"),
            entry("keyId", id(key)),
            entry("owner", "acme"),
            entry("subject", null),
            entry("scopes", List.of("orders:read")));
  }

  @Test
  void moreThanTheKeysScopesAreNotGranted() throws Exception { // X02
    String key = server.key("\"orders:read\"");
    assertThat(
            error(
                server.token(
                    key, "grant_type", "client_credentials", "scope", "orders:read orders:write")))
        .isEqualTo("400 invalid_scope");
    assertThat(good(server.token(key, "grant_type", "client_credentials", "scope", "orders:read")))
        .containsEntry("scope", "orders:read");
  }

  @ParameterizedTest
  @CsvSource({"' orders:read'", "'orders:read '", "'orders:read  orders:write'", "'orders\"read'"})
  void scopesThatAreNoneAreNotGranted(String scope) throws Exception {
    String key = server.key("\"orders:read\",\"orders:write\"");
    assertThat(error(server.token(key, "grant_type", "client_credentials", "scope", scope)))
        .isEqualTo("400 invalid_scope");
  }

  @Test
  void noTokenOutlivesItsKey() throws Exception {
    Instant end = Instant.now().plusSeconds(120);
    String key =
        text(server.issue("\"scopes\":[\"orders:read\"],\"expiresAt\":\"" + end + "\""), "key");
    Map<String, @Nullable Object> claims = claims(server.accessToken(key));
    assertThat(number(claims, "exp")).isLessThanOrEqualTo(end.getEpochSecond());
  }

  @Test
  void withTheKeyGoItsTokens() throws Exception { // X05
    String key = server.key("\"orders:read\"");
    String token = server.accessToken(key);
    assertThat(server.whoami(token).status()).isEqualTo(200);

    assertThat(
            server
                .wire
                .send("DELETE", "/sallyport/keys/" + id(key), "X-API-Key: " + server.admin())
                .status())
        .isEqualTo(204);
    Reply refused = server.whoami(token);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.code()).isEqualTo("token_revoked");
  }

  @Test
  void aTokenMayNoMoreThanItsKeyMayNow() throws Exception { // X12
    String key = server.key("\"orders:read\",\"orders:write\"");
    String token = server.accessToken(key);
    Reply patched =
        server.wire.send(
            "PATCH",
            "/sallyport/keys/" + id(key),
            "{\"scopes\":[\"orders:read\"]}",
            new String[] {
              "X-API-Key: " + server.admin(), "Content-Type: application/merge-patch+json"
            });
    assertThat(patched.status()).as(patched.body()).isEqualTo(200);
    assertThat(good(server.whoami(token))).containsEntry("scopes", List.of("orders:read"));
  }

  @Test
  void aKeyIsShownInItsHeaderAsBearerOrAsBasic() throws Exception {
    String key = server.key("\"orders:read\"");
    String basic = basic(id(key), key);
    for (String header :
        List.of("X-API-Key: " + key, "Authorization: Bearer " + key, "Authorization: " + basic)) {
      Reply reply =
          server.form("/sallyport/token", List.of(header), "grant_type", "client_credentials");
      assertThat(reply.status()).as(header.substring(0, 20)).isEqualTo(200);
    }
  }

  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatDoesNotStandIsChallengedByTheSchemeInWhichItCame() throws Exception {
    String key = server.key("\"orders:read\"");
    String wrong = key.substring(0, key.length() - 1) + (key.endsWith("0") ? "1" : "0");
    Map<String, String> cases =
        Map.of(
            "X-API-Key: " + wrong, "ApiKey realm=",
            "Authorization: Bearer " + wrong, "Bearer realm=",
            "Authorization: " + basic(id(key), wrong), "Basic realm=",
            "Authorization: " + basic("0123456789abcd", key), "Basic realm=");
    cases.forEach(
        (header, challenge) -> {
          Reply reply =
              server.form("/sallyport/token", List.of(header), "grant_type", "client_credentials");
          assertThat(reply.status()).isEqualTo(401);
          assertThat(reply.body()).contains("\"invalid_client\"");
          assertThat(reply.all("WWW-Authenticate"))
              .singleElement()
              .satisfies(line -> assertThat(line).startsWith(challenge));
        });
  }

  @Test
  void whoShowsNothingIsToldAllSchemes() throws Exception {
    Reply reply = server.form("/sallyport/token", List.of(), "grant_type", "client_credentials");
    assertThat(error(reply)).isEqualTo("401 invalid_client");
    assertThat(reply.all("WWW-Authenticate"))
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsExactly("ApiKey", "Bearer", "Basic");
  }

  @Test
  void aKeyInTwoPlacesIsAmbiguousAndASecretInTheBodyIsNotRead() throws Exception {
    String key = server.key("\"orders:read\"");
    assertThat(
            error(
                server.form(
                    "/sallyport/token",
                    List.of("X-API-Key: " + key, "Authorization: " + basic(id(key), key)),
                    "grant_type",
                    "client_credentials")))
        .isEqualTo("400 invalid_request");
    Reply inBody =
        server.form(
            "/sallyport/token",
            List.of(),
            "grant_type",
            "client_credentials",
            "client_id",
            id(key),
            "client_secret",
            key);
    assertThat(error(inBody)).isEqualTo("400 invalid_request");
    assertThat(inBody.body()).doesNotContain(key);
  }

  @Test
  void aClientIdThatIsNotTheKeysIsRefused() throws Exception {
    String key = server.key("\"orders:read\"");
    assertThat(error(server.token(key, "grant_type", "client_credentials", "client_id", "another")))
        .isEqualTo("400 invalid_request");
    assertThat(server.token(key, "grant_type", "client_credentials", "client_id", id(key)).status())
        .isEqualTo(200);
  }

  @Test
  void everybodyCanReadAPublishableKeySoThatItIsGivenNone() throws Exception {
    try (TokensServer other =
        new TokensServer(
            data.resolve("publishable"),
            Map.of("sallyport.api-key.publishable-scopes", "orders:read"))) {
      String key =
          text(
              other.issue(
                  "\"scopes\":[\"orders:read\"],\"kind\":\"publishable\",\"origins\":[\"https://shop.example\"]"),
              "key");
      Reply reply =
          other.form(
              "/sallyport/token",
              List.of("X-API-Key: " + key, "Origin: https://shop.example"),
              "grant_type",
              "client_credentials");
      assertThat(error(reply)).isEqualTo("400 unauthorized_client");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 400 invalid_request",
    "grant_type=, 400 invalid_request",
    "grant_type=password&username=a&password=b, 400 unsupported_grant_type",
    "grant_type=client_credentials&grant_type=client_credentials, 400 invalid_request",
    "grant_type=client_credentials&scope=orders:read&scope=orders:read, 400 invalid_request",
    "grant_type=%ZZ, 400 invalid_request",
    "grant_type=%FF, 400 invalid_request",
    "grant_type=refresh_token, 400 invalid_request",
    "grant_type=urn:ietf:params:oauth:grant-type:token-exchange, 400 invalid_request",
    "grant_type=client_credentials&scope=, 200",
    "&&grant_type=client_credentials&, 200"
  })
  void aFormIsReadStrictly(String body, String expected) throws Exception {
    String key = server.key("\"orders:read\"");
    Reply reply = server.post("/sallyport/token", List.of("X-API-Key: " + key), body);
    if (expected.equals("200")) assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    else assertThat(error(reply)).isEqualTo(expected);
  }

  @Test
  void parametersOfTheUrlAreNotRead() throws Exception {
    String key = server.key("\"orders:read\"");
    assertThat(
            error(
                server.post(
                    "/sallyport/token?grant_type=client_credentials",
                    List.of("X-API-Key: " + key),
                    "x=y")))
        .isEqualTo("400 invalid_request");
  }

  @Test
  void aBodyThatIsNoFormOrTooLargeIsRefused() throws Exception {
    String key = server.key("\"orders:read\"");
    Reply json =
        server.wire.send(
            "POST",
            "/sallyport/token",
            "{\"grant_type\":\"client_credentials\"}",
            new String[] {"X-API-Key: " + key, "Content-Type: application/json"});
    assertThat(error(json)).isEqualTo("400 invalid_request");
    String large = "grant_type=client_credentials&x=" + "a".repeat(70_000);
    assertThat(error(server.post("/sallyport/token", List.of("X-API-Key: " + key), large)))
        .isEqualTo("400 invalid_request");
  }

  @Test
  void onlyPostIsUnderstood() throws Exception {
    Reply reply = server.wire.send("GET", "/sallyport/token");
    assertThat(error(reply)).isEqualTo("405 invalid_request");
    assertThat(reply.header("Allow")).contains("POST");
  }

  @Test
  void aTokenOfAKeyBesideAKeyIsAmbiguous() throws Exception {
    String key = server.key("\"orders:read\"");
    String other = server.key("\"orders:read\"");
    String token = server.accessToken(key);
    for (String beside : List.of(key, other)) {
      Reply reply =
          server.wire.send(
              "GET", "/whoami", "X-API-Key: " + beside, "Authorization: Bearer " + token);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.code()).isEqualTo("credential_ambiguous");
    }
    String user = text(server.login("alice"), "access_token");
    assertThat(
            server
                .wire
                .send("GET", "/whoami", "X-API-Key: " + key, "Authorization: Bearer " + user)
                .status())
        .isEqualTo(200);
  }

  @Test
  void aTokenOfOursIsNoIdTokenAndTheReverse() throws Exception {
    String key = server.key("\"orders:read\",\"sallyport:exchange\"");
    String behind =
        text(
            good(
                server.token(
                    key,
                    "grant_type",
                    EXCHANGE,
                    "subject_token",
                    server.foreign("u-1", Map.of()),
                    "subject_token_type",
                    ACCESS_TOKEN,
                    "audience",
                    TokensServer.BEHIND)),
            "access_token");
    Reply reply = server.whoami(behind); // its audience is another
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.code()).isEqualTo("token_invalid");
  }

  @Test
  void aTokenIsOnlyIssuedBehindTls() throws Exception {
    Reply reply =
        server.form(
            "/sallyport/token",
            List.of("X-API-Key: " + server.key("\"orders:read\""), "X-Forwarded-For: 203.0.113.9"),
            "grant_type",
            "client_credentials");
    assertThat(error(reply)).isEqualTo("400 invalid_request");
    assertThat(text(read(reply), "error_description")).contains("sallyport.require-https");
  }

  @Test
  void whatThePlanAllowsHoldsForTokensToo() throws Exception {
    try (TokensServer other =
        new TokensServer(data.resolve("plans"), Map.of("sallyport.plan.slow.limit", "2/PT1H"))) {
      String key = text(other.issue("\"scopes\":[\"orders:read\"],\"plan\":\"slow\""), "key");
      String token = other.accessToken(key);
      assertThat(other.whoami(token).status()).isEqualTo(200);
      assertThat(other.whoami(token).status()).isEqualTo(429);
      Reply reply = other.token(key, "grant_type", "client_credentials");
      assertThat(error(reply)).isEqualTo("429 temporarily_unavailable");
      assertThat(reply.header("Retry-After")).isPresent();
    }
  }
}
