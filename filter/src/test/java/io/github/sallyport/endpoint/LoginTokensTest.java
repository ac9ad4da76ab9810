package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.TokensServer.claims;
import static io.github.sallyport.endpoint.TokensServer.error;
import static io.github.sallyport.endpoint.TokensServer.good;
import static io.github.sallyport.endpoint.TokensServer.number;
import static io.github.sallyport.endpoint.TokensServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.sallyport.testing.Wire.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an application's own login, and how they are carried on, through real HTTP. */
class LoginTokensTest {
  @TempDir private static Path data;
  private static TokensServer server;
  private static TokensServer graceless;

  @BeforeAll
  static void start() throws Exception {
    server = new TokensServer(data.resolve("one"), Map.of("sallyport.limit.failures", "1000/PT1M"));
    graceless =
        new TokensServer(
            data.resolve("other"),
            Map.of(
                "sallyport.token.refresh-reuse-grace",
                "PT0S",
                "sallyport.limit.failures",
                "1000/PT1M"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    graceless.close();
  }

  @Test
  void aLoginIsAUserWithWhatTheApplicationGranted() throws Exception {
    Map<String, @Nullable Object> answer = server.login("alice");
    Map<String, @Nullable Object> claims = claims(text(answer, "access_token"));
    assertThat(claims)
        .contains(
            entry("sub", "alice"),
            entry("client_id", "login"),
            entry("scope", "orders:read orders:write"),
            entry("roles", List.of("user")),
            entry("email", "alice@example.org"))
        .containsKey("auth_time")
        .doesNotContainKeys("sallyport_owner", "sallyport_plan");
    assertThat(text(answer, "refresh_token")).hasSize(43);
    assertThat(good(server.whoami(text(answer, "access_token"))))
        .contains(
            entry("name", "alice"),
            entry("subject", "alice"),
            entry("issuer", TokensServer.ISSUER),
            entry("keyId", null),
            entry("kind", "BEARER"));
  }

  @Test
  void aRefreshTokenIsExchangedForItsSuccessor() throws Exception {
    Map<String, @Nullable Object> first = server.login("bob");
    Map<String, @Nullable Object> second = good(server.refresh(text(first, "refresh_token")));
    assertThat(text(second, "refresh_token")).isNotEqualTo(text(first, "refresh_token"));
    Map<String, @Nullable Object> before = claims(text(first, "access_token"));
    Map<String, @Nullable Object> after = claims(text(second, "access_token"));
    assertThat(after.get("jti")).isNotEqualTo(before.get("jti"));
    assertThat(number(after, "auth_time")).isEqualTo(number(before, "auth_time"));
    assertThat(good(server.whoami(text(second, "access_token")))).containsEntry("name", "bob");
    assertThat(server.refresh(text(second, "refresh_token")).status()).isEqualTo(200);
  }

  @Test
  void whoAsksAgainWithinTheGraceIsGivenTheSameSuccessor() throws Exception {
    String first = text(server.login("carol"), "refresh_token");
    String once = text(good(server.refresh(first)), "refresh_token");
    assertThat(text(good(server.refresh(first)), "refresh_token")).isEqualTo(once);
  }

  @Test
  void aTokenThatComesAfterItsSuccessorEndsTheLogin() throws Exception {
    Map<String, @Nullable Object> login = server.login("dave");
    String first = text(login, "refresh_token");
    Map<String, @Nullable Object> second = good(server.refresh(first));
    Map<String, @Nullable Object> third = good(server.refresh(text(second, "refresh_token")));

    assertThat(error(server.refresh(first))).isEqualTo("400 invalid_grant");
    assertThat(error(server.refresh(text(third, "refresh_token")))).isEqualTo("400 invalid_grant");
    for (Map<String, @Nullable Object> each : List.of(login, second, third)) {
      Reply refused = server.whoami(text(each, "access_token"));
      assertThat(refused.code()).isEqualTo("token_revoked");
    }
  }

  @Test
  void withoutAGraceTheSecondUseEndsTheFamily() throws Exception { // X06
    String first = text(graceless.login("alice"), "refresh_token");
    Map<String, @Nullable Object> second = good(graceless.refresh(first));
    assertThat(error(graceless.refresh(first))).isEqualTo("400 invalid_grant");
    assertThat(error(graceless.refresh(text(second, "refresh_token"))))
        .isEqualTo("400 invalid_grant");
  }

  @Test
  void ofFiftyAtOnceWithoutAGraceOneIsGivenASuccessor() throws Exception { // X07
    String first = text(graceless.login("bob"), "refresh_token");
    List<Reply> replies = atOnce(50, () -> graceless.refresh(first));
    List<Reply> good = replies.stream().filter(reply -> reply.status() == 200).toList();
    assertThat(good).hasSize(1);
    assertThat(replies).filteredOn(reply -> reply.status() == 400).hasSize(49);
    // Somebody else had it too, so that nothing of the family is good any more.
    String successor = text(good(good.get(0)), "refresh_token");
    assertThat(error(graceless.refresh(successor))).isEqualTo("400 invalid_grant");
  }

  @Test
  void ofFiftyAtOnceWithinTheGraceAllAreGivenOneSuccessor() throws Exception { // X07
    String first = text(server.login("erin"), "refresh_token");
    List<String> successors = new ArrayList<>();
    for (Reply reply : atOnce(50, () -> server.refresh(first))) {
      successors.add(text(good(reply), "refresh_token"));
    }
    assertThat(successors).hasSize(50).containsOnly(successors.get(0));
    assertThat(server.refresh(successors.get(0)).status()).isEqualTo(200);
  }

  private static <T> List<T> atOnce(int many, Callable<T> each) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(many);
    try {
      List<Callable<T>> calls = new ArrayList<>();
      for (int i = 0; i < many; i++) calls.add(each);
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(calls)) results.add(future.get());
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anotherClientsRefreshTokenIsRefusedAndStays() throws Exception { // X15
    String token = text(server.login("frank"), "refresh_token");
    String key = server.key("\"orders:read\"");
    assertThat(error(server.token(key, "grant_type", "refresh_token", "refresh_token", token)))
        .isEqualTo("400 invalid_grant");
    assertThat(error(server.refresh(token, "client_id", "another"))).isEqualTo("400 invalid_grant");
    assertThat(server.refresh(token, "client_id", "login").status()).isEqualTo(200);
  }

  @Test
  void fewerScopesMayBeAskedForAndMoreNot() throws Exception {
    String token = text(server.login("grace"), "refresh_token");
    assertThat(error(server.refresh(token, "scope", "orders:read admin")))
        .isEqualTo("400 invalid_scope");
    Map<String, @Nullable Object> fewer = good(server.refresh(token, "scope", "orders:read"));
    assertThat(fewer).containsEntry("scope", "orders:read");
    // What was granted at the login is not lost by that (RFC 6749 section 6).
    assertThat(good(server.refresh(text(fewer, "refresh_token"))))
        .containsEntry("scope", "orders:read orders:write");
  }

  @Test
  void whatIsNoRefreshTokenIsNone() throws Exception {
    String token = text(server.login("heidi"), "refresh_token");
    for (String no :
        List.of(
            "x",
            token + "A",
            token.substring(1),
            "A".repeat(43),
            "é".repeat(43),
            "A".repeat(60_000),
            text(server.login("heidi"), "access_token"))) {
      assertThat(error(server.refresh(no))).isEqualTo("400 invalid_grant");
    }
    assertThat(server.refresh(token).status()).isEqualTo(200);
  }

  @Test
  void anAdministratorTakesBackAllThatAUserHas() throws Exception {
    Map<String, @Nullable Object> one = server.login("ivan");
    Map<String, @Nullable Object> other = server.login("ivan");
    Map<String, @Nullable Object> judy = server.login("judy");
    Reply reply =
        server.wire.send(
            "POST",
            "/sallyport/users/revoke-tokens",
            "{\"subject\":\"ivan\"}",
            new String[] {"X-API-Key: " + server.admin(), "Content-Type: application/json"});
    assertThat(reply.status()).as(reply.body()).isEqualTo(204);

    for (Map<String, @Nullable Object> each : List.of(one, other)) {
      assertThat(server.whoami(text(each, "access_token")).code()).isEqualTo("token_revoked");
      assertThat(error(server.refresh(text(each, "refresh_token")))).isEqualTo("400 invalid_grant");
    }
    assertThat(server.whoami(text(judy, "access_token")).status()).isEqualTo(200);
    assertThat(server.refresh(text(judy, "refresh_token")).status()).isEqualTo(200);
    // Within the same second: the version tells them apart, and not the time.
    Map<String, @Nullable Object> again = server.login("ivan");
    assertThat(server.whoami(text(again, "access_token")).status()).isEqualTo(200);
    assertThat(number(claims(text(again, "access_token")), "sallyport_ver")).isEqualTo(1);
  }

  @Test
  void whoGuessesPasswordsIsSlowedByNameAndByAddress() throws Exception {
    try (TokensServer slow =
        new TokensServer(data.resolve("slow"), Map.of("sallyport.limit.failures", "3/PT1H"))) {
      assertThat(slow.tryLogin("alice", "ecila").status()).isEqualTo(200);
      for (int i = 0; i < 3; i++) {
        assertThat(slow.tryLogin("alice", "wrong").status()).isEqualTo(401);
      }
      Reply slowed = slow.tryLogin("alice", "ecila");
      assertThat(slowed.status()).isEqualTo(429);
      assertThat(slowed.header("Retry-After")).isPresent();
      assertThat(slow.tryLogin("ALICE", "ECILA").status())
          .as("however it is written")
          .isEqualTo(429);
      assertThat(slow.tryLogin("bob", "bob").status()).as("from the same address").isEqualTo(429);
    }
  }
}
