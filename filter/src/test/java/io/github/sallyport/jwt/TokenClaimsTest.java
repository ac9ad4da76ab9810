package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.NOW;
import static io.github.sallyport.jwt.Bench.claims;
import static io.github.sallyport.jwt.Bench.invalid;
import static io.github.sallyport.jwt.Bench.issuer;
import static io.github.sallyport.jwt.Bench.open;
import static io.github.sallyport.jwt.Bench.openAt;
import static io.github.sallyport.jwt.Bench.refused;
import static io.github.sallyport.jwt.Bench.user;
import static io.github.sallyport.jwt.Bench.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Caller;
import io.github.sallyport.CredentialKind;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.User;
import io.github.sallyport.json.Json;
import io.github.sallyport.testing.LogCapture;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule about claims: missing, wrong, and at its boundary. */
class TokenClaimsTest {
  private static final Signer SIGNER = Bench.RSA;

  private final JwtAuthenticator authenticator = open(issuer());

  @AfterEach
  void theGoodTokenIsAccepted() {
    assertThat(user(authenticator, SIGNER.token(claims())).subject()).isEqualTo("u-17");
  }

  @Test
  void aTokenThatSaysToBeAnAccessTokenIsOneInAllItsClaims() { // RFC 9068 section 2.2
    Map<String, Object> whole = claims("client_id", "web");
    Map<String, Object> header = Bench.header(Bench.RSA, "typ", "at+jwt");
    Map<String, Object> plain = Bench.RSA.header();
    try (JwtAuthenticator authenticator = open(issuer())) {
      Bench.accepted(authenticator, Bench.RSA.token(header, whole));
      header.put("typ", "application/AT+JWT");
      Bench.accepted(authenticator, Bench.RSA.token(header, whole));
      for (String name : List.of("client_id", "jti", "iat")) {
        Map<String, Object> less = without(new HashMap<>(whole), name);
        assertThat(invalid(authenticator, Bench.RSA.token(header, less)))
            .isEqualTo("The token's claim " + name + " is missing.");
        Bench.accepted(authenticator, Bench.RSA.token(plain, less)); // which says no such thing
        for (Object wrong : List.of(true, List.of("x"), "")) {
          Map<String, Object> with = new HashMap<>(whole);
          with.put(name, wrong);
          invalid(authenticator, Bench.RSA.token(header, with));
        }
      }
    }
    Issuer ofAnyAudience = new With().audiences(Set.of()).issuer();
    try (JwtAuthenticator authenticator = open(ofAnyAudience)) {
      Map<String, Object> less = without(new HashMap<>(whole), "aud");
      invalid(authenticator, Bench.RSA.token(header, less));
      Bench.accepted(authenticator, Bench.RSA.token(plain, less));
    }
  }

  @Test
  void aGoodTokenEstablishesItsUser() {
    Map<String, Object> claims = claims();
    claims.put("upn", "ada@example.org");
    claims.put("groups", List.of("clerk", "auditor"));
    claims.put("scope", "orders:read orders:write");
    claims.put("nothing", null);
    Caller caller = Bench.accepted(authenticator, SIGNER.token(claims));
    assertThat(caller.credentials()).isEqualTo(CredentialKind.BEARER);
    assertThat(caller.getName()).isEqualTo("ada@example.org");
    assertThat(caller.authenticatedAt()).isEqualTo(NOW);
    assertThat(caller.user())
        .contains(
            new User(
                "ada@example.org",
                "u-17",
                Bench.ISS,
                "t-1",
                Set.of("orders:read", "orders:write"),
                Set.of("clerk", "auditor"),
                claims,
                NOW.minusSeconds(60),
                NOW.plusSeconds(300)));
  }

  @Test
  void aTokenWithoutExpIsRefused() { // D01; java-jwt lets it pass
    assertThat(invalid(authenticator, SIGNER.token(without(claims(), "exp"))))
        .isEqualTo("The token's claim exp is missing.");
  }

  @ParameterizedTest // D02, D04
  @ValueSource(strings = {"null", "\"9999999999\"", "true", "[]", "{}", "[9999999999]"})
  void aDateThatIsNoNumberIsRefused(String value) {
    for (String name : List.of("exp", "nbf", "iat")) {
      assertThat(invalid(authenticator, raw(name, value)))
          .isEqualTo("The token's claim " + name + " has the wrong type.");
    }
  }

