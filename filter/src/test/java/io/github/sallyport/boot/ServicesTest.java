package io.github.sallyport.boot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Secret;
import io.github.sallyport.client.InternalToken;
import io.github.sallyport.client.InternalTokens;
import io.github.sallyport.client.OwnToken;
import io.github.sallyport.http.Destinations;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.http.ShownToken;
import io.github.sallyport.json.Json;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import io.github.sallyport.token.Tokens;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An edge that takes API keys, and a service behind it: another process, which knows nothing of the
 * edge but its name and the URL of its key set.
 */
@Tag("slow")
class ServicesTest {
  private static final String EDGE = "http://localhost:8080";
  private static final String BILLING = "https://billing.example";
  private static final String STOCK = "https://stock.example";
  private static final int CALLS = 60;

  @TempDir private static Path data;
  private static TestServer server;
  private static Wire edge;
  private static Child behind;
  private static String behindUrl;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("sallyport.data", data.resolve("edge").toString());
    settings.put("sallyport.admin.enabled", "true");
    settings.put("sallyport.api-key.pepper", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy");
    settings.put("sallyport.token.issuer", EDGE);
    settings.put("sallyport.token.audience", EDGE + "," + BILLING);
    settings.put("sallyport.token.exchange-audiences", BILLING + "," + STOCK);
    server =
        new TestServer()
            .filter(SallyportFilter.class, settings, "/*")
            .initializer(new SallyportInitializer())
            .servlet("/internal", new Page(tokens -> new InternalToken(tokens, BILLING, to())))
            .servlet("/stock", new Page(tokens -> new InternalToken(tokens, STOCK, to())))
            .servlet(
                "/narrow",
                new Page(
                    tokens ->
                        new InternalToken(
                            new InternalTokens(tokens, BILLING, Set.of("invoices:read")), to())))
            .servlet("/passed-on", new Page(tokens -> new ShownToken(to())));
    edge = server.start();
    assertThat(server.isRunning()).isTrue();
    behind =
        Child.start(
            NodeBehind.class,
            Map.of(
                "SALLYPORT_DATA",
                data.resolve("behind").toString(),
                "SALLYPORT_ISSUERS",
                "edge",
                "SALLYPORT_ISSUER_EDGE_ISS",
                EDGE,
                "SALLYPORT_ISSUER_EDGE_JWKS",
                "http://127.0.0.1:" + edge.port() + "/sallyport/jwks.json",
                "SALLYPORT_ISSUER_EDGE_AUDIENCES",
                BILLING));
    String said = behind.line();
    assertThat(said).as(behind.log()).startsWith("port ");
    behindUrl = "http://127.0.0.1:" + said.substring(5);
  }

  @AfterAll
  static void stop() throws Exception {
    behind.close();
    server.close();
  }

  private static Destinations to() {
    return Destinations.of(behindUrl);
  }

  /** A page of the edge that asks the service behind, by one client for all callers. */
  private static final class Page extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Function<Tokens, Object> filter;
    private transient @Nullable Client client; // guarded by this

    Page(Function<Tokens, Object> filter) {
      this.filter = filter;
    }

