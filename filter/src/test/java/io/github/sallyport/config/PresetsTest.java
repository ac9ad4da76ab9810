package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Authentication;
import io.github.sallyport.Credential;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.jwt.JwtAuthenticator;
import io.github.sallyport.jwt.KeySource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Tokens of the shape that each product documents, by its preset and by nothing else; and what of
 * the same product is no access token.
 */
class PresetsTest {
  private static final String OWN = "sallyport.issuer.acme.";
  private static final Instant NOW = Instant.ofEpochSecond(1_790_000_060);
  private static final KeyPair PAIR = pair();

  @Test
  void keycloak() {
    String token =
        """
        {"exp":1790000300,"iat":1790000000,"auth_time":1789999990,"jti":"onrtac:5c1a",
         "iss":"ISS","aud":["orders","account"],"sub":"f3a6","typ":"Bearer","azp":"web",
         "sid":"s-1","acr":"1","allowed-origins":["https://app.example"],
         "realm_access":{"roles":["offline_access","clerk"]},
         "resource_access":{"account":{"roles":["manage-account"]}},
         "scope":"openid orders:read email","email_verified":true,
         "preferred_username":"alice","email":"alice@example.com"}""";
    User user = accepted("keycloak", token);
    assertThat(user.name()).isEqualTo("alice");
    assertThat(user.subject()).isEqualTo("f3a6");
    assertThat(user.roles()).containsExactlyInAnyOrder("offline_access", "clerk");
    assertThat(user.scopes()).containsExactlyInAnyOrder("openid", "orders:read", "email");
    for (String other : List.of("ID", "Refresh", "Offline", "Logout", "bearer")) {
      assertThat(refused("keycloak", token.replace("\"Bearer\"", "\"" + other + "\"")))
          .isEqualTo("The token's claim typ says that it is no access token.");
    }
    // A role of one client, by a path of the deployer's.
    Deployer ofClient =
        deployer("keycloak").property(OWN + "roles-claim", "resource_access/account/roles");
    assertThat(accepted(ofClient, token).roles()).containsExactly("manage-account");
    assertThat(accepted("none", token).roles()).isEmpty();
  }

  @Test
  void auth0() {
    String token =
        """
        {"iss":"ISS","sub":"auth0|5f7c","aud":["orders","https://tenant.auth0.com/userinfo"],
         "iat":1790000000,"exp":1790086400,"azp":"my_client","scope":"openid orders:read",
         "permissions":["read:orders"],"https://example.com/roles":["clerk"]}""";
    User user = accepted("auth0", token);
    assertThat(user.name()).isEqualTo("auth0|5f7c");
    assertThat(user.scopes()).containsExactly("read:orders");
    assertThat(user.roles()).isEmpty();
    assertThat(accepted("auth0", token.replace("permissions", "x")).scopes())
        .containsExactlyInAnyOrder("openid", "orders:read");
    Deployer namespaced =
        deployer("auth0").property(OWN + "roles-claim", "https://example.com/roles");
    assertThat(accepted(namespaced, token).roles()).containsExactly("clerk");
    // An ID token is for the client.
    assertThat(refused("auth0", token.replace("\"orders\",", "")))
        .isEqualTo("The token is for another audience.");
  }

  @Test
  void entra() {
    String token =
        """
        {"aud":"orders","iss":"ISS","iat":1790000000,"nbf":1790000000,"exp":1790003900,
         "aio":"AXQAi","azp":"1dc9","azpacr":"1","name":"Alice","oid":"4a1b",
         "preferred_username":"alice@example.com","rh":"0.AS","roles":["Orders.Clerk"],
         "scp":"orders.read orders.write","sub":"JtR5","tid":"9c8b","uti":"uT","ver":"2.0"}""";
    User user = accepted("entra", token);
    assertThat(user.name()).isEqualTo("4a1b");
    assertThat(user.roles()).containsExactly("Orders.Clerk");
    assertThat(user.scopes()).containsExactlyInAnyOrder("orders.read", "orders.write");
    assertThat(refused("entra", token.replace("\"orders\"", "\"1dc9\"")))
        .isEqualTo("The token is for another audience."); // an ID token
    // An application's own token has no scp.
    String ofAnApplication = token.replace("\"scp\":\"orders.read orders.write\",", "");
    assertThat(accepted("entra", ofAnApplication).scopes()).isNull();
  }

