package io.github.sallyport.sample;

import static io.github.sallyport.sample.Container.SAMPLE;
import static io.github.sallyport.sample.Http.get;
import static io.github.sallyport.sample.Http.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.sample.Container.Issued;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bad input of every kind, each beside the same request without the fault, which is let in. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class RefusalsIT {
  /** Without an error; where the sample describes itself stands in it (RFC 9728 section 5.1). */
  private static final String BEARER =
      "Bearer realm=\"sallyport\", resource_metadata="
          + "\"http://localhost:8080/.well-known/oauth-protected-resource\"";

  private static final String WHOAMI = "/api/whoami";
  private static final String ORDERS = "/api/orders";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** The contract's default of {@code sallyport.jwt.max-bytes}, and the longest key. */
  private static final int LONGEST_TOKEN = 8192;

  private static final int LONGEST_KEY = 512;

  private static Issued key = new Issued("", "");

  @Deployment(testable = false)
  static WebArchive sample() {
    return Container.sample();
  }

  @BeforeEach
  void issueAKeyOnce() {
    if (key.id().isEmpty()) key = Container.issue("orders:read");
  }

  private static Jwt alice() {
    return TestIssuers.person("alice").scope("orders:read");
  }

  private static String signed(Jwt token) {
    return token.rs256(TestIssuers.people().getPrivate());
  }

  private static void accepted(String token) {
    get(SAMPLE, WHOAMI).bearer(token).send().isOk();
  }

  private static Http.Answer refused(String token, String code) {
    return get(SAMPLE, WHOAMI).bearer(token).send().isRefusal(401, code);
  }

  // Too often

  @Test
  void aKeyOfAPlanIsRefusedWhenItAsksTooOftenAndLetInAgain() {
    String free =
        Container.issue(
                SAMPLE,
                Container.adminKey(Container.data("data")),
                "\"scopes\":[],\"plan\":\"free\"")
            .key();
    Http.Answer answer = get(SAMPLE, WHOAMI).key(free).send().isOk();
    assertThat(answer.value("RateLimit-Policy"))
        .startsWith("\"free-1s\";q=5;w=1, \"free-1mo\";q=100;w=");
    assertThat(answer.value("RateLimit")).isEqualTo("\"free-1s\";r=4;t=1");

    Http.Answer refused =
        await().atMost(PATIENCE).until(() -> atOnce(10, free), Optional::isPresent).orElseThrow();

    refused.isRefusal(429, "rate_limited");
    assertThat(refused.value("Retry-After")).isEqualTo("1");
    await().atMost(PATIENCE).until(() -> get(SAMPLE, WHOAMI).key(free).send().status() == 200);
    get(SAMPLE, WHOAMI).key(key.key()).send().isOk();
  }

  /**
   * One of some requests that are sent at once, if it is asked to wait. One after the other they
   * may be too few a second: each that is let in waits for the disk, where its quota is kept.
   */
  private static Optional<Http.Answer> atOnce(int requests, String key) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(requests);
    try {
      Callable<Http.Answer> request = () -> get(SAMPLE, WHOAMI).key(key).send();
      for (Future<Http.Answer> each : threads.invokeAll(Collections.nCopies(requests, request))) {
        if (each.get().status() == 429) return Optional.of(each.get());
      }
      return Optional.empty();
    } finally {
      threads.shutdownNow();
    }
  }

  // No credential, several, and none of ours

  @Test
  void noCredentialIsChallengedForEachSchemeWithoutAnError() {
    Http.Answer answer = get(SAMPLE, WHOAMI).send().isRefusal(401, "credential_missing");

    assertThat(answer.values("WWW-Authenticate"))
        .containsExactlyInAnyOrder("ApiKey realm=\"sallyport\", header=\"X-API-Key\"", BEARER);
    get(SAMPLE, WHOAMI).key(key.key()).send().isOk();
  }

  @Test
  void anotherSchemeIsNotOursAndDoesNotStandInTheWayOfAKey() {
    get(SAMPLE, WHOAMI)
        .header("Authorization", "Basic YWxpY2U6c2VjcmV0LXNlY3JldA==")
        .send()
        .isRefusal(401, "credential_missing");
    get(SAMPLE, WHOAMI)
        .header("Authorization", "Negotiate YWxpY2U6c2VjcmV0LXNlY3JldA==")
        .send()
        .isRefusal(401, "credential_missing");
    get(SAMPLE, WHOAMI)
        .header("Authorization", "Basic YWxpY2U6c2VjcmV0LXNlY3JldA==")
        .key(key.key())
        .send()
        .isOk();
  }

  @Test
  void theSchemesNameIsReadInAnyCase() {
    get(SAMPLE, WHOAMI).header("Authorization", "bEARER " + signed(alice())).send().isOk();
  }

  @Test
  void twoCredentialsOfOneKindAreAmbiguousEvenIfTheyAreTheSame() {
    String token = signed(alice());
    List<Http> ambiguous =
        List.of(
            get(SAMPLE, WHOAMI).key(key.key()).key(key.key()),
            get(SAMPLE, WHOAMI).key(key.key() + "," + key.key()),
            get(SAMPLE, WHOAMI).key(key.key() + ", " + key.key()),
            get(SAMPLE, WHOAMI).bearer(token).bearer(token),
            get(SAMPLE, WHOAMI).key(key.key()).bearer(key.key()));

    for (Http request : ambiguous) {
      Http.Answer answer = request.send().isRefusal(400, "credential_ambiguous");
      assertThat(answer.values("WWW-Authenticate"))
          .allSatisfy(value -> assertThat(value).contains("error=\"invalid_request\""));
    }
    get(SAMPLE, WHOAMI).key(key.key()).bearer(token).send().isOk();
  }

  @Test
  void aCredentialInTheUrlIsNotRead() {
    get(SAMPLE, WHOAMI + "?X-API-Key=" + key.key() + "&access_token=" + signed(alice()))
        .send()
        .isRefusal(401, "credential_missing");
  }

  @Test
  void aCookieIsNotReadUnlessTheDeployerSaidSo() {
    get(SAMPLE, WHOAMI)
        .header("Cookie", "Bearer=" + signed(alice()))
        .send()
        .isRefusal(401, "credential_missing");
    get(SAMPLE, WHOAMI)
        .header("Cookie", "Bearer=" + signed(alice()))
        .bearer(signed(alice()))
        .send()
        .isOk();
  }

  @Test
  void aPreflightIsRefusedUnlessTheDeployerSaidSo() {
    request(SAMPLE, "OPTIONS", WHOAMI)
        .header("Origin", "https://a.example")
        .header("Access-Control-Request-Method", "GET")
        .send()
        .isRefusal(401, "credential_missing");
    assertThat(request(SAMPLE, "OPTIONS", WHOAMI).key(key.key()).send().isOk().value("Allow"))
        .contains("GET");
  }

  // Syntax

  @Test
  void whatIsNoCredentialsSyntaxIsMalformed() {
    get(SAMPLE, WHOAMI).bearer("{not-b64token}").send().isRefusal(400, "credential_malformed");
    get(SAMPLE, WHOAMI).key("").send().isRefusal(400, "credential_malformed");
    get(SAMPLE, WHOAMI)
        .header("Authorization", "Bearer")
        .send()
        .isRefusal(400, "credential_malformed");
    get(SAMPLE, WHOAMI)
        .key("a key with blanks in it")
        .send()
        .isRefusal(400, "credential_malformed");
  }

  @Test
  void anOversizedCredentialIsMalformedAndOneOfTheLargestSizeIsLookedAt() {
    get(SAMPLE, WHOAMI)
        .bearer("a.b." + "c".repeat(LONGEST_TOKEN - 3))
        .send()
        .isRefusal(400, "credential_malformed");
    get(SAMPLE, WHOAMI)
        .bearer("a.b." + "c".repeat(3 * LONGEST_TOKEN))
        .send()
        .isRefusal(400, "credential_malformed");
    get(SAMPLE, WHOAMI)
        .key("k".repeat(LONGEST_KEY + 1))
        .send()
        .isRefusal(400, "credential_malformed");

    refused("a.b." + "c".repeat(LONGEST_TOKEN - 4), "token_invalid");
    get(SAMPLE, WHOAMI).key("k".repeat(LONGEST_KEY)).send().isRefusal(401, "key_unknown");
  }

  // Keys

  @Test
  void aKeyWithAnyOneCharacterChangedIsUnknown() {
    for (int i = 0; i < key.key().length(); i++) {
      char there = key.key().charAt(i);
      char other = there == 'a' ? 'b' : 'a';
      String changed = key.key().substring(0, i) + other + key.key().substring(i + 1);
      get(SAMPLE, WHOAMI).key(changed).send().isRefusal(401, "key_unknown");
    }
    get(SAMPLE, WHOAMI).key(key.key()).send().isOk();
  }

  @Test
  void anUnknownKeyIsToldOnTheSchemeByWhichItCame() {
    String unknown = key.key().substring(0, key.key().length() - 6) + "000000";

    assertThat(
            get(SAMPLE, WHOAMI)
                .key(unknown)
                .send()
                .isRefusal(401, "key_unknown")
                .values("WWW-Authenticate"))
        .anySatisfy(v -> assertThat(v).startsWith("ApiKey ").contains("error=\"invalid_token\""))
        .contains(BEARER);
    assertThat(
            get(SAMPLE, WHOAMI)
                .bearer(unknown)
                .send()
                .isRefusal(401, "key_unknown")
                .values("WWW-Authenticate"))
        .anySatisfy(v -> assertThat(v).startsWith("Bearer ").contains("error=\"invalid_token\""))
        .contains("ApiKey realm=\"sallyport\", header=\"X-API-Key\"");
  }

  @Test
  void aKeyOfAnotherMakeIsUnknown() {
    get(SAMPLE, WHOAMI).key("4f2a91c07d3e4b6f8a5d").send().isRefusal(401, "key_unknown");
  }

  @Test
  void aKeyIsLetInUntilItExpires() {
    String admin = Container.adminKey(Container.data("data"));
    Issued brief =
        Container.issue(
            SAMPLE,
            admin,
            "\"scopes\":[],\"expiresAt\":\"" + Instant.now().plusSeconds(3600) + "\"");
    get(SAMPLE, WHOAMI).key(brief.key()).send().isOk();

    // Brought nearer only now: a busy machine may need any time for what comes before.
    Instant end = Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS);
    request(SAMPLE, "PATCH", "/sallyport/keys/" + brief.id())
        .key(admin)
        .body("application/merge-patch+json", "{\"expiresAt\":\"" + end + "\"}")
        .send()
        .isOk();
    await().atMost(PATIENCE).until(() -> Instant.now().isAfter(end));

    get(SAMPLE, WHOAMI).key(brief.key()).send().isRefusal(401, "key_expired");
  }

  @Test
  void aKeyIsNotLetInBeforeItsTime() {
    Issued early =
        Container.issue(
            SAMPLE,
            Container.adminKey(Container.data("data")),
            "\"scopes\":[],\"notBefore\":\"" + Instant.now().plusSeconds(3600) + "\"");

    get(SAMPLE, WHOAMI).key(early.key()).send().isRefusal(401, "key_not_yet_valid");
  }

  @Test
  void withTwoCredentialsOneBadOneIsEnough() {
    String good = signed(alice());
    String expired = signed(alice().claim("exp", Instant.now().getEpochSecond() - 600));

    get(SAMPLE, WHOAMI).key(key.key()).bearer(expired).send().isRefusal(401, "token_expired");
    get(SAMPLE, WHOAMI)
        .key("4f2a91c07d3e4b6f8a5d")
        .bearer(good)
        .send()
        .isRefusal(401, "key_unknown");
    get(SAMPLE, WHOAMI).key(key.key()).bearer(good).send().isOk();
  }

  // Tokens

  @Test
  void anExpiredTokenIsRefused() {
    long now = Instant.now().getEpochSecond();

    assertThat(
            refused(signed(alice().claim("exp", now - 600)), "token_expired")
                .values("WWW-Authenticate"))
        .filteredOn(challenge -> challenge.contains("error="))
        .singleElement()
        .asString()
        .startsWith("Bearer ")
        .contains("error=\"invalid_token\"");
    accepted(signed(alice().claim("exp", now + 60)));
  }

  @Test
  void aTokenIsRefusedBeforeItsTime() {
    long now = Instant.now().getEpochSecond();

    refused(signed(alice().claim("nbf", now + 900)), "token_not_yet_valid");
    accepted(signed(alice().claim("nbf", now - 60)));
  }

  @Test
  void aTokenWithoutAnEndIsRefused() {
    refused(signed(alice().without("exp")), "token_invalid");
    accepted(signed(alice()));
  }

  @Test
  void aTokenOfAnotherIssuerIsRefused() {
    refused(signed(alice().claim("iss", TestIssuers.PEOPLE + "/")), "token_invalid");
    refused(signed(alice().claim("iss", TestIssuers.MACHINES)), "token_invalid");
    refused(signed(alice().without("iss")), "token_invalid");
    accepted(signed(alice()));
  }

  @Test
  void aTokenForAnotherAudienceIsRefused() {
    refused(signed(alice().claim("aud", "invoices")), "token_invalid");
    refused(signed(alice().without("aud")), "token_invalid");
    accepted(signed(alice().claim("aud", List.of("invoices", TestIssuers.AUDIENCE))));
  }

  @Test
  void aTokenSignedByAForeignKeyIsRefused() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    KeyPair foreign = rsa.generateKeyPair();

    refused(alice().rs256(foreign.getPrivate()), "token_invalid");
    accepted(signed(alice()));
  }

  @Test
  void aTokenWithoutASignatureIsRefused() {
    for (String none : List.of("none", "None", "nOnE", "NONE", "")) {
      refused(alice().header("alg", none).unsigned(), "token_invalid");
    }
    accepted(signed(alice()));
  }

  @Test
  void aTokenSignedWithThePublicKeyAsASecretIsRefused() {
    Jwt confused = alice().header("alg", "HS256");
    byte[] pem = TestIssuers.peoplePem().getBytes(StandardCharsets.US_ASCII);
    byte[] der = TestIssuers.people().getPublic().getEncoded();

    refused(confused.hs256(pem), "token_invalid");
    refused(
        confused.hs256(TestIssuers.peoplePem().strip().getBytes(StandardCharsets.US_ASCII)),
        "token_invalid");
    refused(confused.hs256(der), "token_invalid");
    accepted(signed(alice()));
  }

  @Test
  void aTokenThatNamesAnotherAlgorithmThanItsIssuersIsRefused() {
    TestIssuers.awaitMachinesKeys();

    refused(signed(alice().header("alg", "PS256")), "token_invalid");
    refused(
        TestIssuers.machine("robot")
            .header("alg", "RS256")
            .es256(TestIssuers.machines().getPrivate()),
        "token_invalid");
    accepted(TestIssuers.machine("robot").es256(TestIssuers.machines().getPrivate()));
  }

  @Test
  void aTokenWithAnyOneCharacterChangedIsRefused() {
    String good = signed(alice());
    for (int i = 0; i < good.length(); i += 7) {
      if (good.charAt(i) == '.') continue;
      char other = good.charAt(i) == 'A' ? 'B' : 'A';
      refused(good.substring(0, i) + other + good.substring(i + 1), "token_invalid");
    }
    accepted(good);
  }

  @Test
  void aTextWithTheDotsOfATokenThatIsNoneIsRefused() {
    refused("a.b.c", "token_invalid");
    refused("..", "token_invalid");
    refused("eyJhbGciOiJSUzI1NiJ9..", "token_invalid");
    accepted(signed(alice()));
  }

  // May it?

  @Test
  void aMissingScopeIsToldOnTheCredentialsSchemeAlone() {
    String token = signed(alice().scope("stock:read"));
    Issued other = Container.issue("stock:read");

    assertThat(
            get(SAMPLE, ORDERS)
                .bearer(token)
                .send()
                .isRefusal(403, "scope_insufficient")
                .value("WWW-Authenticate"))
        .startsWith("Bearer ")
        .contains("error=\"insufficient_scope\"", "scope=\"orders:read\"");
    assertThat(
            get(SAMPLE, ORDERS)
                .key(other.key())
                .send()
                .isRefusal(403, "scope_insufficient")
                .value("WWW-Authenticate"))
        .startsWith("ApiKey ")
        .contains("error=\"insufficient_scope\"", "scope=\"orders:read\"");
    get(SAMPLE, ORDERS).bearer(signed(alice())).send().isOk();
    get(SAMPLE, ORDERS).key(key.key()).send().isOk();
  }

  @Test
  void whatTheCodeRequiresIsAnsweredLikeAPathRule() {
    Issued writer = Container.issue("orders:write");

    Http.Answer answer =
        request(SAMPLE, "POST", ORDERS)
            .key(key.key())
            .body("text/plain", "rope")
            .send()
            .isRefusal(403, "scope_insufficient");
    assertThat(answer.value("WWW-Authenticate"))
        .startsWith("ApiKey ")
        .contains("error=\"insufficient_scope\"", "scope=\"orders:write\"");
    request(SAMPLE, "POST", ORDERS).key(writer.key()).body("text/plain", "rope").send().is(201);
  }

  @Test
  void deletingNeedsATokenAndTheRole() {
    String user = signed(alice().roles("user"));
    String admin = signed(alice().roles("admin"));

    request(SAMPLE, "DELETE", ORDERS + "/0").bearer(user).send().isRefusal(403, "role_missing");
    request(SAMPLE, "DELETE", ORDERS + "/0")
        .key(key.key())
        .send()
        .isRefusal(403, "credential_kind_refused");
    request(SAMPLE, "DELETE", ORDERS + "/0").bearer(admin).send().is(404);
    request(SAMPLE, "DELETE", ORDERS + "/0").bearer(admin).key(key.key()).send().is(404);
  }

  @Test
  void aMethodThatNoRuleOfThePathNamesIsDenied() {
    request(SAMPLE, "PUT", ORDERS).key(key.key()).send().isRefusal(403, "policy_denied");
    get(SAMPLE, ORDERS).key(key.key()).send().isOk();
  }

  @Test
  void administrationIsForAdministrators() {
    get(SAMPLE, "/sallyport/keys").send().isRefusal(401, "credential_missing");
    get(SAMPLE, "/sallyport/keys").key(key.key()).send().isRefusal(403, "scope_insufficient");
    get(SAMPLE, "/sallyport/keys").key(Container.adminKey(Container.data("data"))).send().isOk();
  }

  // The way here

  @Test
  void aCredentialThatAProxyReceivedInClearIsRefused() {
    for (String forwarded : List.of("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")) {
      Http.Answer answer =
          get(SAMPLE, WHOAMI)
              .key(key.key())
              .header(forwarded, forwarded.endsWith("Proto") ? "https" : "for=192.0.2.7")
              .send()
              .isRefusal(403, "https_required");
      assertThat(answer.text("detail")).contains("sallyport.require-https");
    }
    get(SAMPLE, WHOAMI).key(key.key()).send().isOk();
  }

  @Test
  void aPathThatServersReadDifferentlyIsRefused() {
    for (String path : List.of("/api/orders;v=1", "/api;x/orders")) {
      get(SAMPLE, path).key(key.key()).send().isRefusal(400, "path_ambiguous");
    }
    for (String path : List.of("/public/..;/api/orders", "/;/api/orders")) {
      Http.Answer answer = get(SAMPLE, path).key(key.key()).send().is(400);
      // Open Liberty and Jetty refuse these themselves, before any filter.
      if (Server.HERE != Server.LIBERTY && !Server.HERE.isJetty())
        answer.isRefusal(400, "path_ambiguous");
    }
    get(SAMPLE, ORDERS).key(key.key()).send().isOk();
  }

  @Test
  void noOtherSpellingOfAPathOpensIt() {
    for (String path :
        List.of(
            "//api/orders",
            "/api//orders",
            "/./api/orders",
            "/public/../api/orders",
            "/public/%2e%2e/api/orders",
            "/%61pi/orders",
            "/api%2Forders",
            "/api%5Corders",
            "/api\\orders",
            "/public%2F..%2Fapi/orders",
            "/api/orders/",
            "/API/orders",
            "/api/orders%00",
            "/api%252Forders")) {
      assertThat(get(SAMPLE, path).send().status()).as(path).isIn(400, 401, 403, 404);
    }
    get(SAMPLE, "/public/ping").send().isOk();
  }
}
