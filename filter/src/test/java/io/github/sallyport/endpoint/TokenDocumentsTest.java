package io.github.sallyport.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.boot.SallyportInitializer;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.KeySource.KeySet;
import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jose4j.jwk.JsonWebKeySet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The key set and the metadata, behind the filter as everybody sees them. */
class TokenDocumentsTest {
  private static final String JWKS = "/sallyport/jwks.json";
  private static final String SERVER = "/sallyport/oauth-authorization-server";
  private static final String RESOURCE = "/sallyport/oauth-protected-resource";
  private static final SigningKey RSA = SigningKey.generate(SignatureAlgorithm.RS256);
  private static final SigningKey EC = SigningKey.generate(SignatureAlgorithm.ES256);

  @TempDir private static Path data;
  private static TestServer server;
  private static Wire wire;
  private static volatile @Nullable KeySet published = set(RSA, EC);

  private static KeySet set(SigningKey... keys) {
    return new KeySet(Stream.of(keys).map(SigningKey::verifying).toList(), keys.length);
  }

  private static KeySet published() {
    KeySet now = published;
    if (now == null) throw new StoreUnavailableException("down");
    return now;
  }

  @BeforeAll
  static void start() throws Exception {
    server =
        new TestServer()
            .filter(
                SallyportFilter.class,
                Map.of(
                    "sallyport.data",
                    data.toString(),
                    "sallyport.resource",
                    "https://orders.example/v1"),
                "/*")
            .initializer(new SallyportInitializer())
            .servlet("/page", new HttpServlet() {})
            .servlet(JWKS, new JwksServlet(TokenDocumentsTest::published))
            .servlet(
                SERVER,
                MetadataServlet.of(new AuthorizationServerMetadata("https://orders.example/")))
            .servlet(
                RESOURCE,
                MetadataServlet.of(
                    new ProtectedResourceMetadata(
                        URI.create("https://orders.example/v1"),
                        List.of(
                            "https://orders.example",
                            "https://login.example",
                            "login",
                            "http://plain.example",
                            "http://localhost.example",
                            "http://localhost:8080",
                            "https://login.example/?q",
                            "https://login.example"),
                        List.of("b", "a"))));
    wire = server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static Map<String, @Nullable Object> read(String path) throws Exception {
    Reply reply = wire.send("GET", path);
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return Json.readObject(reply.body().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theKeySetHasEveryPublishedKeyAndNothingPrivate() throws Exception {
    Reply reply = wire.send("GET", JWKS);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
    assertThat(reply.header("Cache-Control")).contains("public, max-age=300");
    JsonWebKeySet set = new JsonWebKeySet(reply.body());
    assertThat(set.getJsonWebKeys()).extracting("keyId").containsExactly(RSA.kid(), EC.kid());
    assertThat(reply.body()).doesNotContain("\"d\"", "\"p\"", "\"q\"", "\"k\"");
  }

  @Test
  void whoHasItAlreadyIsToldSo() {
    Reply reply = wire.send("GET", JWKS);
    String tag = reply.header("ETag").orElseThrow();
    assertThat(tag).startsWith("\"").endsWith("\"");
    for (String known : List.of(tag, "W/" + tag, "\"x\", " + tag, "*")) {
      Reply same = wire.send("GET", JWKS, "If-None-Match: " + known);
      assertThat(same.status()).isEqualTo(304);
      assertThat(same.body()).isEmpty();
      assertThat(same.header("ETag")).contains(tag);
      assertThat(same.header("Cache-Control")).contains("public, max-age=300");
    }
    assertThat(wire.send("GET", JWKS, "If-None-Match: \"x\"").status()).isEqualTo(200);
    published = set(EC);
    try {
      Reply other = wire.send("GET", JWKS, "If-None-Match: " + tag);
      assertThat(other.status()).isEqualTo(200);
      assertThat(other.header("ETag")).isPresent().isNotEqualTo(reply.header("ETag"));
    } finally {
      published = set(RSA, EC);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {JWKS, SERVER, RESOURCE})
  void onlyReadingIsUnderstoodAndHeadHasNoBody(String path) {
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
      Reply refused = wire.send(method, path);
      assertThat(refused.status()).as(method).isEqualTo(405);
      assertThat(refused.header("Allow")).contains("GET, HEAD");
      assertThat(refused.header("Cache-Control")).contains("no-store");
    }
    Reply head = wire.send("HEAD", path);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.header("ETag")).isEqualTo(wire.send("GET", path).header("ETag"));
  }

  @Test
  void withoutTheStoreTheKeySetIsAskedForAgain() {
    published = null;
    try {
      Reply reply = wire.send("GET", JWKS);
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.code()).isEqualTo("store_unavailable");
      assertThat(reply.header("Cache-Control")).contains("no-store");
      assertThat(reply.header("Retry-After")).isPresent();
      assertThat(reply.header("ETag")).isEmpty();
    } finally {
      published = set(RSA, EC);
    }
  }

  @Test
  void theAuthorizationServerNamesItsEndpointsWhateverTheHost() throws Exception { // RFC 8414
    Map<String, @Nullable Object> metadata = read(SERVER);

    assertThat(metadata)
        .containsEntry("issuer", "https://orders.example/")
        .containsEntry("token_endpoint", "https://orders.example/sallyport/token")
        .containsEntry("jwks_uri", "https://orders.example/sallyport/jwks.json")
        .containsEntry("revocation_endpoint", "https://orders.example/sallyport/revoke")
        .containsEntry("introspection_endpoint", "https://orders.example/sallyport/introspect")
        .containsEntry("response_types_supported", List.of())
        .containsEntry(
            "grant_types_supported",
            List.of(
                "client_credentials",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:token-exchange"));
    assertThat(wire.send("GET", SERVER, "X-Forwarded-Host: evil.example").body())
        .doesNotContain("evil", "localhost");
  }

  @Test
  void theResourceNamesThoseOfItsIssuersThatCanBeAsked() throws Exception { // RFC 9728
    Map<String, @Nullable Object> metadata = read(RESOURCE);

    assertThat(metadata.keySet())
        .isEqualTo(
            Set.of(
                "resource",
                "authorization_servers",
                "bearer_methods_supported",
                "scopes_supported"));
    assertThat(metadata)
        .containsEntry("resource", "https://orders.example/v1")
        .containsEntry(
            "authorization_servers",
            List.of("https://orders.example", "https://login.example", "http://localhost:8080"))
        .containsEntry("bearer_methods_supported", List.of("header"))
        .containsEntry("scopes_supported", List.of("a", "b"));
  }

  @Test
  void aChallengeNamesWhereTheResourceDescribesItself() {
    Reply refused = wire.send("GET", "/page", "Authorization: Bearer a.b.c");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.all("WWW-Authenticate"))
        .anySatisfy(
            challenge ->
                assertThat(challenge)
                    .startsWith("Bearer ")
                    .contains(
                        "resource_metadata=\"https://orders.example"
                            + "/.well-known/oauth-protected-resource/v1\""));
  }
}
