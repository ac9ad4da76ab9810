package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.claims;
import static io.github.sallyport.jwt.Bench.header;
import static io.github.sallyport.jwt.Bench.invalid;
import static io.github.sallyport.jwt.Bench.issuer;
import static io.github.sallyport.jwt.Bench.open;
import static io.github.sallyport.jwt.Bench.refused;
import static io.github.sallyport.jwt.Bench.user;
import static io.github.sallyport.jwt.Bench.without;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Refusal;
import io.github.sallyport.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a token's header says is held against the issuer's settings and keys, and chooses nothing.
 */
class TokenHeaderTest {
  private static final Signer RSA = Bench.RSA;
  private static final Signer EC = Bench.EC;

  private final JwtAuthenticator authenticator = open(issuer());

  /** Beside each attack the same token without it, and straight after the attack. */
  @AfterEach
  void goodTokensAreAccepted() {
    assertThat(user(authenticator, RSA.token(claims())).subject()).isEqualTo("u-17");
    assertThat(user(authenticator, EC.token(claims())).subject()).isEqualTo("u-17");
    authenticator.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "NONE", "nOnE"}) // A01, A02
  void algNoneIsRefusedInEverySpellingWithAndWithoutSignature(String none) {
    String input =
        Signer.base64(Json.write(header(RSA, "alg", none)))
            + "."
            + Signer.base64(Json.write(claims()));
    assertThat(invalid(authenticator, input + ".")).isEqualTo("A part of the token is empty.");
    assertThat(invalid(authenticator, RSA.signed(input)))
        .isEqualTo("The token's algorithm is not one that its issuer may use.");
  }

  @Test
  void anAlgThatIsNotAStringOfTheIssuersIsRefused() { // A04
    for (Object alg :
        new Object[] {
          "", null, 256, List.of("RS256"), Map.of(), true, "rs256", "RS256 ", "RS512"
        }) {
      invalid(authenticator, RSA.token(header(RSA, "alg", alg), claims()));
    }
    assertThat(invalid(authenticator, RSA.token(without(RSA.header(), "alg"), claims())))
        .isEqualTo("The token's header names no algorithm.");
  }

  @Test
  void aPublicRsaKeyIsNoHmacSecret() throws Exception { // A06, A09
    byte[] der = RSA.pair().getPublic().getEncoded();
    for (byte[] secret :
        List.of(
            RSA.pem().getBytes(StandardCharsets.US_ASCII),
            RSA.pem().strip().getBytes(StandardCharsets.US_ASCII),
            der,
            Json.write(RSA.jwk()).getBytes(StandardCharsets.US_ASCII))) {
      invalid(authenticator, hs256(secret, header(RSA, "alg", "HS256")));
      invalid(authenticator, hs256(secret, RSA.header()));
    }
  }

  @Test
  void aPublicEcPointIsNoHmacSecret() throws Exception { // A08
    byte[] der = EC.pair().getPublic().getEncoded();
    byte[] point = Arrays.copyOfRange(der, der.length - 65, der.length);
    invalid(authenticator, hs256(point, header(EC, "alg", "HS256")));
    invalid(authenticator, hs256(point, EC.header()));
  }

  @Test
  void anEcdsaSignatureOfZerosIsRefused() { // A14
    String input = input(EC.header());
    invalid(authenticator, input + "." + Signer.base64(new byte[64]));
    byte[] rZero = EC.signature(input, true);
    Arrays.fill(rZero, 0, 32, (byte) 0);
    invalid(authenticator, input + "." + Signer.base64(rZero));
    byte[] order = new byte[64];
    byte[] n = ((ECPublicKey) EC.pair().getPublic()).getParams().getOrder().toByteArray();
    System.arraycopy(n, n.length - 32, order, 0, 32);
    System.arraycopy(n, n.length - 32, order, 32, 32);
    invalid(authenticator, input + "." + Signer.base64(order));
  }

  @Test
  void anEcdsaSignatureInDerIsRefused() { // A16
    String input = input(EC.header());
    for (int i = 0; i < 8; i++) {
      invalid(authenticator, input + "." + Signer.base64(EC.signature(input, false)));
    }
  }

  @Test
  void aSignatureOfAnotherLengthIsRefused() {
    for (Signer signer : List.of(RSA, EC)) {
      String input = input(signer.header());
      byte[] good = signer.signature(input, true);
      for (int length : new int[] {1, good.length - 1, good.length + 1, good.length * 2}) {
        invalid(authenticator, input + "." + Signer.base64(Arrays.copyOf(good, length)));
      }
    }
  }

  @Test
  void aKeyOnAnotherCurveSignsNothingForUs() throws Exception { // A18
    KeyPair p384 = Signer.ecPair("secp384r1");
    for (String alg : List.of("ES256", "ES384")) {
      String input = input(header(EC, "alg", alg));
      Signature signature = Signature.getInstance("SHA384withECDSAinP1363Format");
      signature.initSign(p384.getPrivate());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      invalid(authenticator, input + "." + Signer.base64(signature.sign()));
    }
  }

  @Test
  void theKeyOfAKidMustFitTheAlgorithm() { // A20
    Map<String, Object> header = header(RSA, "kid", EC.kid());
    assertThat(invalid(authenticator, RSA.token(header, claims())))
        .isEqualTo("No key of the token's issuer fits the token.");
    invalid(authenticator, EC.token(header(EC, "kid", RSA.kid()), claims()));
    invalid(authenticator, EC.token(header(EC, "alg", "RS256"), claims()));
    invalid(authenticator, RSA.token(header(RSA, "alg", "ES256"), claims()));
  }

  @Test
  void pssIsNotTakenForPkcs1NorTheReverse() throws Exception { // A21
    Signature pss = Signature.getInstance("RSASSA-PSS");
    pss.setParameter(
        new java.security.spec.PSSParameterSpec(
            "SHA-256", "MGF1", java.security.spec.MGF1ParameterSpec.SHA256, 32, 1));
    pss.initSign(RSA.pair().getPrivate());
    for (String alg : List.of("RS256", "PS256")) {
      String input = input(header(RSA, "alg", alg));
      pss.update(input.getBytes(StandardCharsets.US_ASCII));
      invalid(authenticator, input + "." + Signer.base64(pss.sign()));
    }
    // java-jwt's RS256 verifier takes a header that says PS256, if the signature is PKCS#1.
    invalid(authenticator, RSA.token(header(RSA, "alg", "PS256"), claims()));
  }

  @Test
  void onlyTheAlgorithmsOfTheIssuerAreTaken() {
    Issuer rsaOnly = new With().algorithms(Set.of(SignatureAlgorithm.RS256)).issuer();
    JwtAuthenticator strict = open(rsaOnly);
    invalid(strict, EC.token(claims()));
    user(strict, RSA.token(claims()));
  }

  @Test
  void aKeyThatTheTokenBringsIsNotLookedAt() { // B01, B02
    Signer mallory = Signer.rsa("rsa-1");
    for (Map<String, Object> own :
        List.<Map<String, Object>>of(
            header(mallory, "jwk", mallory.jwk()),
            header(mallory, "jku", "http://127.0.0.1:1/jwks"),
            header(mallory, "x5u", "http://127.0.0.1:1/cert"),
            header(mallory, "x5c", List.of("AAAA")))) {
      assertThat(invalid(authenticator, mallory.token(own, claims())))
          .isEqualTo("The token's signature does not verify.");
    }
    user(authenticator, RSA.token(header(RSA, "jku", "http://127.0.0.1:1/jwks"), claims()));
  }

  @ParameterizedTest // B05, B06, B07, B11
  @ValueSource(
      strings = {
        "../../../../dev/null",
        "/dev/null",
        "/invalid_path",
        "x' UNION SELECT '1';--",
        "|sleep 10",
        "${jndi:ldap://127.0.0.1/x}",
        "other",
        "RSA-1",
        "rsa-1 "
      })
  void aKidThatNamesNoKeyIsRefusedAlsoWhereThereIsOnlyOneKey(String kid) throws Exception {
    JwtAuthenticator single = open(issuer(RSA.named()));
    Map<String, Object> header = header(RSA, "kid", kid);
    assertThat(invalid(single, RSA.token(header, claims())))
        .isEqualTo("No key of the token's issuer fits the token.");
    header.put("alg", "HS256");
    invalid(single, hs256(new byte[1], header));
    user(single, RSA.token(claims()));
  }

  @Test
  void aKidThatIsNoKidIsRefused() { // B09
    JwtAuthenticator any = open(issuer(RSA.unnamed()));
    for (Object kid :
        new Object[] {
          "", null, 7, Map.of(), List.of("rsa-1"), true, "k".repeat(513), "k".repeat(100_000)
        }) {
      invalid(any, RSA.token(header(RSA, "kid", kid), claims()));
      invalid(authenticator, RSA.token(header(RSA, "kid", kid), claims()));
    }
    user(any, RSA.token(header(RSA, "kid", "k".repeat(512)), claims()));
  }

  @Test
  void aKeyWithoutKidStandsForEachKid() {
    JwtAuthenticator any = open(issuer(RSA.unnamed()));
    user(any, RSA.token(header(RSA, "kid", "whatever"), claims()));
    user(any, RSA.token(without(RSA.header(), "kid"), claims()));
    invalid(any, Signer.rsa(null).token(claims()));
  }

  @Test
  void withoutAKidAtMostFourKeysOfTheAlgorithmAreTried() { // B12
    List<KeySource.Named> keys = new ArrayList<>(List.of(EC.named()));
    for (int i = 0; i < 3; i++) keys.add(Signer.ec("other-" + i).named());
    Signer fifth = Signer.ec("fifth");
    keys.add(fifth.named());
    keys.add(RSA.named());
    JwtAuthenticator many = open(issuer(keys.toArray(KeySource.Named[]::new)));
    user(many, EC.token(without(EC.header(), "kid"), claims()));
    user(many, RSA.token(without(RSA.header(), "kid"), claims()));
    invalid(many, fifth.token(without(fifth.header(), "kid"), claims()));
    user(many, fifth.token(claims()));
  }

  @Test
  void extensionsAreRefused() { // B13, B15, B17; java-jwt lets each pass
    Map<String, Object> b64 = header(RSA, "b64", false);
    b64.put("crit", List.of("b64"));
    for (Map<String, Object> extended :
        List.<Map<String, Object>>of(
            header(RSA, "crit", List.of("x")),
            header(RSA, "crit", List.of()),
            header(RSA, "crit", null),
            header(RSA, "b64", false),
            header(RSA, "b64", true),
            b64,
            header(RSA, "zip", "DEF"))) {
      assertThat(invalid(authenticator, RSA.token(extended, claims())))
          .isEqualTo("The token's header asks for an extension that is not supported.");
    }
  }

  @Test
  void unknownHeadersThatAreNotCriticalAreIgnored() {
    user(authenticator, RSA.token(header(RSA, "x", List.of(Map.of())), claims()));
  }

  @Test
  void theTypeMustBeThatOfAnAccessToken() { // B18
    for (Object typ :
        new Object[] {
          "dpop+jwt",
          "logout+jwt",
          "JOSE",
          "id+jwt",
          "",
          null,
          1,
          List.of("JWT"),
          "application/jose"
        }) {
      invalid(authenticator, RSA.token(header(RSA, "typ", typ), claims()));
    }
    for (String typ :
        List.of("JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/JWT")) {
      user(authenticator, RSA.token(header(RSA, "typ", typ), claims("client_id", "web")));
    }
    user(authenticator, RSA.token(without(RSA.header(), "typ"), claims()));
  }

  @Test
  void anIssuersOwnTypesTakeThePlaceOfTheUsual() { // B18
    Issuer typed = new With().types(Set.of("application/at+JWT")).issuer();
    JwtAuthenticator strict = open(typed);
    assertThat(invalid(strict, RSA.token(claims()))).isEqualTo("The token's type is not accepted.");
    invalid(strict, RSA.token(without(RSA.header(), "typ"), claims()));
    user(strict, RSA.token(header(RSA, "typ", "at+jwt"), claims("client_id", "web")));
  }

  @Test
  void aTokenInATokenIsRefused() { // B20
    for (Object cty : new Object[] {"JWT", "jwt", "application/jwt", 1, null}) {
      invalid(authenticator, RSA.token(header(RSA, "cty", cty), claims()));
    }
    user(authenticator, RSA.token(header(RSA, "cty", "json"), claims()));
  }

  @Test
  void encryptedTokensAreRefusedAtOnce() { // B21, B23
    String header =
        Signer.base64(
            "{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2c\":2147483647,\"p2s\":\"AAAA\"}");
    assertThat(invalid(authenticator, header + ".AAAA.AAAA.AAAA.AAAA"))
        .isEqualTo("The token does not have three parts.");
    invalid(authenticator, header + ".AAAA.AAAA");
  }

  @Test
  void aHeaderNameTwiceIsRefusedInBothOrders() { // B25; java-jwt takes the last
    String payload = Json.write(claims());
    invalid(authenticator, RSA.token("{\"alg\":\"none\",\"alg\":\"RS256\"}", payload));
    invalid(authenticator, RSA.token("{\"alg\":\"RS256\",\"alg\":\"none\"}", payload));
    user(authenticator, RSA.token("{\"alg\":\"RS256\"}", payload));
  }

  @Test
  void eachIssuerSeesOnlyItsOwnKeysAlsoUnderOneKid() { // A28, F19
    Signer others = Signer.rsa(RSA.kid());
    Issuer other =
        new With()
            .named("other", "https://other.example")
            .keys(new KeySource.Fixed(List.of(others.named())))
            .issuer();
    JwtAuthenticator two = open(issuer(), other);
    invalid(two, others.token(claims()));
    invalid(two, RSA.token(claims("iss", "https://other.example")));
    assertThat(user(two, others.token(claims("iss", "https://other.example"))).issuer())
        .isEqualTo("https://other.example");
    user(two, RSA.token(claims()));
  }

  @Test
  void eachHeaderReplacedWithoutSigningAnewIsRefusedAndNotEchoed() { // D27
    String[] good = RSA.token(claims()).split("\\.", -1);
    for (String name : RSA.header().keySet()) {
      for (Object value : new Object[] {null, true, false, "jwt_tool", 0}) {
        String header = Signer.base64(Json.write(header(RSA, name, value)));
        assertThat(refused(authenticator, header + "." + good[1] + "." + good[2]))
            .satisfies(refused -> assertThat(refused.refusal()).isEqualTo(Refusal.TOKEN_INVALID))
            .satisfies(refused -> assertThat(refused.detail()).doesNotContain("jwt_tool"))
            .satisfies(refused -> assertThat(refused.publicId()).isNull());
      }
    }
  }

  private static String input(Map<String, Object> header) {
    return Signer.base64(Json.write(header)) + "." + Signer.base64(Json.write(claims()));
  }

  private static String hs256(byte[] secret, Map<String, Object> header)
      throws GeneralSecurityException {
    String input = input(new LinkedHashMap<>(header));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    return input + "." + Signer.base64(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
  }
}