  @ParameterizedTest // D06
  @ValueSource(
      strings = {
        "1e400",
        "99999999999999999999",
        "9223372036854775807",
        "9223372036854775808",
        "253402300800",
        "1772366400000",
        "-1",
        "-9223372036854775808",
        "-1e400",
        "1e999999999"
      })
  void aDateOutsideOfWhatCalendarsHoldIsRefused(String value) {
    for (String name : List.of("exp", "nbf", "iat")) invalid(authenticator, raw(name, value));
  }

  @Test
  void theFirstAndTheLastDateAreDates() { // D06
    assertThat(refused(authenticator, raw("exp", "0")).refusal()).isEqualTo(Refusal.TOKEN_EXPIRED);
    assertThat(user(authenticator, raw("exp", "253402300799")).expiresAt())
        .isEqualTo(Instant.parse("9999-12-31T23:59:59Z"));
    assertThat(user(authenticator, raw("nbf", "0")).subject()).isEqualTo("u-17");
    assertThat(user(authenticator, raw("iat", "1e-900")).issuedAt()).isEqualTo(Instant.EPOCH);
  }

  @ParameterizedTest // D03
  @ValueSource(ints = {0, 60})
  void aTokenStandsOnlyBeforeItsExpAndTheSkew(int skew) {
    String token = SIGNER.token(claims("exp", NOW.getEpochSecond()));
    Issuer skewed = skewed(Duration.ofSeconds(skew));
    user(openAt(NOW.plusSeconds(skew - 1), skewed), token);
    user(openAt(NOW.plusSeconds(skew).minusNanos(1), skewed), token);
    for (Instant over :
        List.of(NOW.plusSeconds(skew), NOW.plusSeconds(skew + 1), NOW.plusSeconds(skew + 86400))) {
      Refused refused = refused(openAt(over, skewed), token);
      assertThat(refused)
          .isEqualTo(Refused.of(Refusal.TOKEN_EXPIRED, "The token has expired.").about("t-1"));
    }
  }

  @Test
  void aFractionOfASecondCounts() {
    Map<String, Object> claims = claims("exp", new BigDecimal(NOW.getEpochSecond() + ".5"));
    assertThat(user(openAt(NOW.plusMillis(499), issuer()), SIGNER.token(claims)).expiresAt())
        .isEqualTo(NOW.plusMillis(500));
    assertThat(refused(openAt(NOW.plusMillis(500), issuer()), SIGNER.token(claims)).refusal())
        .isEqualTo(Refusal.TOKEN_EXPIRED);
  }

  @Test
  void aTokenStandsFromItsNbfOn() { // D10
    Issuer skewed = skewed(Duration.ofSeconds(60));
    String token = SIGNER.token(claims("nbf", NOW.getEpochSecond() + 60));
    user(openAt(NOW, skewed), token);
    user(openAt(NOW.plusSeconds(60), issuer()), token);
    assertThat(refused(openAt(NOW.minusNanos(1), skewed), token))
        .isEqualTo(
            Refused.of(Refusal.TOKEN_NOT_YET_VALID, "The token is not valid yet.").about("t-1"));
    assertThat(refused(openAt(NOW.plusSeconds(59), issuer()), token).refusal())
        .isEqualTo(Refusal.TOKEN_NOT_YET_VALID);
  }

  @Test
  void aTokenFromTheFutureIsRefused() { // D11
    Issuer skewed = skewed(Duration.ofSeconds(60));
    user(open(skewed), SIGNER.token(claims("iat", NOW.getEpochSecond() + 60)));
    assertThat(invalid(open(skewed), SIGNER.token(claims("iat", NOW.getEpochSecond() + 61))))
        .isEqualTo("The token's claim iat lies in the future.");
    user(authenticator, SIGNER.token(claims("iat", NOW.getEpochSecond())));
    invalid(authenticator, SIGNER.token(claims("iat", NOW.getEpochSecond() + 1)));
  }

  @Test
  void anIssuerWhoseClockIsAheadIsNamedInTheLogAndNobodyElseHasThatSaid() {
    JwtAuthenticator here = open(skewed(Duration.ofMinutes(10)));
    Map<String, Object> ahead = claims("iat", NOW.getEpochSecond() + 61);
    user(here, SIGNER.token(claims("iat", NOW.getEpochSecond() + 60)));
    invalid(here, Signer.rsa("rsa-1").token(ahead));
    assertThat(LogCapture.messages("sallyport.jwt", Level.WARNING)).isEmpty();

    user(here, SIGNER.token(ahead));
    user(here, SIGNER.token(ahead));
    assertThat(LogCapture.messages("sallyport.jwt", Level.WARNING))
        .containsExactly(
            "A token of the issuer main was issued 61 seconds from now, by this node's clock: set"
                + " the clocks of both by NTP. Tokens that are ahead by more than 600 seconds are"
                + " refused.");
  }