  @Test
  void okta() {
    String token =
        """
        {"ver":1,"jti":"AT.0mP4","iss":"ISS","aud":"orders","iat":1790000000,"exp":1790003600,
         "cid":"0oa1","uid":"00u1","scp":["openid","orders:read"],"auth_time":1789999990,
         "sub":"alice@example.com","groups":["Everyone","clerks"]}""";
    User user = accepted("okta", token);
    assertThat(user.name()).isEqualTo("alice@example.com");
    assertThat(user.tokenId()).isEqualTo("AT.0mP4");
    assertThat(user.roles()).containsExactlyInAnyOrder("Everyone", "clerks");
    assertThat(user.scopes()).containsExactlyInAnyOrder("openid", "orders:read");
    assertThat(refused("okta", token.replace("\"cid\"", "\"nonce\"")))
        .isEqualTo("The token's claim cid is missing."); // an ID token
    assertThat(refused("okta", token.replace("\"aud\":\"orders\"", "\"aud\":\"0oa1\"")))
        .isEqualTo("The token is for another audience.");
  }

  @Test
  void cognito() {
    String token =
        """
        {"sub":"aaaa-bbbb","cognito:groups":["clerks"],"iss":"ISS","version":2,
         "client_id":"orders","origin_jti":"o-1","event_id":"e-1","token_use":"access",
         "scope":"openid orders/read","auth_time":1790000000,"exp":1790003600,
         "iat":1790000000,"jti":"j-1","username":"alice"}""";
    User user = accepted("cognito", token);
    assertThat(user.name()).isEqualTo("alice");
    assertThat(user.roles()).containsExactly("clerks");
    assertThat(user.scopes()).containsExactlyInAnyOrder("openid", "orders/read");
    assertThat(refused("cognito", token.replace("\"orders\"", "\"another\"")))
        .isEqualTo("The token is for another audience.");
    String id = token.replace("\"access\"", "\"id\"");
    assertThat(refused("cognito", id.replace("\"client_id\":\"orders\"", "\"aud\":\"orders\"")))
        .isEqualTo("The token's claim client_id is missing.");
    assertThat(refused("cognito", id))
        .isEqualTo("The token's claim token_use says that it is no access token.");
    // Without the preset its access tokens have no audience at all.
    assertThat(refused("none", token)).isEqualTo("The token's claim aud is missing.");
  }

  @Test
  void withAPresetTheIssFindsTheKeys() {
    Deployer without =
        new Deployer()
            .property(OWN + "iss", "https://sso.example/realms/shop")
            .property(OWN + "preset", "keycloak");
    assertThat(without.deploy().issuers().get(0).keys())
        .isEqualTo(
            new KeySource.Discovered(
                URI.create("https://sso.example/realms/shop/.well-known/openid-configuration"),
                false,
                Duration.ofMinutes(5),
                Duration.ofDays(1)));
    assertThat(without.property(OWN + "iss", "shop").mistakes())
        .containsExactly(
            OWN + "iss: is not an https: URL with a host, and without user or fragment");
    assertThat(without.property(OWN + "preset", "none").mistakes())
        .singleElement()
        .asString()
        .startsWith(OWN + "jwks: is missing");
  }

  @Test
  void aPresetThatNobodyKnowsStopsTheDeployment() {
    assertThat(deployer("okto").mistakes())
        .containsExactly(
            OWN + "preset: \"okto\" is not one of none, keycloak, auth0, entra, okta, cognito");
  }

  private static Deployer deployer(String preset) {
    return new Deployer()
        .property(OWN + "iss", "https://issuer.example")
        .property(OWN + "audiences", "orders")
        .property(OWN + "preset", preset)
        .property(
            OWN + "public-key",
            "-----BEGIN PUBLIC KEY-----"
                + Base64.getEncoder().encodeToString(PAIR.getPublic().getEncoded())
                + "-----END PUBLIC KEY-----");
  }

  private static User accepted(String preset, String payload) {
    return accepted(deployer(preset), payload);
  }

  private static User accepted(Deployer deployer, String payload) {
    Authentication answer = show(deployer, payload);
    assertThat(answer).isInstanceOf(Authentication.Known.class);
    return ((Authentication.Known) answer).caller().user().orElseThrow();
  }

  private static String refused(String preset, String payload) {
    Authentication answer = show(deployer(preset), payload);
    assertThat(answer).isInstanceOf(Authentication.No.class);
    return ((Authentication.No) answer).why().detail();
  }

  private static Authentication show(Deployer deployer, String payload) {
    List<Issuer> issuers = deployer.deploy().issuers();
    String claims = payload.replace("\"ISS\"", "\"https://issuer.example\"");
    try (JwtAuthenticator authenticator =
        JwtAuthenticator.open(issuers, Clock.fixed(NOW, ZoneOffset.UTC))) {
      return authenticator.authenticate(new Credential.Bearer(new Secret(signed(claims))));
    }
  }

  private static String signed(String claims) {
    String input = base64(Json.write(Map.of("alg", "RS256", "kid", "k"))) + "." + base64(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(PAIR.getPrivate());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
