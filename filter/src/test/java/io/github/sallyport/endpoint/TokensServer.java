package io.github.sallyport.endpoint;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.boot.SallyportInitializer;
import io.github.sallyport.http.Outcome;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import io.github.sallyport.token.Login;
import io.github.sallyport.token.LoginUser;
import io.github.sallyport.token.Tokens;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.catalina.LifecycleException;
import org.jspecify.annotations.Nullable;

/** A server that issues tokens, lets in another issuer's, and says who it takes a caller for. */
final class TokensServer implements AutoCloseable {
  static final String ISSUER = "http://localhost:8080";
  static final String IDP = "https://idp.example";
  static final String BEHIND = "https://billing.example";
  static final String PEPPER = "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy";
  static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  final SigningKey idp = SigningKey.generate(SignatureAlgorithm.ES256);
  final Wire wire;
  private final Path data;
  private final TestServer server;

  TokensServer(Path data, Map<String, String> settings) throws Exception {
    this(data, settings, new TestServer());
  }

  /**
   * One on a server of the test's.
   *
   * @param server not started yet; it is closed with this
   */
  TokensServer(Path data, Map<String, String> settings, TestServer server) throws Exception {
    this.data = data;
    this.server = server;
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("sallyport.data", data.toString());
    parameters.put("sallyport.admin.enabled", "true");
    parameters.put("sallyport.api-key.pepper", PEPPER);
    parameters.put("sallyport.token.issuer", ISSUER);
    parameters.put("sallyport.token.exchange-audiences", BEHIND);
    parameters.put("sallyport.issuer.idp.iss", IDP);
    parameters.put("sallyport.issuer.idp.public-key", pem(idp));
    parameters.put("sallyport.issuer.idp.audiences", "orders");
    parameters.put("sallyport.issuer.idp.algorithms", "ES256");
    parameters.put("sallyport.access.login.paths", "/login");
    parameters.put("sallyport.access.login.policy", "permit");
    parameters.putAll(settings);
    server
        .filter(SallyportFilter.class, parameters, "/*")
        .initializer(new SallyportInitializer())
        .servlet("/whoami", new Whoami())
        .servlet("/login", new LoginServlet())
        .servlet("/call", new Call());
    wire = server.start();
    assertThat(server.isRunning()).isTrue();
  }

  private static String pem(SigningKey key) {
    return "-----BEGIN PUBLIC KEY-----"
        + Base64.getEncoder().encodeToString(key.spki())
        + "-----END PUBLIC KEY-----";
  }

