package io.github.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.store.StoreSettings.Source;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** A {@link Node} as tests see it. */
final class RunningNode implements AutoCloseable {
  private static final String ADMIN = "the-first-administrators-key-of-these-tests";
  private static final String KEYS = "/sallyport/keys";

  private final Child child;
  private final Wire wire;

  private RunningNode(Child child) {
    this.child = child;
    String said = child.line();
    if (!said.startsWith("port ")) throw new AssertionError(said + "\n" + child.log());
    this.wire = new Wire(Integer.parseInt(said.substring(5)));
  }

  /** Waits until it serves. */
  static RunningNode await(Child child) {
    return new RunningNode(child);
  }

  /**
   * The settings that all nodes on one database share.
   *
   * @param more names and values of variables
   */
  static Map<String, String> settings(Source.Url database, String... more) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("SALLYPORT_STORE_URL", database.url().reveal());
    settings.put("SALLYPORT_STORE_USERNAME", String.valueOf(database.username()));
    settings.put("SALLYPORT_ADMIN_ENABLED", "true");
    settings.put("SALLYPORT_ADMIN_INITIAL_KEY_DIGEST", sha256(ADMIN));
    settings.put("SALLYPORT_API_KEY_PEPPER", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy");
    for (int i = 0; i < more.length; i += 2) settings.put(more[i], more[i + 1]);
    return settings;
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** The same, for nodes that issue tokens too. */
  static Map<String, String> withTokens(Map<String, String> settings) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put("SALLYPORT_TOKEN_ISSUER", "http://localhost:8080");
    return more;
  }

  /** A key: its public name and its text. */
  record Issued(String id, String text) {}

  Issued issue() {
    Reply reply =
        wire.send(
            "POST",
            KEYS,
            "{\"owner\":\"acme\",\"scopes\":[]}",
            new String[] {"X-API-Key: " + ADMIN, "Content-Type: application/json"});
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    return new Issued(member(reply, "id"), member(reply, "key"));
  }

  void revoke(Issued key) {
    Reply reply = wire.send("DELETE", KEYS + "/" + key.id(), "X-API-Key: " + ADMIN);
    assertThat(reply.status()).as(reply.body()).isEqualTo(204);
  }

  /** The status of the page, shown this key. */
  int page(Issued key) {
    return wire.send("GET", Node.PAGE, "X-API-Key: " + key.text()).status();
  }

  /** The status of the page, shown this key; 0: no answer, since the node is gone. */
  int pageUnlessGone(Issued key) {
    try {
      return page(key);
    } catch (AssertionError | RuntimeException e) {
      return 0;
    }
  }

  /** How often the page was reached: who was refused did not come so far. */
  long served() {
    child.say("served?");
    return Long.parseLong(child.line().substring("served ".length()));
  }

  /** An access token, made of a key. */
  String token(Issued key) {
    Reply reply =
        form("/sallyport/token", "grant_type=client_credentials", "X-API-Key: " + key.text());
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return member(reply, "access_token");
  }

  /** An access token of a user, who has logged in. */
  String login(String user) {
    Reply reply = form(Node.LOGIN, "user=" + user, "X-API-Key: " + ADMIN);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return reply.body();
  }

  /** Takes a token back, by the key that it was made of. */
  void revoke(String token, Issued key) {
    Reply reply = form("/sallyport/revoke", "token=" + token, "X-API-Key: " + key.text());
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
  }

  /** Takes all tokens of a user back. */
  void revokeAll(String user) {
    Reply reply =
        wire.send(
            "POST",
            "/sallyport/users/revoke-tokens",
            "{\"subject\":\"" + user + "\"}",
            new String[] {"X-API-Key: " + ADMIN, "Content-Type: application/json"});
    assertThat(reply.status()).as(reply.body()).isEqualTo(204);
  }

  private Reply form(String path, String body, String header) {
    return wire.send(
        "POST",
        path,
        body,
        new String[] {header, "Content-Type: application/x-www-form-urlencoded"});
  }

  /** What the page answers who shows this token: the status, and the code of a refusal. */
  String page(String token) {
    Reply reply = wire.send("GET", Node.PAGE, "Authorization: Bearer " + token);
    return (reply.status() + " " + reply.code()).strip();
  }

  int port() {
    return wire.port();
  }

  String log() {
    return child.log();
  }

  boolean isAlive() {
    return child.isAlive();
  }

  void kill() {
    child.kill();
  }

  @Override
  public void close() {
    child.close();
  }

  private static String member(Reply reply, String name) {
    String start = "\"" + name + "\":\"";
    int at = reply.body().indexOf(start) + start.length();
    return reply.body().substring(at, reply.body().indexOf('"', at));
  }
}
