package io.github.sallyport.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Authentication;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.config.SettingsReader;
import io.github.sallyport.jwt.Keycloak.Tokens;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The preset and its product: a running Keycloak, which signs, rotates and is asked. */
@Tag("keycloak")
class KeycloakTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static Keycloak keycloak;

  @BeforeAll
  static void start() throws IOException {
    keycloak = Keycloak.start();
  }

  @AfterAll
  static void stop() {
    if (keycloak != null) keycloak.close();
  }

  @Test
  void itsTokensAreFoundOutByDiscoveryAndTheirKeysFollowItsAdministration() {
    try (CapturedLog log = new CapturedLog("sallyport.jwt");
        JwtAuthenticator authenticator =
            JwtAuthenticator.open(List.of(issuer()), Clock.systemUTC())) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(log.lines())
                      .contains("INFO The keys of issuer shop were read: 1, for [RS256]"));
      Tokens first = keycloak.signIn();
      User alice = Bench.user(authenticator, first.access());
      assertThat(alice.name()).isEqualTo("alice");
      assertThat(alice.issuer()).isEqualTo(keycloak.issuer());
      assertThat(alice.roles()).contains("clerk");
      assertThat(alice.scopes()).contains("openid", "email");
      assertThat(Bench.refused(authenticator, first.refresh()).detail())
          .isEqualTo("The token's algorithm is not one that its issuer may use.");

      keycloak.rotate();
      Tokens second = keycloak.signIn();
      assertThat(Bench.user(authenticator, second.access())).as("at once").isNotNull();
      assertThat(Bench.user(authenticator, first.access())).as("both").isNotNull();

      keycloak.withdrawFirstKey();
      await()
          .atMost(PATIENCE)
          .until(
              () -> Bench.show(authenticator, first.access()), Authentication.No.class::isInstance);
      assertThat(Bench.user(authenticator, second.access())).isNotNull();
    }
  }

  @Test
  void askedAboutATokenItKnowsOfASignOut() throws TokenFault {
    Issuer issuer = issuer();
    JwksHttp http = new JwksHttp(PATIENCE);
    OpaqueTokens opaque =
        new OpaqueTokens(
            issuer,
            new IntrospectionEndpoint(
                keycloak.introspection(), Keycloak.CLIENT, new Secret(Keycloak.CLIENT_SECRET)),
            http,
            Clock.systemUTC(),
            null,
            null);
    try (http;
        JwtAuthenticator locally = JwtAuthenticator.open(List.of(issuer), Clock.systemUTC())) {
      Tokens staying = keycloak.signIn();
      Tokens leaving = keycloak.signIn();
      User alice = opaque.find(leaving.access()).user();
      assertThat(alice.name()).isEqualTo("alice");
      assertThat(alice.roles()).contains("clerk");

      keycloak.signOut(leaving);
      assertThatThrownBy(() -> opaque.find(leaving.access()))
          .isInstanceOf(TokenFault.class)
          .hasMessageContaining("not active");
      assertThat(opaque.find(staying.access()).user().subject()).isEqualTo(alice.subject());
      assertThat(Bench.user(locally, leaving.access()))
          .as("who only verifies does not hear of it before the token ends")
          .isNotNull();
    }
  }

  private static Issuer issuer() {
    return SettingsReader.read(
            Map.of(
                "sallyport.issuer.shop.iss",
                keycloak.issuer(),
                "sallyport.issuer.shop.preset",
                "keycloak",
                "sallyport.issuer.shop.discovery",
                keycloak.issuer(),
                "sallyport.issuer.shop.audiences",
                Keycloak.CLIENT,
                "sallyport.issuer.shop.jwks-refresh",
                "PT1S"),
            KeycloakTest.class.getClassLoader(),
            Map.of("PATH", "/bin"))
        .issuers()
        .get(0);
  }
}
