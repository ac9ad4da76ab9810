package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.LogCapture;
import io.github.sallyport.token.TokenSettings;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own issuing by its settings; what a file of keys may hold has a test of its own. */
class TokensInTheConfigurationTest {
  private static final String OURS = "sallyport.token.";
  private static final String ISSUER = "https://orders.example";
  private static final String PEPPER =
      KnownSecrets.add("cGVwcGVyLXBlcHBlci1wZXBwZXItcGVwcGVyLXBlcHBlcg");
  private static final SigningKey RSA = SigningKey.generate(SignatureAlgorithm.RS256);

  @TempDir private Path folder;

  /** One that issues. */
  private static Deployer deployer() {
    return new Deployer()
        .property(OURS + "issuer", ISSUER)
        .property("sallyport.api-key.pepper", PEPPER);
  }

  private static Deployer deployer(String name, String value) {
    return deployer().property(OURS + name, value);
  }

  private static TokenSettings tokens(Deployer deployer) {
    return Objects.requireNonNull(deployer.deploy().tokens());
  }

  private static TokenSettings tokens(String name, String value) {
    return tokens(deployer(name, value));
  }

  private static List<String> warnings() {
    return LogCapture.messages("sallyport.config", Level.WARNING);
  }

  private static String pem(SigningKey key) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.pkcs8());
    KnownSecrets.add(text.lines().skip(1).findFirst().orElse(text));
    return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
  }

  private Path file(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("keys.pem"), text);
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return file;
  }

  @Test
  void withoutAnIssuerNoneAreIssued() {
    assertThat(new Deployer().deploy().tokens()).isNull();
    assertThat(warnings()).isEmpty();
  }

  @Test
  void theDefaultsAreThoseOfTheTable() {
    assertThat(tokens(deployer()))
        .isEqualTo(
            new TokenSettings(
                ISSUER,
                Set.of(ISSUER),
                SignatureAlgorithm.RS256,
                Duration.ofMinutes(15),
                Duration.ofDays(30),
                Duration.ofSeconds(30),
                List.of(),
                Duration.ofDays(30),
                Duration.ofDays(7),
                Set.of(),
                "login"));
    assertThat(warnings()).isEmpty();
  }

  @Test
  void everyValueReachesItsSetting() {
    Deployer deployer =
        deployer()
            .properties(
                Map.of(
                    OURS + "audience", "orders, https://billing.example/",
                    OURS + "algorithm", "EdDSA",
                    OURS + "access-ttl", "PT5M",
                    OURS + "refresh-ttl", "P7D",
                    OURS + "refresh-reuse-grace", "PT0S",
                    OURS + "key-rotation", "P90D",
                    OURS + "key-overlap", "P14D",
                    OURS + "exchange-audiences", "stock,billing",
                    OURS + "login-client-id", "orders.login"));

    assertThat(tokens(deployer))
        .isEqualTo(
            new TokenSettings(
                ISSUER,
                Set.of("orders", "https://billing.example/"),
                SignatureAlgorithm.EdDSA,
                Duration.ofMinutes(5),
                Duration.ofDays(7),
                Duration.ZERO,
                List.of(),
                Duration.ofDays(90),
                Duration.ofDays(14),
                Set.of("stock", "billing"),
                "orders.login"));
    assertThat(warnings()).isEmpty();
  }

  @Test
  void variablesSetThemAllToo() {
    Deployer deployer =
        new Deployer()
            .variable("SALLYPORT_API_KEY_PEPPER", PEPPER)
            .variable("SALLYPORT_TOKEN_ISSUER", ISSUER)
            .variable("SALLYPORT_TOKEN_AUDIENCE", "orders")
            .variable("SALLYPORT_TOKEN_ALGORITHM", "ES256")
            .variable("SALLYPORT_TOKEN_ACCESS_TTL", "PT1M")
            .variable("SALLYPORT_TOKEN_REFRESH_TTL", "PT2M")
            .variable("SALLYPORT_TOKEN_REFRESH_REUSE_GRACE", "PT3S")
            .variable("SALLYPORT_TOKEN_KEY_ROTATION", "PT4H")
            .variable("SALLYPORT_TOKEN_KEY_OVERLAP", "PT5M")
            .variable("SALLYPORT_TOKEN_EXCHANGE_AUDIENCES", "stock")
            .variable("SALLYPORT_TOKEN_LOGIN_CLIENT_ID", "web");

    assertThat(tokens(deployer))
        .isEqualTo(
            new TokenSettings(
                ISSUER,
                Set.of("orders"),
                SignatureAlgorithm.ES256,
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                Duration.ofSeconds(3),
                List.of(),
                Duration.ofHours(4),
                Duration.ofMinutes(5),
                Set.of("stock"),
                "web"));
    assertThat(warnings()).isEmpty();
  }

  @Test
  void aVariableNamesTheFileOfKeysToo() throws Exception {
    Deployer deployer =
        new Deployer()
            .variable("SALLYPORT_TOKEN_ISSUER", ISSUER)
            .variable("SALLYPORT_TOKEN_KEY_LOCATION", file(pem(RSA)).toString());

    assertThat(kids(deployer)).containsExactly(RSA.kid());
  }

  private static List<String> kids(Deployer deployer) {
    return tokens(deployer).ownKeys().stream().map(SigningKey::kid).toList();
  }

  @Test
  void anInitParameterWins() {
    Deployer deployer =
        deployer("access-ttl", "PT5M")
            .initParameter(OURS + "issuer", "https://shop.example/v1/")
            .initParameter(OURS + "access-ttl", "PT6M");

    assertThat(tokens(deployer).issuer()).isEqualTo("https://shop.example/v1/");
    assertThat(tokens(deployer).audience()).containsExactly("https://shop.example/v1/");
    assertThat(tokens(deployer).accessTtl()).isEqualTo(Duration.ofMinutes(6));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://orders.example",
        "HTTPS://Orders.example:8443/v1/",
        "http://localhost:8080/shop",
        "http://127.0.0.1",
        "http://[::1]"
      })
  void theIssuerIsKeptAsItIsWritten(String issuer) {
    assertThat(tokens("issuer", issuer).issuer()).isEqualTo(issuer);
    assertThat(tokens("issuer", issuer).audience()).containsExactly(issuer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders",
        "/orders",
        "https:",
        "https:///orders",
        "http://orders.example",
        "urn:orders",
        "https://orders.example/?tenant=1",
        "https://orders.example/#part",
        "https://user:pass-word@orders.example/",
        "https://orders.example/ä"
      })
  void anIssuerThatIsNoUrlOfOursIsAMistakeThatIsNotEchoed(String issuer) {
    assertThat(deployer("issuer", issuer).mistakes())
        .containsExactly(
            "sallyport.token.issuer: is not an https: URL with a host, and without user, query or"
                + " fragment; http: will do for loopback alone");
  }

  @Test
  void anIssuerThatIsEmptyOrLeadsNowhereIsAMistakeAndNotNone() {
    assertThat(deployer("issuer", "").mistakes())
        .containsExactly("sallyport.token.issuer: is set but empty; give it a value or remove it");
    assertThat(deployer("issuer", "${public.url}").mistakes())
        .containsExactly("sallyport.token.issuer: its ${…} can't be resolved");
    assertThat(warnings()).isEmpty();
  }

  @Test
  void anotherIssuerMustNotHaveTheSameText() {
    assertThat(issuer(deployer(), "acme", ISSUER).mistakes())
        .containsExactly(
            "sallyport.token.issuer: is the same as sallyport.issuer.acme.iss; an iss names one"
                + " issuer, so that one of them must change or go");
    assertThat(mp(deployer(), ISSUER).mistakes())
        .containsExactly(
            "sallyport.token.issuer: is the same as mp.jwt.verify.issuer; an iss names one issuer,"
                + " so that one of them must change or go");
    assertThat(tokens(mp(issuer(deployer(), "acme", ISSUER + "/"), ISSUER + "/v1")).issuer())
        .isEqualTo(ISSUER);
  }

  @Test
  void anIssuerThatTheListLeavesOutMayHaveTheSameText() {
    Deployer deployer = issuer(issuer(deployer(), "acme", ISSUER), "other", "x");

    assertThat(tokens(deployer.property("sallyport.issuers", "other")).issuer()).isEqualTo(ISSUER);
  }

  private static Deployer issuer(Deployer deployer, String name, String iss) {
    return deployer
        .property("sallyport.issuer." + name + ".iss", iss)
        .property("sallyport.issuer." + name + ".jwks", "https://acme.example/jwks");
  }

  private static Deployer mp(Deployer deployer, String iss) {
    return deployer
        .property("mp.jwt.verify.issuer", iss)
        .property("mp.jwt.verify.publickey.location", "https://acme.example/jwks");
  }

  @ParameterizedTest
  @ValueSource(strings = {"audience", "exchange-audiences"})
  void anAudienceIsFiveHundredPrintableCharactersAtMost(String name) {
    String longest = "a".repeat(500);
    String all = "!#$%&()*+-./09:;<=>?@AZ[\\]^_`az{|}~";
    TokenSettings tokens = tokens(name, "a, " + longest + "," + all);
    assertThat(name.equals("audience") ? tokens.audience() : tokens.exchangeAudiences())
        .containsExactlyInAnyOrder("a", longest, all);

    for (String wrong : List.of(longest + "a", "a b", "a\"b", "a'b", "ä", "a\u007f")) {
      assertThat(deployer(name, "orders," + wrong).mistakes())
          .containsExactly(
              OURS
                  + name
                  + ": \""
                  + Mistakes.echo(wrong)
                  + "\" is not 1 to 500 printable ASCII characters without space or quote");
    }
    assertThat(deployer(name, "orders,").mistakes())
        .containsExactly(OURS + name + ": has an empty element; remove the comma");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
  void tokensAreSignedByThese(String algorithm) {
    assertThat(tokens("algorithm", algorithm).algorithm())
        .isEqualTo(SignatureAlgorithm.valueOf(algorithm));
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS512", "PS256", "HS256", "Ed25519", "none", "rs256", "RS256,ES256"})
  void anotherAlgorithmIsAMistakeThatNamesThese(String algorithm) {
    assertThat(deployer("algorithm", algorithm).mistakes())
        .containsExactly(
            "sallyport.token.algorithm: \"" + algorithm + "\" is none of RS256, ES256, EdDSA");
  }

  @ParameterizedTest
  @CsvSource({
    "access-ttl, PT1S, P1D",
    "refresh-ttl, PT15M, P3650D",
    "refresh-reuse-grace, PT0S, PT5M",
    "key-rotation, P7DT0.001S, P36500D",
    "key-overlap, PT5M, P29DT23H59M59.999S"
  })
  void aDurationIsGoodFromTheOneToTheOther(String name, Duration least, Duration most) {
    assertThat(duration(tokens(name, least.toString()), name)).isEqualTo(least);
    assertThat(duration(tokens(name, most.toString()), name)).isEqualTo(most);
  }

  private static Duration duration(TokenSettings tokens, String name) {
    return switch (name) {
      case "access-ttl" -> tokens.accessTtl();
      case "refresh-ttl" -> tokens.refreshTtl();
      case "refresh-reuse-grace" -> tokens.reuseGrace();
      case "key-rotation" -> tokens.keyRotation();
      default -> tokens.keyOverlap();
    };
  }

  @Test
  void theShortestLoginsAndTurnsGoWithTokensAndOverlapsThatFit() {
    assertThat(tokens(deployer("refresh-ttl", "PT1M").property(OURS + "access-ttl", "PT1M")))
        .extracting(TokenSettings::refreshTtl)
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(tokens(deployer("key-rotation", "PT1H").property(OURS + "key-overlap", "PT59M")))
        .extracting(TokenSettings::keyRotation)
        .isEqualTo(Duration.ofHours(1));
  }

  @ParameterizedTest
  @CsvSource({
    "access-ttl, PT0.999S, PT0.999S is not from PT1S to PT24H",
    "access-ttl, PT24H0.001S, PT24H0.001S is not from PT1S to PT24H",
    "access-ttl, 15m, '\"15m\" is not an ISO-8601 duration, such as PT30S'",
    "refresh-ttl, PT59.999S, PT59.999S is not from PT1M to PT87600H",
    "refresh-ttl, P3650DT0.001S, PT87600H0.001S is not from PT1M to PT87600H",
    "refresh-ttl, PT14M59S, 'is PT14M59S; set it to no less than sallyport.token.access-ttl, which is PT15M'",
    "refresh-reuse-grace, PT-0.001S, PT-0.001S is not from PT0S to PT5M",
    "refresh-reuse-grace, PT5M0.001S, PT5M0.001S is not from PT0S to PT5M",
    "key-rotation, PT59M59S, PT59M59S is not from PT1H to PT876000H",
    "key-rotation, P36501D, PT876024H is not from PT1H to PT876000H",
    "key-overlap, PT4M59S, PT4M59S is not from PT5M to PT876000H",
    "key-overlap, P30D, 'is PT720H; set it to less than sallyport.token.key-rotation, which is PT720H'"
  })
  void aDurationPastItsBoundsIsOneMistake(String name, String value, String sentence) {
    assertThat(deployer(name, value).mistakes()).containsExactly(OURS + name + ": " + sentence);
  }

  @Test
  void aRotationNoLongerThanTheOverlapThatNobodySetIsAMistakeThatNamesBoth() {
    assertThat(deployer("key-rotation", "P7D").mistakes())
        .containsExactly(
            "sallyport.token.key-overlap: is PT168H; set it to less than"
                + " sallyport.token.key-rotation, which is PT168H");
  }

  @Test
  void oneDurationPastItsBoundsIsNotHeldAgainstTheOther() {
    assertThat(
            deployer("access-ttl", "PT0S")
                .property(OURS + "refresh-ttl", "PT1M")
                .property(OURS + "key-rotation", "PT0S")
                .property(OURS + "key-overlap", "P90D")
                .mistakes())
        .containsExactly(
            "sallyport.token.access-ttl: PT0S is not from PT1S to PT24H",
            "sallyport.token.key-rotation: PT0S is not from PT1H to PT876000H");
  }

  @Test
  void keysThatTheDeployerBringsNeedNoPepperAndTurnsHaveNoEffectOnThem() throws Exception {
    SigningKey next = SigningKey.generate(SignatureAlgorithm.RS256);
    Deployer deployer =
        new Deployer()
            .property(OURS + "issuer", ISSUER)
            .property(OURS + "key-location", file(pem(RSA) + pem(next)).toUri().toString())
            .property(OURS + "key-rotation", "P90D")
            .property(OURS + "key-overlap", "P14D");

    assertThat(kids(deployer)).containsExactly(RSA.kid(), next.kid());
    assertThat(warnings())
        .containsExactly(
            "sallyport.token.key-rotation has no effect: sallyport.token.key-location is set.",
            "sallyport.token.key-overlap has no effect: sallyport.token.key-location is set.");
  }

  @Test
  void aFileOfKeysThatEverybodyCanReadEarnsAWarning() throws Exception {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    Path file = file(pem(RSA));
    assertThat(kids(deployer("key-location", file.toString()))).hasSize(1);
    assertThat(warnings()).isEmpty();

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(kids(deployer("key-location", file.toString()))).hasSize(1);
    assertThat(warnings()).singleElement().asString().contains("chmod 600");
  }

  @Test
  void keysThatCanNotBeReadAreAMistakeWithNothingOfThem() throws Exception {
    String noFile = "names no file: give a file's path or a file: URL";
    String broken =
        "has a private key that is broken, or of another kind than sallyport.token.algorithm";
    assertKeysAreAMistake(folder.resolve("nowhere.pem").toString(), "RS256", noFile);
    assertKeysAreAMistake("https://orders.example/keys.pem", "RS256", noFile);
    assertKeysAreAMistake(pem(RSA), "RS256", "is a key itself; put it into a file and name that");
    assertKeysAreAMistake(file(pem(RSA)).toString(), "ES256", broken);
  }

  private static void assertKeysAreAMistake(String location, String algorithm, String sentence) {
    Deployer deployer = deployer("key-location", location).property(OURS + "algorithm", algorithm);
    assertThat(deployer.mistakes()).containsExactly(OURS + "key-location: " + sentence);
  }

  @Test
  void anAlgorithmThatIsNoneIsNotHeldAgainstTheKeys() throws Exception {
    Deployer deployer = deployer("key-location", file(pem(RSA)).toString());

    assertThat(deployer.property(OURS + "algorithm", "RSA").mistakes())
        .containsExactly("sallyport.token.algorithm: \"RSA\" is none of RS256, ES256, EdDSA");
  }

  @Test
  void withoutAPepperOrKeysOfTheDeployerThereIsNoPlaceForOurs() {
    assertThat(new Deployer().property(OURS + "issuer", ISSUER).mistakes())
        .containsExactly(
            "sallyport.token.key-location: is not set, and keys that we make are kept in the store"
                + " under a pepper, which is not there either; set sallyport.api-key.pepper, or"
                + " bring keys by this");
  }

  @Test
  void aPepperThatCanNotBeReadIsTheOneMistake() {
    assertThat(deployer().property("sallyport.api-key.pepper", "short").mistakes())
        .singleElement()
        .asString()
        .startsWith("sallyport.api-key.pepper: ");
  }

  static Stream<String> clients() {
    return Stream.of(
        "a",
        "a".repeat(255),
        "!#$%&()*+,-./09;<=>?@AZ[\\]^_`az{|}~",
        "sp",
        "spa",
        "acme_login",
        "7Qm2Xc9Ra4TbV",
        "7Qm2Xc9Ra4TbV12",
        "7Qm2Xc9Ra4TbV_");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theClientOfALoginIsAWordThatNobodyTakesForAKey(String id) {
    assertThat(tokens("login-client-id", id).loginClientId()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a:b", "a\"b", "a'b", "ä"})
  void theClientOfALoginHasAForm(String id) {
    assertThat(deployer("login-client-id", id).mistakes())
        .containsExactly(
            "sallyport.token.login-client-id: \""
                + id
                + "\" is not 1 to 255 printable ASCII characters without space, quote or colon");
    assertThat(deployer("login-client-id", "a".repeat(256)).mistakes()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "sp, 7Qm2Xc9Ra4TbV1",
    "sp, sp_live_7Qm2Xc9Ra4TbV1",
    "sp, sp_",
    "acme, acme_login",
    "acme, 00000000000000"
  })
  void whatCouldBeAKeyOrItsIdIsNoClientOfALoginAndIsNotEchoed(String prefix, String id) {
    assertThat(
            deployer("login-client-id", id).property("sallyport.api-key.prefix", prefix).mistakes())
        .containsExactly(
            "sallyport.token.login-client-id: could be taken for an API key, which starts with "
                + prefix
                + "_, or for the id of one, 14 letters or digits; take another word");
  }

  @Test
  void withoutAnIssuerTheOthersHaveNoEffectAndAWarningSaysSo() throws Exception {
    SallyportSettings settings =
        new Deployer()
            .property(OURS + "access-ttl", "PT5M")
            .property(OURS + "key-rotation", "P90D")
            .property(OURS + "key-location", file(pem(RSA)).toString())
            .variable("SALLYPORT_TOKEN_LOGIN_CLIENT_ID", "web")
            .deploy();

    assertThat(settings.tokens()).isNull();
    assertThat(warnings())
        .containsExactlyInAnyOrder(
            "sallyport.token.access-ttl has no effect: sallyport.token.issuer is not set.",
            "sallyport.token.key-rotation has no effect: sallyport.token.issuer is not set.",
            "sallyport.token.key-location has no effect: sallyport.token.issuer is not set.",
            "sallyport.token.login-client-id has no effect: sallyport.token.issuer is not set.");
  }

  @Test
  void allMistakesStandInOneReportAlsoWithoutAnIssuer() {
    Deployer deployer =
        new Deployer()
            .property(OURS + "audience", "a b")
            .property(OURS + "algorithm", "HS256")
            .property(OURS + "access-ttl", "P2D")
            .property(OURS + "refresh-ttl", "PT1S")
            .property(OURS + "refresh-reuse-grace", "PT1H")
            .property(OURS + "key-rotation", "PT1M")
            .property(OURS + "key-overlap", "PT1M")
            .property(OURS + "exchange-audiences", "c d")
            .property(OURS + "login-client-id", "sp_web");
    List<String> without = deployer.mistakes();
    assertThat(without).hasSize(9).allMatch(line -> line.startsWith(OURS));

    List<String> with = deployer.property(OURS + "issuer", "orders").mistakes();
    assertThat(with).hasSize(11).containsAll(without);
  }
}
