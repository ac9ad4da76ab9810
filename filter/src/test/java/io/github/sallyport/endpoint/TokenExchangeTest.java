package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.TokensServer.ACCESS_TOKEN;
import static io.github.sallyport.endpoint.TokensServer.BEHIND;
import static io.github.sallyport.endpoint.TokensServer.EXCHANGE;
import static io.github.sallyport.endpoint.TokensServer.IDP;
import static io.github.sallyport.endpoint.TokensServer.ISSUER;
import static io.github.sallyport.endpoint.TokensServer.claims;
import static io.github.sallyport.endpoint.TokensServer.error;
import static io.github.sallyport.endpoint.TokensServer.good;
import static io.github.sallyport.endpoint.TokensServer.id;
import static io.github.sallyport.endpoint.TokensServer.number;
import static io.github.sallyport.endpoint.TokensServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.sallyport.testing.Wire.Reply;
import io.github.sallyport.token.ExchangeRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens exchanged for others on behalf of the same subject (RFC 8693), through real HTTP. */
class TokenExchangeTest {
  @TempDir private static Path data;
  private static TokensServer server;
  private static String key;

  @BeforeAll
  static void start() throws Exception {
    server =
        new TokensServer(
            data,
            Map.of(
                "sallyport.limit.failures", "1000/PT1M",
                "sallyport.issuer.loose.iss", "https://loose.example",
                "sallyport.issuer.loose.jwks", "https://loose.example/jwks"));
    key = server.key("\"orders:read\",\"sallyport:exchange\",\"sallyport:introspect\"");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static Reply exchange(String with, String subject, String... more) {
    List<String> parameters =
        new ArrayList<>(
            List.of(
                "grant_type", EXCHANGE,
                "subject_token", subject,
                "subject_token_type", ACCESS_TOKEN));
    parameters.addAll(Arrays.asList(more));
    return server.token(with, parameters.toArray(String[]::new));
  }

  private static Map<String, @Nullable Object> exchanged(String subject, String... more)
      throws Exception {
    return claims(text(good(exchange(key, subject, more)), "access_token"));
  }

  @Test
  void aUsersTokenBecomesOneForTheServiceBehind() throws Exception {
    String subject = server.foreign("u-17", Map.of("groups", List.of("staff")));
    Reply reply = exchange(key, subject, "audience", BEHIND);

    Map<String, @Nullable Object> answer = good(reply);
    assertThat(reply.header("Cache-Control")).contains("no-store");
    assertThat(answer)
        .contains(entry("issued_token_type", ACCESS_TOKEN), entry("token_type", "Bearer"))
        .doesNotContainKey("refresh_token");
    Map<String, @Nullable Object> claims = claims(text(answer, "access_token"));
    assertThat(claims)
        .contains(
            entry("iss", ISSUER),
            entry("aud", BEHIND),
            entry("sub", "u-17"),
            entry("client_id", id(key)),
            entry("act", Map.of("sub", id(key))),
            entry("scope", "orders:read"))
        .doesNotContainKeys("sallyport_owner", "groups");
    assertThat(number(claims, "exp")).isLessThanOrEqualTo(number(claims(subject), "exp"));
  }

  @Test
  void withoutAnAudienceItIsForOurselvesAndNamesTheSameUser() throws Exception {
    String token = text(good(exchange(key, server.foreign("u-18", Map.of()))), "access_token");
    assertThat(good(server.whoami(token)))
        .contains(
            entry("subject", "u-18"),
            entry("issuer", IDP),
            entry("keyId", null),
            entry("scopes", List.of("orders:read")));
  }

  @Test
  void itGivesNoMoreThanBothHave() throws Exception {
    String subject = server.foreign("u-19", Map.of());
    assertThat(error(exchange(key, subject, "scope", "orders:write")))
        .isEqualTo("400 invalid_scope");
    assertThat(error(exchange(key, subject, "scope", "sallyport:introspect")))
        .isEqualTo("400 invalid_scope");
    assertThat(exchanged(subject, "scope", "orders:read")).containsEntry("scope", "orders:read");
  }

  @Test
  void aTokenThatSaysNothingOfScopesDoesNotNarrowTheKeysButIsGivenNoneOfOurs() throws Exception {
    String subject = server.foreign("u-20", Map.of("scope", ""));
    assertThat(exchanged(subject)).containsEntry("scope", "orders:read");
    assertThat(error(exchange(key, subject, "scope", "sallyport:exchange")))
        .isEqualTo("400 invalid_scope");
  }

  @Test
  void aKeyWithoutTheScopeExchangesNothing() throws Exception {
    String other = server.key("\"orders:read\"");
    assertThat(error(exchange(other, server.foreign("u-21", Map.of()))))
        .isEqualTo("400 unauthorized_client");
    assertThat(
            error(
                server.form(
                    "/sallyport/token",
                    List.of(),
                    "grant_type",
                    EXCHANGE,
                    "subject_token",
                    server.foreign("u-21", Map.of()),
                    "subject_token_type",
                    ACCESS_TOKEN)))
        .isEqualTo("401 invalid_client");
  }

  @Test
  void onlyNamedAudiencesAreServed() throws Exception {
    String subject = server.foreign("u-22", Map.of());
    assertThat(error(exchange(key, subject, "audience", "https://stranger.example")))
        .isEqualTo("400 invalid_target");
    assertThat(error(exchange(key, subject, "audience", BEHIND, "resource", "https://x.example")))
        .isEqualTo("400 invalid_target");
    assertThat(exchanged(subject, "audience", BEHIND, "audience", ISSUER))
        .containsEntry("aud", List.of(ISSUER, BEHIND));
    assertThat(exchanged(subject, "resource", BEHIND)).containsEntry("aud", BEHIND);
  }

  @Test
  void theSubjectsTokenMustStandAndBeForUs() throws Exception {
    Instant past = Instant.now().minusSeconds(3600);
    List<String> subjects =
        List.of(
            server.foreign("u-23", Map.of("aud", "another")),
            server.foreign("u-23", Map.of("exp", past.getEpochSecond())),
            server.foreign("u-23", Map.of("iss", "https://stranger.example")),
            server.foreign("u-23", Map.of()) + "A",
            "opaque",
            key);
    for (String subject : subjects) {
      assertThat(error(exchange(key, subject))).isEqualTo("400 invalid_request");
    }
    assertThat(exchange(key, server.foreign("u-23", Map.of())).status()).isEqualTo(200);
  }

  @Test
  void aSubjectThatIsCalledAsAKeyIsRefused() throws Exception {
    assertThat(error(exchange(key, server.foreign(id(key), Map.of()))))
        .isEqualTo("400 invalid_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "urn:ietf:params:oauth:token-type:id_token",
        "urn:ietf:params:oauth:token-type:refresh_token",
        "urn:ietf:params:oauth:token-type:saml2",
        "jwt"
      })
  void otherTypesAreNotExchanged(String type) throws Exception {
    String subject = server.foreign("u-24", Map.of());
    assertThat(
            error(
                server.token(
                    key,
                    "grant_type",
                    EXCHANGE,
                    "subject_token",
                    subject,
                    "subject_token_type",
                    type)))
        .isEqualTo("400 invalid_request");
    assertThat(error(exchange(key, subject, "requested_token_type", type)))
        .isEqualTo("400 invalid_request");
    assertThat(good(exchange(key, subject, "requested_token_type", ExchangeRequest.JWT)))
        .containsEntry("issued_token_type", ExchangeRequest.JWT);
  }

  @Test
  void theActorIsWhoShowsTheKeyAndNobodyElse() throws Exception {
    String subject = server.foreign("u-25", Map.of());
    assertThat(
            error(exchange(key, subject, "actor_token", subject, "actor_token_type", ACCESS_TOKEN)))
        .isEqualTo("400 invalid_request");
  }

  @Test
  void whereTheSubjectSaysWhoMayActNobodyElseMay() throws Exception {
    assertThat(error(exchange(key, server.foreign("u-26", Map.of("may_act", Map.of("sub", "x"))))))
        .isEqualTo("400 invalid_request");
    assertThat(error(exchange(key, server.foreign("u-26", Map.of("may_act", id(key))))))
        .isEqualTo("400 invalid_request");
    assertThat(
            error(
                exchange(
                    key,
                    server.foreign(
                        "u-26",
                        Map.of("may_act", Map.of("sub", id(key), "iss", "https://x.example"))))))
        .isEqualTo("400 invalid_request");
    assertThat(
            exchange(key, server.foreign("u-26", Map.of("may_act", Map.of("sub", id(key)))))
                .status())
        .isEqualTo(200);
  }

  @Test
  void aTokenThatIsBoundToAKeyOfItsHolderStaysSo() throws Exception {
    assertThat(
            error(
                exchange(key, server.foreign("u-27", Map.of("cnf", Map.of("jkt", "0ZcOCORZNYy"))))))
        .isEqualTo("400 invalid_request");
  }

  @Test
  void actorsAreNestedUpToFour() throws Exception {
    String token = server.foreign("u-28", Map.of());
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String actor = server.key("\"orders:read\",\"sallyport:exchange\"");
      keys.add(id(actor));
      token = text(good(exchange(actor, token)), "access_token");
    }
    assertThat(claims(token).get("act"))
        .isEqualTo(
            Map.of(
                "sub", keys.get(3),
                "act",
                    Map.of(
                        "sub", keys.get(2),
                        "act", Map.of("sub", keys.get(1), "act", Map.of("sub", keys.get(0))))));
    assertThat(server.whoami(token).status()).isEqualTo(200);
    assertThat(error(exchange(key, token))).isEqualTo("400 invalid_request");

    // Each of them who is gone takes it along.
    server.wire.send("DELETE", "/sallyport/keys/" + keys.get(1), "X-API-Key: " + server.admin());
    assertThat(server.whoami(token).code()).isEqualTo("token_revoked");
  }