    private synchronized Client client() {
      if (client == null) {
        Tokens tokens =
            (Tokens) requireNonNull(getServletContext().getAttribute(Tokens.class.getName()));
        client = ClientBuilder.newClient().register(filter.apply(tokens));
      }
      return client;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      try (Response answer = client().target(behindUrl).path(NodeBehind.PAGE).request().get()) {
        response.setHeader("Behind", Integer.toString(answer.getStatus()));
        response.getWriter().write(answer.readEntity(String.class));
      } catch (ProcessingException e) {
        response.setHeader("Behind", "not called");
        response.getWriter().write(String.valueOf(e.getCause()));
      }
    }
  }

  private static Map<String, @Nullable Object> read(Reply reply) throws Exception {
    return Json.readObject(reply.body().getBytes(StandardCharsets.UTF_8));
  }

  private static String admin() throws IOException {
    return Files.readString(data.resolve("edge/initial-admin-key")).strip();
  }

  private static Map<String, @Nullable Object> issue() throws Exception {
    Reply reply =
        edge.send(
            "POST",
            "/sallyport/keys",
            "{\"owner\":\"acme\",\"scopes\":[\"invoices:read\",\"invoices:write\"]}",
            new String[] {"X-API-Key: " + admin(), "Content-Type: application/json"});
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    return read(reply);
  }

  private static String text(Map<String, @Nullable Object> json, String member) {
    return (String) requireNonNull(json.get(member), member);
  }

  private static Reply call(String page, String credential) {
    return edge.send("GET", page, credential);
  }

  private static Map<String, @Nullable Object> seenBehind(Reply reply) throws Exception {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.header("Behind")).as(reply.body()).contains("200");
    return read(reply);
  }

  @Test
  void aKeyAtTheEdgeIsATokenBehindAndGoesNoFurther() throws Exception {
    Map<String, @Nullable Object> key = issue();
    Reply reply = call("/internal", "X-API-Key: " + text(key, "key"));

    Map<String, @Nullable Object> seen = seenBehind(reply);
    assertThat(seen)
        .containsEntry("subject", key.get("id"))
        .containsEntry("issuer", EDGE)
        .containsEntry("audience", BILLING)
        .containsEntry("scopes", List.of("invoices:read", "invoices:write"));
    assertThat(String.valueOf(seen.get("headers")).toLowerCase(Locale.ROOT))
        .contains("authorization=[bearer ey")
        .doesNotContain("x-api-key");
    assertThat(reply.body()).doesNotContain(text(key, "key"));
    assertThat(behind.log()).doesNotContain(text(key, "key"));
  }

  @Test
  void theTokenCanDoLessThanTheKey() throws Exception {
    Map<String, @Nullable Object> seen =
        seenBehind(call("/narrow", "X-API-Key: " + text(issue(), "key")));
    assertThat(seen).containsEntry("scopes", List.of("invoices:read"));
  }

  @Test
  void aTokenForAnotherServiceIsRefusedBehind() throws Exception {
    Map<String, @Nullable Object> key = issue();
    Reply reply = call("/stock", "X-API-Key: " + text(key, "key"));
    assertThat(reply.header("Behind")).contains("401");
    assertThat(reply.code()).isEqualTo("token_invalid");
    seenBehind(call("/internal", "X-API-Key: " + text(key, "key")));
  }

  @Test
  void aRevokedKeyHasNothingOfTheTokenThatIsRemembered() throws Exception {
    Map<String, @Nullable Object> key = issue();
    seenBehind(call("/internal", "X-API-Key: " + text(key, "key")));
    Reply revoked =
        edge.send("DELETE", "/sallyport/keys/" + text(key, "id"), "X-API-Key: " + admin());
    assertThat(revoked.status()).isEqualTo(204);
    Reply reply = call("/internal", "X-API-Key: " + text(key, "key"));
    assertThat(reply.code()).isEqualTo("key_revoked");
    assertThat(reply.header("Behind")).isEmpty();
  }

  @Test
  void aTokenAtTheEdgeIsPassedOnAsItIs() throws Exception {
    Map<String, @Nullable Object> key = issue();
    String token = token(text(key, "key"));
    Map<String, @Nullable Object> seen =
        seenBehind(call("/passed-on", "Authorization: Bearer " + token));
    assertThat(seen).containsEntry("subject", key.get("id"));
    assertThat(String.valueOf(seen.get("headers"))).contains("[Bearer " + token + "]");
  }

  private static String token(String key) throws Exception {
    Reply reply =
        edge.send(
            "POST",
            "/sallyport/token",
            "grant_type=client_credentials",
            new String[] {"X-API-Key: " + key, "Content-Type: application/x-www-form-urlencoded"});
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return text(read(reply), "access_token");
  }

  @Test
  void aKeyIsNotPassedOn() throws Exception {
    Map<String, @Nullable Object> key = issue();
    Reply reply = call("/passed-on", "X-API-Key: " + text(key, "key"));
    assertThat(reply.header("Behind")).contains("not called");
    assertThat(reply.body()).contains("Use InternalToken");
    // Nor one in the place of a token.
    reply = call("/passed-on", "Authorization: Bearer " + text(key, "key"));
    assertThat(reply.header("Behind")).contains("not called");
  }

  @Test
  void aTokenOfAKeyBecomesOneOfTheSameKeyForTheServiceBehind() throws Exception {
    Map<String, @Nullable Object> key = issue();
    Map<String, @Nullable Object> seen =
        seenBehind(call("/internal", "Authorization: Bearer " + token(text(key, "key"))));
    assertThat(seen).containsEntry("subject", key.get("id")).containsEntry("audience", BILLING);
  }

  @Test
  void aJobWithoutACallerHasATokenOfItsOwn() throws Exception {
    Map<String, @Nullable Object> key = issue();
    Secret text = new Secret(text(key, "key"));
    String endpoint = "http://127.0.0.1:" + edge.port() + "/sallyport/token";
    for (OwnToken.Builder builder :
        List.of(
            OwnToken.byKey(endpoint, text), OwnToken.byClient(endpoint, text(key, "id"), text))) {
      try (OwnToken own = builder.scopes("invoices:read").to(to())) {
        Client client = ClientBuilder.newClient().register(own);
        String body = client.target(behindUrl).path(NodeBehind.PAGE).request().get(String.class);
        Map<String, @Nullable Object> seen = Json.readObject(body.getBytes(StandardCharsets.UTF_8));
        assertThat(seen)
            .containsEntry("subject", key.get("id"))
            .containsEntry("scopes", List.of("invoices:read"));
        client.close();
      }
    }
  }

  @Test
  void signingKeysRotateAndNoCallIsLost() throws Exception {
    Queue<String> keys = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < CALLS; i++) keys.add(text(issue(), "key"));
    CountDownLatch half = new CountDownLatch(CALLS / 2);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Reply>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        calls.add(
            threads.submit(
                () -> {
                  // A key that nobody used: so that a token is signed for it.
                  Reply reply = call("/internal", "X-API-Key: " + keys.remove());
                  half.countDown();
                  return reply;
                }));
      }
      half.await();
      Reply rotated = edge.send("POST", "/sallyport/signing-keys/rotate", "X-API-Key: " + admin());
      assertThat(rotated.status()).as(rotated.body()).isEqualTo(201);
      for (Future<Reply> call : calls) seenBehind(call.get());
    } finally {
      threads.shutdownNow();
    }
    Map<String, @Nullable Object> set = read(edge.send("GET", "/sallyport/jwks.json"));
    assertThat((List<?>) set.get("keys")).hasSize(2);
  }
}
