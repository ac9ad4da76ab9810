package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.jwt.IntrospectionEndpoint;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.jwt.KeySource;
import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.LogCapture;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Issuers by their settings; keys that are written down have a test of their own. */
class IssuersInTheConfigurationTest {
  private static final String ACME = "sallyport.issuer.acme.";

  private final Deployer deployer = new Deployer();
  private final Deployer mp = new Deployer();

  @BeforeEach
  void setWhatIsNeeded() {
    deployer.property(ACME + "iss", "https://acme.example/");
    deployer.property(ACME + "jwks", "https://acme.example/jwks");
    mp.property("mp.jwt.verify.issuer", "https://mp.example/");
    mp.property("mp.jwt.verify.publickey.location", "https://mp.example/jwks");
  }

  @Test
  void anIssuerHasTheDefaultsOfTheTable() {
    assertThat(deployer.deploy().issuers())
        .containsExactly(
            new Issuer(
                "acme",
                "https://acme.example/",
                jwks("https://acme.example/jwks"),
                Set.of(SignatureAlgorithm.RS256),
                Set.of(),
                Set.of(),
                Set.of(),
                List.of("sub"),
                "groups",
                List.of("scope", "scp"),
                Duration.ofMinutes(1),
                null));
  }

  @Test
  void everyValueReachesItsIssuer() {
    deployer.property(ACME + "audiences", "orders, billing");
    deployer.property(ACME + "algorithms", "ES256,RS256");
    deployer.property(ACME + "type", "at+jwt");
    deployer.property(ACME + "required-claims", "jti,azp");
    deployer.property(ACME + "roles-claim", "realm_access/roles");
    deployer.property(ACME + "scopes-claim", "permissions");
    deployer.property(ACME + "name-claim", "preferred_username");
    deployer.property(ACME + "clock-skew", "PT0S");
    deployer.property(ACME + "max-age", "PT1H");
    deployer.property(ACME + "jwks-refresh", "PT1M");
    deployer.property(ACME + "jwks-max-stale", "PT0S");

    assertThat(deployer.deploy().issuers())
        .containsExactly(
            new Issuer(
                "acme",
                "https://acme.example/",
                new KeySource.Jwks(
                    URI.create("https://acme.example/jwks"), Duration.ofMinutes(1), Duration.ZERO),
                Set.of(SignatureAlgorithm.RS256, SignatureAlgorithm.ES256),
                Set.of("orders", "billing"),
                Set.of("at+jwt"),
                Set.of("jti", "azp"),
                List.of("preferred_username"),
                "realm_access/roles",
                List.of("permissions"),
                Duration.ZERO,
                Duration.ofHours(1)));
  }

  @Test
  void theIssuerOfMicroProfileJwtHasItsDefaults() {
    assertThat(mp.deploy().issuers())
        .containsExactly(
            new Issuer(
                "mp.jwt",
                "https://mp.example/",
                jwks("https://mp.example/jwks"),
                Set.of(SignatureAlgorithm.RS256),
                Set.of(),
                Set.of(),
                Set.of(),
                List.of("upn", "preferred_username", "sub"),
                "groups",
                List.of("scope", "scp"),
                Duration.ofSeconds(60),
                null));
  }