  @Test
  void aKeyIsASubjectByATypeOfItsOwn() throws Exception {
    String subject = server.key("\"orders:read\",\"orders:write\"");
    Reply reply =
        server.token(
            key,
            "grant_type",
            EXCHANGE,
            "subject_token",
            subject,
            "subject_token_type",
            ExchangeRequest.API_KEY);
    String token = text(good(reply), "access_token");
    assertThat(claims(token))
        .contains(
            entry("sub", id(subject)),
            entry("client_id", id(key)),
            entry("act", Map.of("sub", id(key))),
            entry("sallyport_owner", "acme"),
            entry("scope", "orders:read"));
    assertThat(good(server.whoami(token)))
        .contains(entry("keyId", id(subject)), entry("subject", null));
    assertThat(reply.body()).doesNotContain(subject);

    String wrong = subject.substring(0, subject.length() - 1) + "-";
    assertThat(
            error(
                server.token(
                    key,
                    "grant_type",
                    EXCHANGE,
                    "subject_token",
                    wrong,
                    "subject_token_type",
                    ExchangeRequest.API_KEY)))
        .isEqualTo("400 invalid_request");
  }

  @Test
  void withTheSubjectsTokenGoesWhatItWasExchangedFor() throws Exception {
    String subject = text(server.login("alice"), "access_token");
    String token = text(good(exchange(key, subject)), "access_token");
    assertThat(server.whoami(token).status()).isEqualTo(200);
    assertThat(
            server
                .form(
                    "/sallyport/revoke", List.of("X-API-Key: " + server.admin()), "token", subject)
                .status())
        .isEqualTo(200);
    assertThat(server.whoami(subject).code()).isEqualTo("token_revoked");
    assertThat(server.whoami(token).code()).isEqualTo("token_revoked");
    assertThat(error(exchange(key, subject))).isEqualTo("400 invalid_request");
  }