  @Test
  void aTokenOlderThanItsIssuersMayBeHasExpired() { // D11
    Issuer aged = aged(Duration.ofSeconds(60), Duration.ofSeconds(5));
    user(open(aged), SIGNER.token(claims("iat", NOW.getEpochSecond() - 64)));
    assertThat(refused(open(aged), SIGNER.token(claims("iat", NOW.getEpochSecond() - 65))))
        .isEqualTo(
            Refused.of(Refusal.TOKEN_EXPIRED, "The token is older than its issuer's tokens may be.")
                .about("t-1"));
    assertThat(invalid(open(aged), SIGNER.token(without(claims(), "iat"))))
        .isEqualTo("The token's claim iat is missing.");
    user(authenticator, SIGNER.token(without(claims(), "iat")));
    user(open(aged(Duration.ofSeconds(Long.MAX_VALUE), Duration.ZERO)), SIGNER.token(claims()));
  }

  @Test
  void aSkewThatIsNoSkewIsRefusedAtStart() { // D13
    assertThatThrownBy(() -> skewed(Duration.ofSeconds(-5)))
        .hasMessage("clockSkew must be from 0 to 10 minutes, was PT-5S");
    assertThatThrownBy(() -> skewed(Duration.ofHours(10)))
        .hasMessage("clockSkew must be from 0 to 10 minutes, was PT10H");
    skewed(Duration.ofMinutes(10));
  }

  @Test
  void theIssuerIsComparedExactly() { // D14, D16
    for (Object iss :
        new Object[] {
          "",
          null,
          1,
          List.of(Bench.ISS),
          Map.of(),
          true,
          Bench.ISS + "/",
          "https://ISSUER.example",
          "https://issuer.exampl",
          "https://issuer.example.evil",
          " " + Bench.ISS,
          "https://b.example"
        }) {
      invalid(authenticator, SIGNER.token(claims("iss", iss)));
    }
    assertThat(invalid(authenticator, SIGNER.token(without(claims(), "iss"))))
        .isEqualTo("The token's issuer is not accepted.");
  }