  @Test
  void everyValueOfMicroProfileJwtReachesItsIssuer() {
    mp.property("mp.jwt.verify.publickey.algorithm", "ES256");
    mp.property("mp.jwt.verify.audiences", "a,b");
    mp.property("mp.jwt.verify.clock.skew", "5");
    mp.property("mp.jwt.verify.token.age", "300");
    mp.property("mp.jwt.token.header", "Authorization");

    Issuer issuer = mp.deploy().issuers().get(0);

    assertThat(issuer.algorithms()).containsExactly(SignatureAlgorithm.ES256);
    assertThat(issuer.audiences()).containsExactlyInAnyOrder("a", "b");
    assertThat(issuer.clockSkew()).isEqualTo(Duration.ofSeconds(5));
    assertThat(issuer.maxAge()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void theEnvironmentSetsTheIssuerOfMicroProfileJwt() {
    Deployer outside = new Deployer();
    outside.variable("MP_JWT_VERIFY_ISSUER", "https://mp.example/");
    outside.variable("MP_JWT_VERIFY_PUBLICKEY_LOCATION", "https://mp.example/jwks");

    assertThat(outside.deploy().issuers())
        .extracting(Issuer::iss)
        .containsExactly("https://mp.example/");
  }

  @Test
  void theIssuerOfMicroProfileJwtStandsBesideOthers() {
    mp.property(ACME + "iss", "https://acme.example/");
    mp.property(ACME + "jwks", "https://acme.example/jwks");

    assertThat(mp.deploy().issuers()).extracting(Issuer::name).containsExactly("mp.jwt", "acme");
  }

  @Test
  void twoIssuersWithOneIssStopTheDeployment() {
    mp.property(ACME + "iss", "https://mp.example/");
    mp.property(ACME + "jwks", "https://acme.example/jwks");

    assertThat(mp.mistakes())
        .containsExactly("sallyport.issuer.acme.iss: is the same as mp.jwt.verify.issuer");
  }

  @Test
  void anIssuerNeedsItsIss() {
    Deployer without = new Deployer().property(ACME + "jwks", "https://acme.example/jwks");

    assertThat(without.mistakes())
        .containsExactly("sallyport.issuer.acme.iss: is missing; an issuer needs it");
  }

  @Test
  void theIssuerOfMicroProfileJwtNeedsItsIss() {
    Deployer without =
        new Deployer().property("mp.jwt.verify.publickey.location", "https://mp.example/jwks");

    assertThat(without.mistakes())
        .containsExactly("mp.jwt.verify.issuer: is missing; an issuer needs it");
  }

  @Test
  void anIssuerNeedsKeys() {
    assertThat(new Deployer().property(ACME + "iss", "x").mistakes())
        .containsExactly(
            "sallyport.issuer.acme.jwks: is missing; an issuer needs this or"
                + " sallyport.issuer.acme.discovery or sallyport.issuer.acme.public-key or"
                + " sallyport.issuer.acme.secret");
    assertThat(new Deployer().property("mp.jwt.verify.issuer", "x").mistakes())
        .containsExactly(
            "mp.jwt.verify.publickey: is missing; an issuer needs this or"
                + " mp.jwt.verify.publickey.location");
  }

  @Test
  void aSharedSecretIsForHmacsAndTheirDefaultIsHs256() {
    String secret = "a secret of exactly 64 bytes, no more and no less, as HS512 wants";
    KnownSecrets.add(secret);
    Deployer shared = new Deployer().property(ACME + "iss", "x").property(ACME + "secret", secret);
    Issuer issuer = shared.deploy().issuers().get(0);
    assertThat(issuer.algorithms()).containsExactly(SignatureAlgorithm.HS256);
    assertThat(issuer.keys().toString()).isEqualTo("Fixed[keys=[Named[null, HS256]]]");
    assertThat(
            shared
                .property(ACME + "algorithms", "HS384,HS512")
                .deploy()
                .issuers()
                .get(0)
                .algorithms())
        .containsExactlyInAnyOrder(SignatureAlgorithm.HS384, SignatureAlgorithm.HS512);
    assertThat(shared.property(ACME + "algorithms", "HS256,RS256").mistakes())
        .containsExactly(
            ACME
                + "algorithms: names an algorithm of public keys beside "
                + ACME
                + "secret; use HS256, HS384 or HS512, or another issuer");
  }

  @Test // A12
  void aSecretThatIsTooShortOrBesideAPublicKeyStopsTheDeploymentAndIsNotEchoed() {
    String secret = "hunter2hunter2-of-31-characters";
    KnownSecrets.add(secret);
    Deployer wrong = new Deployer().property(ACME + "iss", "x").property(ACME + "secret", secret);
    List<String> mistakes = wrong.mistakes();
    assertThat(mistakes)
        .containsExactly(
            ACME + "secret: must have at least 32 bytes for HS256: a shorter one can be guessed");
    LogCapture.assertNoSecretIn("the report", mistakes.toString());
    assertThat(wrong.property(ACME + "jwks", "https://acme.example/jwks").mistakes())
        .contains(ACME + "jwks: is set beside " + ACME + "secret; remove one of them");
  }

  @Test
  void anIssuerThatCanBeAskedNeedsNoKeyAndOnlyOneMayBe() {
    KnownSecrets.add("hunter2hunter2");
    Deployer asking =
        new Deployer()
            .property(ACME + "iss", "x")
            .property(ACME + "introspection.url", "https://acme.example/introspect")
            .property(ACME + "introspection.client-id", "orders")
            .property(ACME + "introspection.client-secret", "hunter2hunter2");
    Issuer issuer = asking.deploy().issuers().get(0);
    assertThat(issuer.keys()).isEqualTo(new KeySource.None());
    IntrospectionEndpoint endpoint = Objects.requireNonNull(issuer.introspection());
    assertThat(endpoint.url()).isEqualTo(URI.create("https://acme.example/introspect"));
    assertThat(endpoint.clientId()).isEqualTo("orders");
    LogCapture.assertNoSecretIn("the settings", endpoint.toString());
    Deployer two =
        asking
            .property("sallyport.issuer.beta.iss", "y")
            .property("sallyport.issuer.beta.introspection.url", "http://beta.example/introspect")
            .property("sallyport.issuer.beta.introspection.client-id", "orders");
    assertThat(two.mistakes())
        .containsExactlyInAnyOrder(
            "sallyport.issuer.beta.introspection.client-secret: is missing; who asks an issuer must"
                + " say who it is",
            "sallyport.issuer.beta.introspection.url: is an http: URL; use https:, or set"
                + " sallyport.issuer.beta.allow-http=true",
            "sallyport.issuer.beta.introspection.url: is set beside"
                + " sallyport.issuer.acme.introspection.url; an opaque token does not say which of"
                + " them to ask");
    assertThat(
            new Deployer()
                .property(ACME + "iss", "x")
                .property(ACME + "jwks", "https://acme.example/jwks")
                .property(ACME + "introspection.client-id", "orders")
                .mistakes())
        .containsExactly(
            ACME + "introspection.client-id: goes with " + ACME + "introspection.url only");
  }

  @Test
  void keysComeFromOnePlace() {
    assertThat(deployer.property(ACME + "public-key", "keys.pem").mistakes())
        .containsExactly(
            "sallyport.issuer.acme.jwks: is set beside sallyport.issuer.acme.public-key; remove one"
                + " of them");
    assertThat(mp.property("mp.jwt.verify.publickey", "x").mistakes())
        .containsExactly(
            "mp.jwt.verify.publickey: is set beside mp.jwt.verify.publickey.location; remove one of"
                + " them");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost/jwks", "HTTP://127.0.0.1/", "http://[::1]:8080/jwks"})
  void plainHttpFromThisMachineItselfIsAllowed(String url) {
    deployer.property(ACME + "jwks", url);
    assertThat(deployer.deploy().issuers()).extracting(Issuer::keys).containsExactly(jwks(url));
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://acme.example/jwks", "HTTP://127.0.0.1.acme.example/"})
  void plainHttpIsAllowedByNameOnly(String url) {
    deployer.property(ACME + "jwks", url);
    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.issuer.acme.jwks: is an http: URL; use https:, or set"
                + " sallyport.issuer.acme.allow-http=true");

    deployer.property(ACME + "allow-http", "true");
    assertThat(deployer.deploy().issuers()).extracting(Issuer::keys).containsExactly(jwks(url));
  }

  @Test
  void plainHttpOfMicroProfileJwtIsAWarningUnlessItIsLoopback() {
    mp.property("mp.jwt.verify.audiences", "a").deploy();
    assertThat(plainHttpWarnings()).isEmpty();
    mp.property("mp.jwt.verify.publickey.location", "http://localhost:8081/jwks").deploy();
    mp.property("mp.jwt.verify.publickey.location", "http://127.0.0.1/jwks").deploy();
    mp.property("mp.jwt.verify.publickey.location", "http://[::1]/jwks").deploy();
    assertThat(plainHttpWarnings()).isEmpty();

    mp.property("mp.jwt.verify.publickey.location", "http://127.0.0.1.example/jwks").deploy();
    assertThat(plainHttpWarnings()).hasSize(1);
  }

  private static List<String> plainHttpWarnings() {
    return LogCapture.messages("sallyport.config", Level.WARNING).stream()
        .filter(warning -> warning.startsWith("mp.jwt.verify.publickey.location is an http: URL"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://sally:hunter2hunter2@acme.example/jwks",
        "https:/hunter2hunter2",
        "hunter2hunter2",
        "https://acme.example/hunter2hunter2#x",
        "https://acme.example/hunter2 hunter2hunter2",
        "ftp://hunter2hunter2/"
      })
  void aUrlThatIsNoneStopsTheDeploymentAndIsNotEchoed(String url) {
    KnownSecrets.add("hunter2hunter2");
    deployer.property(ACME + "jwks", url);

    List<String> mistakes = deployer.mistakes();

    assertThat(mistakes)
        .containsExactly(
            "sallyport.issuer.acme.jwks: is not an https: URL with a host, and without user or"
                + " fragment");
    LogCapture.assertNoSecretIn("the report", mistakes.toString());
  }

  @Test
  void whatBelongsToAJwkSetIsRefusedBesideAKeyThatIsWrittenDown() {
    Deployer fixed = new Deployer().property(ACME + "iss", "x");
    fixed.property(ACME + "public-key", "no/such/file.pem").property(ACME + "allow-http", "true");

    assertThat(fixed.mistakes())
        .containsExactly(
            "sallyport.issuer.acme.allow-http: goes with sallyport.issuer.acme.jwks or"
                + " sallyport.issuer.acme.discovery only",
            "sallyport.issuer.acme.public-key: names neither a file nor a class path resource");
  }

  @ParameterizedTest
  @CsvSource({
    "https://acme.example, https://acme.example/.well-known/openid-configuration",
    "https://acme.example/realms/x/, https://acme.example/realms/x/.well-known/openid-configuration",
    "https://acme.example/.well-known/oauth-authorization-server/x, https://acme.example/.well-known/oauth-authorization-server/x",
    "http://127.0.0.1:8080/x, http://127.0.0.1:8080/x/.well-known/openid-configuration"
  })
  void theMetadataOfAnIssuerIsItsUrlOrTheDocumentsOwn(String set, URI read) {
    Deployer discovering =
        new Deployer().property(ACME + "iss", "x").property(ACME + "discovery", set);
    assertThat(discovering.deploy().issuers().get(0).keys())
        .isEqualTo(
            new KeySource.Discovered(read, false, Duration.ofMinutes(5), Duration.ofDays(1)));
  }

  @Test
  void metadataOverPlainHttpIsRefusedUnlessItIsAllowed() {
    Deployer plain =
        new Deployer()
            .property(ACME + "iss", "x")
            .property(ACME + "discovery", "http://acme.example/");
    assertThat(plain.mistakes())
        .containsExactly(
            ACME + "discovery: is an http: URL; use https:, or set " + ACME + "allow-http=true");
    assertThat(plain.property(ACME + "allow-http", "true").deploy().issuers()).hasSize(1);
  }

  @Test
  void aPublicKeyBehindAUrlIsToldToBeAJwkSet() {
    Deployer wrong = new Deployer().property(ACME + "iss", "x");

    assertThat(wrong.property(ACME + "public-key", "https://acme.example/jwks").mistakes())
        .containsExactly(
            "sallyport.issuer.acme.public-key: is a URL; set sallyport.issuer.acme.jwks instead");
  }

  @ParameterizedTest
  @CsvSource({
    "no/such/file.pem, names neither a file nor a class path resource",
    "classpath:no/such.pem, names neither a file nor a class path resource",
    "file:///no/such/file.pem, names a file that can't be read",
    "file:relative.pem, is not a file: URL that can be read",
    "jar:file:x.jar!/key.pem, 'is a URL of a kind that is not read: use https: or file:'",
    "ldap://directory/key, 'is a URL of a kind that is not read: use https: or file:'"
  })
  void aKeyThatIsNowhereStopsTheDeployment(String location, String fault) {
    assertThat(mp.property("mp.jwt.verify.publickey.location", location).mistakes())
        .containsExactly("mp.jwt.verify.publickey.location: " + fault);
  }

  @ParameterizedTest
  @CsvSource({
    "algorithms, none, '\"none\" is not one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, HS256, HS384, HS512, EdDSA, Ed25519'",
    "algorithms, rs256, '\"rs256\" is not one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, HS256, HS384, HS512, EdDSA, Ed25519'",
    "algorithms, 'RS256,HS256', 'names an HMAC, which takes sallyport.issuer.NAME.secret and no public key'",
    "clock-skew, PT10M1S, PT10M1S is not from PT0S to PT10M",
    "clock-skew, PT-5S, PT-5S is not from PT0S to PT10M",
    "clock-skew, 5, '\"5\" is not an ISO-8601 duration, such as PT30S'",
    "max-age, PT0S, PT0S is not from PT0.001S to PT876000H",
    "jwks-refresh, PT0S, PT0S is not from PT0.001S to PT876000H",
    "allow-http, 1, '\"1\" is not true or false'",
    "type, a b, '\"a b\" is not a typ header'",
    "audiences, 'a,', has an empty element; remove the comma"
  })
  void anUnreadablePartOfAnIssuerStopsTheDeployment(String part, String value, String fault) {
    assertThat(deployer.property(ACME + part, value).mistakes())
        .containsExactly(ACME + part + ": " + fault);
  }

  @ParameterizedTest
  @CsvSource({
    "publickey.algorithm, HS256, 'names an HMAC, which takes sallyport.issuer.NAME.secret and no public key'",
    "publickey.algorithm, none, '\"none\" is not one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, HS256, HS384, HS512, EdDSA, Ed25519'",
    "clock.skew, 601, PT10M1S is not from PT0S to PT10M",
    "clock.skew, -5, '\"-5\" is not a whole number of seconds'",
    "clock.skew, PT5S, '\"PT5S\" is not a whole number of seconds'",
    "token.age, 0, PT0S is not from PT1S to PT876000H"
  })
  void anUnreadablePartOfMicroProfileJwtStopsTheDeployment(
      String part, String value, String fault) {
    assertThat(mp.property("mp.jwt.verify." + part, value).mistakes())
        .containsExactly("mp.jwt.verify." + part + ": " + fault);
  }

  @Test
  void anIssuerWithoutAudiencesIsAWarning() {
    deployer.deploy();
    mp.deploy();
    assertThat(LogCapture.messages("sallyport.config", Level.WARNING))
        .contains(
            "sallyport.issuer.acme.audiences is not set: tokens for any audience are let in.",
            "mp.jwt.verify.audiences is not set: tokens for any audience are let in.");
  }

  private static KeySource jwks(String url) {
    return new KeySource.Jwks(URI.create(url), Duration.ofMinutes(5), Duration.ofDays(1));
  }
}