  @Test
  void withAUsersTokensOfAnotherIssuerGoThoseThatWereExchangedForThem() throws Exception {
    String token = text(good(exchange(key, server.foreign("u-29", Map.of()))), "access_token");
    String others = text(good(exchange(key, server.foreign("u-30", Map.of()))), "access_token");
    Reply reply =
        server.wire.send(
            "POST",
            "/sallyport/users/revoke-tokens",
            "{\"subject\":\"u-29\",\"issuer\":\"" + IDP + "\"}",
            new String[] {"X-API-Key: " + server.admin(), "Content-Type: application/json"});
    assertThat(reply.status()).as(reply.body()).isEqualTo(204);
    assertThat(server.whoami(token).code()).isEqualTo("token_revoked");
    assertThat(server.whoami(others).status()).isEqualTo(200);
  }

  @Test
  void reservedClaimsCanNotBeSetFromOutside() throws Exception {
    String subject =
        server.foreign(
            "u-31",
            Map.of(
                "sallyport_ver",
                99,
                "sallyport_owner",
                "root",
                "sallyport_origins",
                List.of(Map.of("iss", "x", "jti", "y")),
                "client_id",
                "0123456789abcd",
                "roles",
                List.of("admin")));
    Map<String, @Nullable Object> claims = exchanged(subject, "sallyport_owner", "root");
    assertThat(claims)
        .contains(entry("client_id", id(key)), entry("roles", List.of()))
        .doesNotContainKey("sallyport_owner");
    assertThat(number(claims, "sallyport_ver")).isZero();
    assertThat((List<?>) claims.get("sallyport_origins")).hasSize(1);
    // Or another issuer could say that its user is ours.
    String token = text(good(exchange(key, subject)), "access_token");
    assertThat(good(server.whoami(token))).containsEntry("issuer", IDP);
  }

  @Test
  void actorsWithoutNamesCountToo() throws Exception {
    Map<String, Object> act = Map.of("x", "y");
    for (int i = 0; i < 3; i++) act = Map.of("act", act);
    assertThat(error(exchange(key, server.foreign("u-33", Map.of("act", act)))))
        .isEqualTo("400 invalid_request");
    assertThat(exchange(key, server.foreign("u-33", Map.of("act", Map.of("x", "y")))).status())
        .isEqualTo(200);
  }

  @Test
  void theEdgeMakesATokenForWhoeverCallsIt() throws Exception {
    Reply byKey = server.wire.send("GET", "/call", "X-API-Key: " + key);
    assertThat(claims(byKey.body()))
        .contains(entry("sub", id(key)), entry("client_id", id(key)), entry("aud", BEHIND));
    Reply byUser =
        server.wire.send(
            "GET", "/call", "Authorization: Bearer " + server.foreign("u-32", Map.of()));
    assertThat(claims(byUser.body()))
        .contains(entry("sub", "u-32"), entry("client_id", "login"), entry("aud", BEHIND));
  }
}