  @Test
  void twoIssuersOfOneNameStopTheStart() {
    assertThatThrownBy(() -> open(issuer(), issuer()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the issuers main and main have the same iss");
  }

  @Test
  void theAudienceMustBeAmongThoseConfigured() { // D17
    assertThat(invalid(authenticator, SIGNER.token(without(claims(), "aud"))))
        .isEqualTo("The token's claim aud is missing.");
    for (Object other :
        new Object[] {
          "other",
          "",
          List.of(),
          List.of("other"),
          "orders,other",
          "other orders",
          "Orders",
          "orders "
        }) {
      assertThat(invalid(authenticator, SIGNER.token(claims("aud", other))))
          .isEqualTo("The token is for another audience.");
    }
    for (Object illTyped :
        new Object[] {5, null, true, Map.of(), List.of("orders", 5), List.of(List.of("orders"))}) {
      assertThat(invalid(authenticator, SIGNER.token(claims("aud", illTyped))))
          .isEqualTo("The token's claim aud has the wrong type.");
    }
    user(authenticator, SIGNER.token(claims("aud", List.of("other", "orders"))));
  }

  @Test
  void whereNoAudienceIsConfiguredTheClaimIsNotLookedAt() {
    JwtAuthenticator any = open(new With().audiences(Set.of()).issuer());
    user(any, SIGNER.token(without(claims(), "aud")));
    user(any, SIGNER.token(claims("aud", "other")));
  }

  @Test
  void theSubjectMustBeANonEmptyString() { // D19
    assertThat(invalid(authenticator, SIGNER.token(without(claims(), "sub"))))
        .isEqualTo("The token's claim sub is missing.");
    for (Object sub : new Object[] {"", " ", null, 42, List.of("u"), Map.of()}) {
      invalid(authenticator, SIGNER.token(claims("sub", sub)));
    }
    // Nor does another name make up for it.
    Map<String, Object> named = claims("upn", "ada");
    for (String sub : List.of("", " ")) {
      named.put("sub", sub);
      assertThat(invalid(authenticator, SIGNER.token(named)))
          .isEqualTo("The token's claim sub is empty.");
    }
    invalid(authenticator, SIGNER.token(without(named, "sub")));
  }

  @Test
  void aClaimTwiceIsRefused() { // D08
    String payload = Json.write(claims());
    String twice = payload.replace("\"sub\":", "\"sub\":\"admin\",\"sub\":");
    invalid(authenticator, SIGNER.token(Json.write(SIGNER.header()), twice));
    user(authenticator, SIGNER.token(Json.write(SIGNER.header()), payload));
  }

  @Test
  void theNameIsTheFirstNameClaimThatIsThere() {
    Map<String, Object> claims = claims("preferred_username", "ada");
    assertThat(user(authenticator, SIGNER.token(claims)).name()).isEqualTo("ada");
    claims.put("upn", "ada@example.org");
    assertThat(user(authenticator, SIGNER.token(claims)).name()).isEqualTo("ada@example.org");
    assertThat(user(authenticator, SIGNER.token(claims())).name()).isEqualTo("u-17");
    for (Object upn : new Object[] {"", " ", null, 1, List.of("ada")}) {
      invalid(authenticator, SIGNER.token(claims("upn", upn)));
    }
    JwtAuthenticator named = open(new With().nameClaims(List.of("profile/name")).issuer());
    assertThat(user(named, SIGNER.token(claims("profile", Map.of("name", "Ada")))).name())
        .isEqualTo("Ada");
    assertThat(invalid(named, SIGNER.token(claims())))
        .isEqualTo("The token has none of the claims that could name its user.");
  }

  @Test
  void theTokenIdMustBeAString() { // D27
    assertThat(user(authenticator, SIGNER.token(without(claims(), "jti"))).tokenId()).isNull();
    for (Object jti : new Object[] {null, 1, List.of("t"), true}) {
      assertThat(refused(authenticator, SIGNER.token(claims("jti", jti))))
          .isEqualTo(
              Refused.of(Refusal.TOKEN_INVALID, "The token's claim jti has the wrong type."));
    }
  }

  @Test
  void aRefusalNamesTheTokenOnlyOnceItsSignatureStands() {
    assertThat(refused(authenticator, SIGNER.token(claims("aud", "other"))).publicId())
        .isEqualTo("t-1");
    assertThat(refused(authenticator, Signer.rsa("rsa-1").token(claims("aud", "other"))).publicId())
        .isNull();
  }

  @Test
  void noClaimIsJudgedBeforeTheSignature() {
    Map<String, Object> claims = claims("exp", 0);
    claims.put("aud", "other");
    claims.put("sub", 1);
    assertThat(invalid(authenticator, Signer.rsa("rsa-1").token(claims)))
        .isEqualTo("The token's signature does not verify.");
  }

  @Test
  void requiredClaimsMustBeThere() {
    JwtAuthenticator strict =
        open(new With().requiredClaims(Set.of("tenant", "realm_access/level")).issuer());
    Map<String, Object> claims = claims("tenant", "acme");
    claims.put("realm_access", Map.of("level", 3));
    user(strict, SIGNER.token(claims));
    assertThat(invalid(strict, SIGNER.token(without(claims, "tenant"))))
        .isEqualTo("The token's claim tenant is missing.");
    claims.put("tenant", null);
    invalid(strict, SIGNER.token(claims));
    claims.put("tenant", "acme");
    claims.put("realm_access", Map.of());
    invalid(strict, SIGNER.token(claims));
  }

  @Test
  void rolesComeFromAPath() {
    JwtAuthenticator keycloak = open(new With().rolesClaim("realm_access/roles").issuer());
    Map<String, Object> nested = Map.of("roles", List.of("clerk"));
    assertThat(user(keycloak, SIGNER.token(claims("realm_access", nested))).roles())
        .containsExactly("clerk");
    assertThat(user(keycloak, SIGNER.token(claims("realm_access", Map.of()))).roles()).isEmpty();
    assertThat(user(keycloak, SIGNER.token(claims())).roles()).isEmpty();
    invalid(keycloak, SIGNER.token(claims("realm_access", "roles")));
    invalid(keycloak, SIGNER.token(claims("realm_access", null)));
  }

  @Test
  void aClaimWhoseWholeNameIsThePathIsFoundFirst() {
    JwtAuthenticator namespaced = open(new With().rolesClaim("https://x/roles").issuer());
    Map<String, Object> claims = claims("https://x/roles", List.of("clerk"));
    claims.put("https:", Map.of("", Map.of("x", Map.of("roles", List.of("admin")))));
    assertThat(user(namespaced, SIGNER.token(claims)).roles()).containsExactly("clerk");
  }

  @Test
  void rolesAreAnArrayOrOneStringWithSpaces() { // D22
    assertThat(user(authenticator, SIGNER.token(claims("groups", " a  b "))).roles())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(user(authenticator, SIGNER.token(claims("groups", List.of("a b", "c")))).roles())
        .containsExactlyInAnyOrder("a b", "c");
    assertThat(user(authenticator, SIGNER.token(claims("groups", List.of("a", "a")))).roles())
        .containsExactly("a");
    for (Object illTyped :
        new Object[] {
          null, 1, true, Map.of("a", 1), List.of("a", 1), List.of(""), List.of(List.of("a"))
        }) {
      assertThat(invalid(authenticator, SIGNER.token(claims("groups", illTyped))))
          .isEqualTo("The token's claim groups has the wrong type.");
    }
  }

  @Test
  void rolesAreComparedLetterByLetterInEveryLocale() { // D22
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      assertThat(user(authenticator, SIGNER.token(claims("groups", List.of("ADMIN")))).roles())
          .containsExactly("ADMIN");
      // typ is compared without case: an i must not lose its dot on the way.
      user(authenticator, SIGNER.token(Bench.header(SIGNER, "typ", "APPLICATION/JWT"), claims()));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void scopesAreWordsAndNeverPartsOfWords() { // D21
    assertThat(scopes(claims("scope", "read write"))).containsExactlyInAnyOrder("read", "write");
    assertThat(scopes(claims("scope", List.of("read", "write"))))
        .containsExactlyInAnyOrder("read", "write");
    assertThat(scopes(claims("scope", "read,write"))).containsExactly("read,write");
    assertThat(scopes(claims("scope", "readwrite"))).containsExactly("readwrite");
    assertThat(scopes(claims("scope", "read\twrite"))).containsExactly("read\twrite");
    assertThat(scopes(claims("scope", ""))).isEmpty();
    assertThat(scopes(claims("scope", List.of()))).isEmpty();
    assertThat(scopes(claims())).isNull();
    for (Object illTyped : new Object[] {null, 1, Map.of(), List.of(1)}) {
      invalid(authenticator, SIGNER.token(claims("scope", illTyped)));
    }
  }

  @Test
  void scopesComeFromTheFirstClaimThatIsThere() {
    Map<String, Object> claims = claims("scp", List.of("b"));
    assertThat(scopes(claims)).containsExactly("b");
    claims.put("scope", "a");
    assertThat(scopes(claims)).containsExactly("a");
    claims.put("scope", "");
    assertThat(scopes(claims)).isEmpty();
  }

  @Test
  void strangeNamesAndLongClaimsAreJustClaims() { // D26
    Map<String, Object> claims = claims("__proto__", Map.of("admin", true));
    claims.put("class", "x");
    claims.put("long", "x".repeat(5_000_000));
    assertThat(user(authenticator, SIGNER.token(claims)).claims())
        .containsKeys("__proto__", "class");
  }

  @Test
  void eachClaimReplacedWithoutSigningAnewIsRefusedAndNotEchoed() { // D27
    String[] good = SIGNER.token(claims()).split("\\.", -1);
    for (String name : claims().keySet()) {
      for (Object value : new Object[] {null, true, false, "jwt_tool", 0}) {
        String payload = Signer.base64(Json.write(claims(name, value)));
        assertThat(invalid(authenticator, good[0] + "." + payload + "." + good[2]))
            .doesNotContain("jwt_tool");
      }
    }
  }

  private @Nullable Set<String> scopes(Map<String, Object> claims) {
    return user(authenticator, SIGNER.token(claims)).scopes();
  }

  private static String raw(String name, String json) {
    String payload = Json.write(without(claims(), name));
    String with = payload.substring(0, payload.length() - 1) + ",\"" + name + "\":" + json + "}";
    return SIGNER.token(Json.write(SIGNER.header()), with);
  }

  private static Issuer skewed(Duration skew) {
    return new With().clockSkew(skew).issuer();
  }

  private static Issuer aged(Duration maxAge, Duration skew) {
    return new With().maxAge(maxAge).clockSkew(skew).issuer();
  }
}
