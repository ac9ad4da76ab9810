package io.github.sallyport.jwt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.audit.AuditedRequest;
import io.github.sallyport.boot.SallyportInitializer;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.json.Json;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.htmlunit.html.HtmlPage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Consent of a user to a third party, by a running Keycloak: its scope, its client and our settings
 * are those that {@code docs/how-to/let-third-parties-in-with-keycloak.md} shows.
 */
@Tag("keycloak")
class KeycloakConsentTest {
  private static final Path PAGE =
      Path.of("..", "docs", "how-to", "let-third-parties-in-with-keycloak.md");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String PASSWORD = "the-password-of-a-user-in-these-tests";
  private static final String ORDERS = "/api/orders";
  private static final AtomicInteger USERS = new AtomicInteger();

  @TempDir private static Path data;
  private static Keycloak keycloak;
  private static Planner planner;
  private static TestServer server;
  private static Wire wire;

  // Each test has a user who never consented before.
  private String user = "";
  private String subject = "";

  /** What third parties read; {@code @Audited} does the same for beans and resources. */
  private static final class Orders extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      AuditedRequest.Access access =
          AuditedRequest.current().orElseThrow().begin("orders.read", "com.example.Orders.list");
      response.getWriter().write("the orders of " + request.getRemoteUser());
      access.allow();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    keycloak = Keycloak.start();
    planner = new Planner(keycloak);
    List<String> json = blocks("json");
    keycloak.create("/client-scopes", json.get(0));
    keycloak.create("/client-scopes", json.get(0).replace("orders", "invoices"));
    keycloak.create(
        "/clients",
        json.get(1)
            .replace("https://planner.example/callback", planner.redirect())
            .replace("[\"orders:read\"]", "[\"orders:read\", \"invoices:read\"]"));
    server =
        new TestServer()
            .filter(SallyportFilter.class, settings(), "/*")
            .initializer(new SallyportInitializer())
            .servlet(ORDERS, new Orders());
    wire = server.start();
    assertThat(server.isRunning()).isTrue();
  }

  private static Map<String, String> settings() throws IOException {
    Properties properties = new Properties();
    properties.load(
        new StringReader(
            blocks("properties")
                .get(0)
                .replace("https://sso.example.com/realms/shop", keycloak.issuer())));
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : properties.stringPropertyNames()) {
      settings.put(name, properties.getProperty(name));
    }
    settings.put("sallyport.data", data.toString());
    settings.put("sallyport.admin.enabled", "true");
    settings.put("sallyport.audit.sink", "jdbc");
    settings.put("sallyport.api-key.pepper", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy");
    return settings;
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
        .matcher(Files.readString(PAGE))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) server.close();
    if (planner != null) planner.close();
    if (keycloak != null) keycloak.close();
  }

  @BeforeEach
  void signUp() {
    user = "user" + USERS.incrementAndGet();
    subject = keycloak.createUser(user, PASSWORD);
  }

  @Test
  void aUserLetsAThirdPartyInAndAuditTellsForWhichClientWithWhatAndByWhichToken() throws Exception {
    String token;
    try (Planner.Login login = planner.new Login()) {
      HtmlPage consent = login.logIn(login.begin("orders:read"), user, PASSWORD);
      assertThat(consent.asNormalizedText()).contains("Planner", "Read your orders");
      String code = code(login, login.press(consent, "accept"));
      Planner.Answer answer = planner.exchange(code, login.verifier);
      assertThat(answer.status()).isEqualTo(200);
      token = answer.text("access_token");
    }

    Reply reply = show("GET", token);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("the orders of " + user);
    assertThat(wire.send("GET", ORDERS).code()).isEqualTo("credential_missing");

    assertThat(claim(token, "azp")).isEqualTo("planner");
    assertThat(event())
        .containsEntry("action", "orders.read")
        .containsEntry("result", "allowed")
        .containsEntry("actor", user)
        .containsEntry("subject", subject)
        .containsEntry("issuer", keycloak.issuer())
        .containsEntry("target", claim(token, "jti"))
        .containsEntry(
            "detail",
            "com.example.Orders.list (for client planner, with scopes orders:read profile)");
  }

  @Test
  void whatTheUserDidNotConsentToIsRefusedAndAuditTellsByWhichToken() throws Exception {
    String token = planner.letIn(user, PASSWORD, "orders:read").access();
    Reply reply = show("POST", token);
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.code()).isEqualTo("scope_insufficient");
    assertThat(event())
        .containsEntry("action", "request.refused")
        .containsEntry("code", "scope_insufficient")
        .containsEntry("actor", user)
        .containsEntry("target", claim(token, "jti"));
    assertThat(show("GET", token).status()).isEqualTo(200);
  }

  @Test
  void aTokenThatTheUserGaveForAnotherApiIsRefused() throws Exception {
    String invoices = planner.letIn(user, PASSWORD, "invoices:read").access();
    assertThat(claim(invoices, "aud")).isEqualTo("invoices");
    Reply reply = show("GET", invoices);
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.code()).isEqualTo("token_invalid");
    assertThat(reply.body()).contains("The token is for another audience.");

    String orders = planner.letIn(user, PASSWORD, "orders:read").access();
    assertThat(claim(orders, "aud")).isEqualTo("orders");
    assertThat(show("GET", orders).status()).isEqualTo(200);
  }

  @Test
  void aWrongPasswordGetsTheLoginPageAgainAndNoCode() throws Exception {
    try (Planner.Login login = planner.new Login()) {
      HtmlPage again = login.logIn(login.begin("orders:read"), user, "guessed");
      assertThat(again.asNormalizedText()).contains("Invalid username or password.");
      assertThat(again.getUrl().toString()).startsWith(keycloak.issuer());

      HtmlPage consent = login.logIn(clearName(again), user, PASSWORD);
      assertThat(code(login, login.press(consent, "accept"))).isNotEmpty();
    }
  }

  @Test
  void whoStoleACodeGetsNoTokenForItAndTheCodeIsUsedUp() throws Exception {
    try (Planner.Login login = planner.new Login();
        Planner.Login thief = planner.new Login()) {
      HtmlPage consent = login.logIn(login.begin("orders:read"), user, PASSWORD);
      String code = code(login, login.press(consent, "accept"));
      Planner.Answer stolen = planner.exchange(code, thief.verifier);
      assertThat(stolen.status()).isEqualTo(400);
      assertThat(stolen.json()).containsEntry("error", "invalid_grant");
      assertThat(stolen.text("error_description")).startsWith("PKCE verification failed");
      Planner.Answer usedUp = planner.exchange(code, login.verifier);
      assertThat(usedUp.status()).isEqualTo(400);
      assertThat(usedUp.json()).containsEntry("error", "invalid_grant");

      String another = code(login, login.begin("orders:read"));
      assertThat(planner.exchange(another, login.verifier).status()).isEqualTo(200);
    }
  }

  @Test
  void withoutAChallengeThereIsNoLoginPage() throws Exception {
    try (Planner.Login login = planner.new Login()) {
      for (Map<String, String> challenge :
          List.of(
              Map.<String, String>of(),
              Map.of("code_challenge", login.verifier, "code_challenge_method", "plain"))) {
        assertThat(login.broughtBack(login.open("orders:read", challenge)))
            .containsEntry("error", "invalid_request")
            .doesNotContainKey("code");
      }
      assertThat(login.begin("orders:read").getUrl().toString()).startsWith(keycloak.issuer());
    }
  }

  @Test
  void aUserWhoPressesNoLetsNobodyIn() throws Exception {
    try (Planner.Login login = planner.new Login()) {
      HtmlPage consent = login.logIn(login.begin("orders:read"), user, PASSWORD);
      assertThat(login.broughtBack(login.press(consent, "cancel")))
          .containsEntry("error", "access_denied")
          .doesNotContainKey("code");
    }
    assertThat(planner.letIn(user, PASSWORD, "orders:read").access()).isNotEmpty();
  }

  @Test
  void consentThatIsTakenBackEndsRefreshingAndHereTheTokensOnceWeAreTold() throws Exception {
    Keycloak.Tokens tokens = planner.letIn(user, PASSWORD, "orders:read");
    assertThat(planner.refresh(tokens).status()).isEqualTo(200);

    keycloak.withdrawConsent(subject, Planner.CLIENT);
    assertThat(planner.refresh(tokens).json()).containsEntry("error", "invalid_grant");
    assertThat(show("GET", tokens.access()).status())
        .as("nobody asks Keycloak about a token that verifies")
        .isEqualTo(200);

    String body = Json.write(Map.of("issuer", keycloak.issuer(), "subject", subject));
    String[] headers = {"X-API-Key: " + admin(), "Content-Type: application/json"};
    assertThat(wire.send("POST", "/sallyport/users/revoke-tokens", body, headers).status())
        .isEqualTo(204);
    assertThat(show("GET", tokens.access()).code()).isEqualTo("token_revoked");
  }

  private static String code(Planner.Login login, HtmlPage page) {
    return requireNonNull(login.broughtBack(page).get("code"), "code");
  }

  /** Keycloak fills the name in again. */
  private static HtmlPage clearName(HtmlPage page) {
    page.getHtmlElementById("username").setAttribute("value", "");
    return page;
  }

  private static Reply show(String method, String token) {
    return wire.send(method, ORDERS, "Authorization: Bearer " + token);
  }

  private static String admin() throws IOException {
    return Files.readString(data.resolve("initial-admin-key")).strip();
  }

  /** The newest event of this test's user; one comes a moment behind its request. */
  private Map<String, @Nullable Object> event() throws Exception {
    String path = "/sallyport/audit?limit=1&subject=" + subject;
    String key = "X-API-Key: " + admin();
    await().atMost(PATIENCE).until(() -> !items(wire.send("GET", path, key)).isEmpty());
    return items(wire.send("GET", path, key)).get(0);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, @Nullable Object>> items(Reply reply) throws Exception {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return (List<Map<String, @Nullable Object>>)
        requireNonNull(read(reply.body().getBytes(StandardCharsets.UTF_8)).get("items"));
  }

  private static String claim(String token, String name) throws Exception {
    byte[] payload = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
    return String.valueOf(read(payload).get(name));
  }

  private static Map<String, @Nullable Object> read(byte[] json) throws Exception {
    return Json.readObject(json);
  }
}
