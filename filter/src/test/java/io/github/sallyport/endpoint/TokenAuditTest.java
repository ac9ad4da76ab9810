package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.TokensServer.claims;
import static io.github.sallyport.endpoint.TokensServer.good;
import static io.github.sallyport.endpoint.TokensServer.id;
import static io.github.sallyport.endpoint.TokensServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.testing.Wire.Reply;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What audit has of tokens: who asked, in which request, for what, and what came of it. */
class TokenAuditTest {
  @TempDir private static Path data;
  private static TokensServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new TokensServer(data, Map.of("sallyport.audit.sink", "jdbc"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  /** The one event of a request, which may take a moment to be there. */
  private static Map<String, @Nullable Object> event(Reply of, String action) throws Exception {
    String requestId = of.header("X-Request-Id").orElseThrow();
    return await()
        .until(
            () -> {
              Reply reply =
                  server.wire.send(
                      "GET",
                      "/sallyport/audit?requestId=" + requestId,
                      "X-API-Key: " + server.admin());
              for (Object item : (List<?>) good(reply).getOrDefault("items", List.of())) {
                Map<String, @Nullable Object> event = new LinkedHashMap<>();
                ((Map<?, ?>) item).forEach((name, value) -> event.put((String) name, value));
                if (action.equals(event.get("action"))) return event;
              }
              return Map.of();
            },
            found -> !found.isEmpty());
  }

  @Test
  void anIssuedTokenIsNamedWithWhoAskedForIt() throws Exception {
    String key = server.key("\"orders:read\"");
    Reply reply = server.token(key, "grant_type", "client_credentials");
    assertThat(event(reply, "token.issued"))
        .contains(
            entry("result", "done"),
            entry("target", claims(text(good(reply), "access_token")).get("jti")),
            entry("keyId", id(key)),
            entry("owner", "acme"),
            entry("path", "/sallyport/token"));
  }

  @Test
  void whatIsDeniedIsToldWithItsWord() throws Exception {
    String key = server.key("\"orders:read\"");
    Reply reply = server.token(key, "grant_type", "client_credentials", "scope", "more");
    assertThat(event(reply, "token.denied"))
        .contains(
            entry("result", "refused"), entry("code", "invalid_scope"), entry("keyId", id(key)));
  }

  @Test
  void aKeyThatDoesNotStandIsToldOnce() throws Exception {
    String key = server.key("\"orders:read\"");
    server.wire.send("DELETE", "/sallyport/keys/" + id(key), "X-API-Key: " + server.admin());
    Reply reply = server.token(key, "grant_type", "client_credentials");
    assertThat(reply.status()).isEqualTo(401);
    assertThat(event(reply, "request.refused"))
        .contains(entry("code", "key_revoked"), entry("target", id(key)));
    Reply all =
        server.wire.send(
            "GET",
            "/sallyport/audit?requestId=" + reply.header("X-Request-Id").orElseThrow(),
            "X-API-Key: " + server.admin());
    assertThat((List<?>) good(all).get("items")).hasSize(1);
  }

  @Test
  void loginsAreToldOf() throws Exception {
    Reply done = server.tryLogin("alice", "ecila");
    assertThat(event(done, "login.done"))
        .contains(entry("result", "done"), entry("target", "alice"));
    Reply failed = server.tryLogin("alice", "wrong");
    assertThat(event(failed, "login.failed"))
        .contains(entry("result", "refused"), entry("target", "alice"))
        .containsKey("address");
    assertThat(failed.body() + event(failed, "login.failed")).doesNotContain("wrong");
  }

  @Test
  void aReusedRefreshTokenIsToldOf() throws Exception {
    String first = text(server.login("bob"), "refresh_token");
    String second = text(good(server.refresh(first)), "refresh_token");
    server.refresh(second);
    Reply reused = server.refresh(first);
    assertThat(event(reused, "refresh.reused")).containsKey("target");
    assertThat(event(reused, "token.denied")).containsEntry("code", "invalid_grant");
  }
}
