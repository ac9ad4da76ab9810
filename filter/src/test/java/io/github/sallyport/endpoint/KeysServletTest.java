package io.github.sallyport.endpoint;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.boot.SallyportInitializer;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.json.Json;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysServletTest {
  private static final String KEYS = "/sallyport/keys";

  @TempDir private static Path data;
  private static TestServer server;
  private static Wire wire;
  private static String admin;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> parameters =
        Map.of("sallyport.data", data.toString(), "sallyport.admin.enabled", "true");
    server =
        new TestServer()
            .filter(SallyportFilter.class, parameters, "/*")
            .initializer(new SallyportInitializer());
    wire = server.start();
    admin = Files.readString(data.resolve("initial-admin-key")).strip();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static Reply post(String key, String body, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    if (headers.length == 0) all.add("Content-Type: application/json");
    all.add("X-API-Key: " + key);
    return wire.send("POST", KEYS, body, all.toArray(String[]::new));
  }

  private static Reply as(String key, String method, String path) {
    return wire.send(method, path, "X-API-Key: " + key);
  }

  private static Map<String, Object> json(Reply reply) throws Exception {
    return Json.readObject(reply.body().getBytes(StandardCharsets.UTF_8));
  }

  private static List<?> items(Map<String, Object> json) {
    return (List<?>) requireNonNull(json.get("items"));
  }

  private static String issue(String owner, String scopes) throws Exception {
    Reply reply = post(admin, "{\"owner\":\"" + owner + "\",\"scopes\":" + scopes + "}");
    assertThat(reply.status()).isEqualTo(201);
    return (String) requireNonNull(json(reply).get("key"));
  }

  @Test
  void anIssuedKeyIsShownOnceWithItsRecord() throws Exception {
    Reply reply =
        post(
            admin,
            "{\"owner\":\"acme\",\"name\":\"billing\",\"scopes\":[\"b\",\"a\"],\"roles\":[\"r\"],"
                + "\"plan\":\"free\",\"environment\":\"test\",\"kind\":\"secret\","
                + "\"notBefore\":\"2026-01-01T00:00:00Z\",\"expiresAt\":\"2099-01-01T01:00:00+01:00\"}");
    assertThat(reply.status()).isEqualTo(201);
    assertThat(reply.header("Cache-Control")).contains("no-store");
    Map<String, Object> record = json(reply);
    String id = (String) record.get("id");
    assertThat(reply.header("Location")).contains(KEYS + "/" + id);
    assertThat((String) record.get("key")).startsWith("sp_test_" + id + "_").hasSize(61);
    assertThat(record)
        .containsEntry("owner", "acme")
        .containsEntry("name", "billing")
        .containsEntry("scopes", List.of("a", "b"))
        .containsEntry("roles", List.of("r"))
        .containsEntry("plan", "free")
        .containsEntry("environment", "test")
        .containsEntry("kind", "secret")
        .containsEntry("status", "active")
        .containsEntry("notBefore", "2026-01-01T00:00:00Z")
        .containsEntry("expiresAt", "2099-01-01T00:00:00Z");

    Reply shown = as(admin, "GET", KEYS + "/" + id);
    assertThat(shown.status()).isEqualTo(200);
    assertThat(json(shown)).doesNotContainKey("key").containsEntry("owner", "acme");
    assertThat(shown.body()).doesNotContain((String) record.get("key")).doesNotContain("digest");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[]|one JSON object",
        "{|one JSON object",
        "{\"owner\":\"a\",\"owner\":\"b\",\"scopes\":[]}|one JSON object",
        "{\"scopes\":[]}|\"owner\" is missing",
        "{\"owner\":\"a\"}|\"scopes\" must be an array of strings",
        "{\"owner\":1,\"scopes\":[]}|\"owner\" must be a string",
        "{\"owner\":\"\",\"scopes\":[]}|owner",
        "{\"owner\":\"a\",\"scopes\":\"x\"}|array of strings",
        "{\"owner\":\"a\",\"scopes\":[1]}|array of strings",
        "{\"owner\":\"a\",\"scopes\":[\"with space\"]}|scope",
        "{\"owner\":\"a\",\"scopes\":null}|array of strings",
        "{\"owner\":\"a\",\"scopes\":[],\"Owner\":\"b\"}|a member that is not known",
        "{\"owner\":\"a\",\"scopes\":[],\"metadata\":[]}|\"metadata\" must be an object",
        "{\"owner\":\"a\",\"scopes\":[],\"metadata\":{\"a\":{\"b\":{\"c\":{}}}}}|at most 3 deep",
        "{\"owner\":\"a\",\"scopes\":[],\"kind\":\"magic\"}|must be secret or publishable",
        "{\"owner\":\"a\",\"scopes\":[],\"kind\":\"publishable\"}|origins must be given",
        "{\"owner\":\"a\",\"scopes\":[],\"addresses\":[\"localhost\"]}|an IP address or a range",
        "{\"owner\":\"a\",\"scopes\":[],\"addresses\":[\"10.0.0.1/8\"]}|beyond the prefix",
        "{\"owner\":\"a\",\"scopes\":[],\"origins\":[\"app.example.com\"]}|each of origins",
        "{\"owner\":\"a\",\"scopes\":[],\"expiresAt\":\"tomorrow\"}|RFC 3339",
        "{\"owner\":\"a\",\"scopes\":[],\"environment\":\"LIVE\"}|environment"
      })
  void aBodyThatCantBeUnderstoodIsAnsweredWithTheMend(String body, String mend) throws Exception {
    int before = items(json(as(admin, "GET", KEYS + "?limit=200"))).size();
    Reply reply = post(admin, body);
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.header("Content-Type")).contains("application/problem+json");
    assertThat((String) json(reply).get("detail")).contains(mend);
    int after = items(json(as(admin, "GET", KEYS + "?limit=200"))).size();
    assertThat(after).isEqualTo(before);
  }

  @Test
  void aBodyOfAnotherTypeOrTooLargeIsRefused() {
    assertThat(post(admin, "{}", "Content-Type: text/plain").status()).isEqualTo(415);
    assertThat(post(admin, "{}", "X-Nothing: here").status()).isEqualTo(415);
    assertThat(post(admin, " ".repeat(65_537)).status()).isEqualTo(413);
  }

  @Test
  void onlyAnAdministratorAdministers() throws Exception {
    String key = issue("plain", "[\"orders:read\"]");
    for (String method : new String[] {"GET", "POST", "DELETE"}) {
      Reply reply = as(key, method, KEYS + (method.equals("DELETE") ? "/x" : ""));
      assertThat(reply.code()).as(method).isEqualTo("scope_insufficient");
      assertThat(reply.all("WWW-Authenticate"))
          .singleElement()
          .asString()
          .contains("scope=\"sallyport:admin\"");
    }
    assertThat(wire.send("GET", KEYS).code()).isEqualTo("credential_missing");
  }

  @Test
  void noAdministratorGrantsAScopeOfOursThatItDoesNotHold() throws Exception {
    String lesser = issue("lesser", "[\"sallyport:admin\"]");
    assertThat(post(lesser, "{\"owner\":\"x\",\"scopes\":[\"sallyport:exchange\"]}").code())
        .isEqualTo("scope_insufficient");
    assertThat(post(lesser, "{\"owner\":\"x\",\"scopes\":[\"sallyport:admin\"]}").status())
        .isEqualTo(201);
    assertThat(post(admin, "{\"owner\":\"x\",\"scopes\":[\"sallyport:exchange\"]}").status())
        .isEqualTo(201);
    assertThat(post(admin, "{\"owner\":\"x\",\"scopes\":[\"sallyport:made-up\"]}").code())
        .isEqualTo("scope_insufficient");
  }

  @Test
  void aListIsReadPageByPage() throws Exception {
    for (int i = 0; i < 5; i++) issue("paged", "[]");
    List<Object> ids = new ArrayList<>();
    String cursor = "";
    for (int page = 0; page < 3; page++) {
      Map<String, Object> json = json(as(admin, "GET", KEYS + "?owner=paged&limit=2" + cursor));
      for (Object item : items(json)) ids.add(((Map<?, ?>) item).get("id"));
      if (page == 2) assertThat(json.get("next")).isNull();
      else cursor = "&cursor=" + json.get("next");
    }
    assertThat(ids).hasSize(5).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0",
    "limit=201",
    "limit=x",
    "cursor=%27",
    "cursor=x",
    "limit=1&limit=2",
    "unknown=1"
  })
  void aQueryThatCantBeUnderstoodIsRefused(String query) {
    assertThat(as(admin, "GET", KEYS + "?" + query).status()).isEqualTo(400);
  }

  @Test
  void whatIsNotThereIsNotFoundAndWhatIsNotKnownIsNotAllowed() {
    assertThat(as(admin, "GET", KEYS + "/0123456789abcd").status()).isEqualTo(404);
    assertThat(as(admin, "DELETE", KEYS + "/0123456789abcd").status()).isEqualTo(404);
    assertThat(as(admin, "DELETE", KEYS + "/x'%20OR%201=1").status()).isEqualTo(404);
    assertThat(as(admin, "GET", KEYS + "/a/b").status()).isEqualTo(404);
    Reply put = as(admin, "PUT", KEYS);
    assertThat(put.status()).isEqualTo(405);
    assertThat(put.header("Allow")).contains("GET, HEAD, POST");
    assertThat(as(admin, "DELETE", KEYS).status()).isEqualTo(405);
  }
}
