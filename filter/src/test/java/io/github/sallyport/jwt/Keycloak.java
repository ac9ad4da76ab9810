package io.github.sallyport.jwt;

import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A Keycloak as a process of ours, with a realm that its administration made: the client {@code
 * orders}, who may ask about tokens, and the user {@code alice}, a clerk.
 */
final class Keycloak implements AutoCloseable {
  static final String CLIENT = "orders";
  static final String CLIENT_SECRET = "the-client-secret-of-these-tests";

  private static final String TOKEN = "/realms/shop/protocol/openid-connect/token";
  private static final String ADMIN = "admin";
  private static final String ADMIN_PASSWORD = "the-administrators-password-of-these-tests";
  private static final String ALICES_PASSWORD = "the-password-of-alice-in-these-tests";
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private final Path home;
  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = freePort();
  private final Process server;

  private Keycloak(Path home) throws IOException {
    this.home = home;
    File log = home.resolve("log").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash",
            home.resolve("bin/kc.sh").toString(),
            "start-dev",
            "--db=dev-mem",
            "--http-host=127.0.0.1",
            "--http-port=" + port);
    builder.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
    builder.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN_PASSWORD);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS_APPEND", "-Xmx512m");
    server = builder.redirectErrorStream(true).redirectOutput(log).start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** Starts one and makes the realm. */
  static Keycloak start() throws IOException {
    String home = System.getProperty("keycloak.home");
    if (home == null) throw new IllegalStateException("the profile full unpacks a Keycloak");
    Keycloak keycloak = new Keycloak(Path.of(home));
    try {
      Awaitility.await().atMost(PATIENCE).until(keycloak::answers);
      keycloak.makeRealm();
      return keycloak;
    } catch (RuntimeException | Error e) {
      keycloak.close();
      throw e;
    }
  }

  private boolean answers() throws IOException, InterruptedException {
    if (!server.isAlive()) {
      throw new IllegalStateException(
          "Keycloak ended: " + Files.readString(home.resolve("log"), StandardCharsets.UTF_8));
    }
    try {
      HttpRequest request = HttpRequest.newBuilder(url("/realms/master")).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (ConnectException e) {
      return false;
    }
  }

  String issuer() {
    return url("/realms/shop").toString();
  }

  /** Where a browser is sent to log in. */
  URI authorization() {
    return url("/realms/shop/protocol/openid-connect/auth");
  }

  URI token() {
    return url(TOKEN);
  }

  URI introspection() {
    return url("/realms/shop/protocol/openid-connect/token/introspect");
  }

  /**
   * What a user has who signed in.
   *
   * @param access a JWT
   * @param refresh what the session is ended by
   */
  record Tokens(String access, String refresh) {}

  Tokens signIn() {
    Map<String, @Nullable Object> answer =
        form(
            TOKEN,
            Map.of(
                "grant_type",
                "password",
                "client_id",
                CLIENT,
                "client_secret",
                CLIENT_SECRET,
                "username",
                "alice",
                "password",
                ALICES_PASSWORD,
                "scope",
                "openid"));
    return new Tokens(text(answer, "access_token"), text(answer, "refresh_token"));
  }

  void signOut(Tokens tokens) {
    form(
        "/realms/shop/protocol/openid-connect/logout",
        Map.of(
            "client_id", CLIENT,
            "client_secret", CLIENT_SECRET,
            "refresh_token", tokens.refresh()));
  }

  /** Adds a key pair with which the realm signs from now on. */
  void rotate() {
    administer(
        "POST",
        "/components",
        Json.write(
            Map.of(
                "name", "newer",
                "providerId", "rsa-generated",
                "providerType", "org.keycloak.keys.KeyProvider",
                "config",
                    Map.of(
                        "priority", List.of("200"),
                        "enabled", List.of("true"),
                        "active", List.of("true"),
                        "algorithm", List.of("RS256"),
                        "keySize", List.of("2048")))));
  }

  /** Takes back the pair with which it signed at first. */
  void withdrawFirstKey() {
    administer("DELETE", "/components/" + idOf("/components?name=rsa-generated"), null);
  }

  /**
   * Creates something in the realm.
   *
   * @param path whose list it joins, as {@code /clients}
   * @param json as the administration's API has it
   */
  void create(String path, String json) {
    administer("POST", path, json);
  }

  /** Creates a user without roles; the answer is his subject. */
  String createUser(String name, String password) {
    create("/users", Json.write(user(name, password)));
    return idOf("/users?exact=true&username=" + name);
  }

  /** Takes back all that a user let a client do, as he could himself. */
  void withdrawConsent(String subject, String client) {
    administer("DELETE", "/users/" + subject + "/consents/" + client, null);
  }

  /** The first that the list has. */
  private String idOf(String list) {
    Matcher found = Pattern.compile("\"id\":\"([^\"]+)\"").matcher(administer("GET", list, null));
    if (!found.find()) throw new AssertionError("nothing is in " + list);
    return found.group(1);
  }

  private void makeRealm() {
    administer("POST", null, Json.write(realm()));
  }

  private static Map<String, Object> realm() {
    return Map.of(
        "realm", "shop",
        "enabled", true,
        "roles", Map.of("realm", List.of(Map.of("name", "clerk"))),
        "clients", List.of(client()),
        "users", List.of(alice()));
  }

  private static Map<String, Object> client() {
    return Map.of(
        "clientId",
        CLIENT,
        "secret",
        CLIENT_SECRET,
        "directAccessGrantsEnabled",
        true,
        "protocolMappers",
        List.of(
            Map.of(
                "name", "audience",
                "protocol", "openid-connect",
                "protocolMapper", "oidc-audience-mapper",
                "config",
                    Map.of(
                        "included.client.audience", CLIENT,
                        "access.token.claim", "true",
                        "introspection.token.claim", "true"))));
  }

  private static Map<String, Object> alice() {
    Map<String, Object> alice = new LinkedHashMap<>(user("alice", ALICES_PASSWORD));
    alice.put("realmRoles", List.of("clerk"));
    return alice;
  }

  private static Map<String, Object> user(String name, String password) {
    return Map.of(
        "username",
        name,
        "enabled",
        true,
        "email",
        name + "@example.com",
        "emailVerified",
        true,
        "firstName",
        "Alice",
        "lastName",
        "Example",
        "credentials",
        List.of(Map.of("type", "password", "value", password)));
  }

  /**
   * Asks the realm's administration.
   *
   * @param path null: that of all realms
   * @param body JSON
   */
  private String administer(String method, @Nullable String path, @Nullable String body) {
    String token =
        text(
            form(
                "/realms/master/protocol/openid-connect/token",
                Map.of(
                    "grant_type",
                    "password",
                    "client_id",
                    "admin-cli",
                    "username",
                    ADMIN,
                    "password",
                    ADMIN_PASSWORD)),
            "access_token");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url("/admin/realms" + (path == null ? "" : "/shop" + path)))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json");
    return send(
        request.method(
            method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
  }

  private Map<String, @Nullable Object> form(String path, Map<String, String> fields) {
    String body =
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    String answer =
        send(
            HttpRequest.newBuilder(url(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    if (answer.isEmpty()) return Map.of();
    try {
      return Json.readObject(answer.getBytes(StandardCharsets.UTF_8));
    } catch (JsonException e) {
      throw new AssertionError("Keycloak answers with JSON", e);
    }
  }

  private String send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new AssertionError(
            answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String text(Map<String, @Nullable Object> answer, String name) {
    if (answer.get(name) instanceof String text) return text;
    throw new AssertionError("no " + name + " in the answer");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The script leaves its place to the JVM, but not everywhere. */
  @Override
  public void close() {
    List<ProcessHandle> all = new ArrayList<>(server.descendants().toList());
    all.add(server.toHandle());
    for (ProcessHandle each : all) each.destroyForcibly();
    for (ProcessHandle each : all) each.onExit().join();
  }
}