  /** Who it takes a caller for. */
  private static final class Whoami extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      Caller caller = CurrentCaller.find().orElseThrow();
      Map<String, @Nullable Object> json = new LinkedHashMap<>();
      json.put("name", caller.getName());
      json.put("kind", caller.credentials().name());
      json.put("keyId", caller.application().map(a -> a.keyId()).orElse(null));
      json.put("owner", caller.application().map(a -> a.owner()).orElse(null));
      json.put("subject", caller.user().map(u -> u.subject()).orElse(null));
      json.put("issuer", caller.user().map(u -> u.issuer()).orElse(null));
      json.put("scopes", List.copyOf(new TreeSet<>(caller.scopes())));
      json.put("roles", List.copyOf(new TreeSet<>(caller.roles())));
      json.put("expiresAt", caller.expiresAt().map(Instant::toString).orElse(null));
      response.getWriter().write(Json.write(json));
    }
  }

  /** The application's own: everybody's password is their name, backwards. */
  private static final class LoginServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String name = request.getHeader("User");
      String password = request.getHeader("Password");
      Login login =
          tokens(this)
              .login(
                  name,
                  () ->
                      new StringBuilder(name).reverse().toString().equals(password)
                          ? Optional.of(
                              new LoginUser(
                                  name,
                                  Set.of("orders:read", "orders:write"),
                                  Set.of("user"),
                                  Map.of("email", name + "@example.org")))
                          : Optional.empty(),
                  Outcome.actorOf(request));
      if (login instanceof Login.Done done) {
        response.getWriter().write(Json.write(done.tokens().members()));
      } else if (login instanceof Login.Wait wait) {
        response.setHeader("Retry-After", Long.toString(wait.time().toSeconds()));
        response.setStatus(429);
      } else {
        response.setStatus(401);
      }
    }
  }

  /** Makes a token to call another service with, for whoever calls. */
  private static final class Call extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      Caller caller = CurrentCaller.find().orElseThrow();
      Actor actor = Outcome.actorOf(request);
      String text = tokens(this).issueFor(caller, BEHIND, null, actor).text().reveal();
      response.getWriter().write(text);
    }
  }

  private static Tokens tokens(HttpServlet servlet) {
    return (Tokens)
        requireNonNull(servlet.getServletContext().getAttribute(Tokens.class.getName()));
  }

  /** The first administrator's key. */
  String admin() throws IOException {
    return Files.readString(data.resolve("initial-admin-key")).strip();
  }

  /** Issues a key; its record with the text. */
  Map<String, @Nullable Object> issue(String members) throws Exception {
    Reply reply =
        wire.send(
            "POST",
            "/sallyport/keys",
            "{\"owner\":\"acme\"," + members + "}",
            new String[] {"X-API-Key: " + admin(), "Content-Type: application/json"});
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    return read(reply);
  }

  /** A key's text. */
  String key(String scopes) throws Exception {
    return text(issue("\"scopes\":[" + scopes + "]"), "key");
  }

  static String id(String key) {
    String[] parts = key.split("_", -1);
    return parts[parts.length - 2];
  }

  /** Sends a form: names and values in turn. */
  Reply form(String path, List<String> headers, String... parameters) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < parameters.length; i += 2) {
      if (i > 0) body.append('&');
      body.append(URLEncoder.encode(parameters[i], StandardCharsets.UTF_8))
          .append('=')
          .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
    }
    return post(path, headers, body.toString());
  }

  Reply post(String path, List<String> headers, String body) {
    List<String> all = new ArrayList<>(headers);
    all.add("Content-Type: application/x-www-form-urlencoded");
    return wire.send("POST", path, body, all.toArray(String[]::new));
  }

  Reply token(String key, String... parameters) {
    return form("/sallyport/token", List.of("X-API-Key: " + key), parameters);
  }

  /** An access token for a key. */
  String accessToken(String key, String... more) throws Exception {
    List<String> parameters = new ArrayList<>(List.of("grant_type", "client_credentials"));
    parameters.addAll(Arrays.asList(more));
    return text(good(token(key, parameters.toArray(String[]::new))), "access_token");
  }

  Map<String, @Nullable Object> login(String name) throws Exception {
    return good(tryLogin(name, new StringBuilder(name).reverse().toString()));
  }

  Reply tryLogin(String name, String password) {
    return wire.send("POST", "/login", "User: " + name, "Password: " + password);
  }

  Reply refresh(String token, String... more) {
    List<String> parameters =
        new ArrayList<>(List.of("grant_type", "refresh_token", "refresh_token", token));
    parameters.addAll(Arrays.asList(more));
    return form("/sallyport/token", List.of(), parameters.toArray(String[]::new));
  }

  Reply whoami(String token) {
    return wire.send("GET", "/whoami", "Authorization: Bearer " + token);
  }

  /**
   * A good token of the other issuer.
   *
   * @param more claims; one that is empty is left out
   */
  String foreign(String subject, Map<String, Object> more) {
    Map<String, Object> claims = new LinkedHashMap<>();
    long now = Instant.now().getEpochSecond();
    claims.put("iss", IDP);
    claims.put("sub", subject);
    claims.put("aud", "orders");
    claims.put("iat", now);
    claims.put("exp", now + 300);
    claims.put("jti", "jti-" + subject);
    claims.put("scope", "orders:read orders:write");
    claims.putAll(more);
    claims.values().removeIf(""::equals);
    return idp.sign("JWT", claims);
  }

  /** The answer's members, where it is one of success. */
  static Map<String, @Nullable Object> good(Reply reply) throws Exception {
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return read(reply);
  }

  static Map<String, @Nullable Object> read(Reply reply) throws Exception {
    return Json.readObject(reply.body().getBytes(StandardCharsets.UTF_8));
  }

  static String text(Map<String, @Nullable Object> json, String member) {
    return (String) requireNonNull(json.get(member), member);
  }

  static long number(Map<String, @Nullable Object> json, String member) {
    return ((Number) requireNonNull(json.get(member), member)).longValue();
  }

  /** What a token says; nobody verifies it here. */
  static Map<String, @Nullable Object> claims(String token) throws Exception {
    return Json.readObject(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
  }

  /** The status and the word of an error. */
  static String error(Reply reply) throws Exception {
    return reply.status() + " " + text(read(reply), "error");
  }

  @Override
  public void close() throws LifecycleException {
    server.close();
  }
}
