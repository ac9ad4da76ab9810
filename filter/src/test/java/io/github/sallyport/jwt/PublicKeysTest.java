package io.github.sallyport.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.KeySource.Named;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeysTest {
  private static final Set<SignatureAlgorithm> BOTH =
      Set.of(SignatureAlgorithm.RS256, SignatureAlgorithm.ES256);
  private static final Signer RSA = Bench.RSA;
  private static final Signer EC = Bench.EC;

  @Test
  void pemIsReadAndStandsForAllKids() {
    assertThat(parse(RSA.pem())).containsExactly(RSA.unnamed());
    assertThat(parse(EC.pem())).containsExactly(EC.unnamed());
  }

  @Test
  void pemIsReadOnOneLineAndWithSpaceAround() {
    assertThat(parse(" \n" + RSA.pem().replace("\n", " ") + "\r\n")).containsExactly(RSA.unnamed());
  }

  @Test
  void severalKeysMayStandInOnePem() {
    assertThat(parse(RSA.pem() + EC.pem())).containsExactly(RSA.unnamed(), EC.unnamed());
  }

  @Test
  void aJwkIsReadWithItsKid() {
    assertThat(parse(Json.write(RSA.jwk()))).containsExactly(RSA.named());
    assertThat(parse(Json.write(EC.jwk()))).containsExactly(EC.named());
  }

  @Test
  void aJwkSetIsRead() {
    assertThat(parse(set(RSA.jwk(), EC.jwk()))).containsExactly(RSA.named(), EC.named());
  }

  @Test
  void base64urlOfAJwkAndOfASetIsReadWithPaddingAndLineBreaksToo() {
    String jwk = Signer.base64(Json.write(RSA.jwk()));
    String set =
        Base64.getUrlEncoder()
            .encodeToString(
                set(RSA.jwk(), EC.jwk(), Map.of("kty", "x")).getBytes(StandardCharsets.UTF_8));
    assertThat(parse(jwk)).containsExactly(RSA.named());
    assertThat(parse(set.substring(0, 70) + "\n" + set.substring(70)))
        .containsExactly(RSA.named(), EC.named());
  }

  @Test
  void aKeyThatFitsNoneOfTheAlgorithmsIsRefused() {
    Set<SignatureAlgorithm> es256 = Set.of(SignatureAlgorithm.ES256);
    for (String text : List.of(RSA.pem(), Json.write(RSA.jwk()), set(RSA.jwk()))) {
      assertThatThrownBy(() -> PublicKeys.parse(text, es256))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no key that may verify signatures by [ES256]");
    }
    assertThat(PublicKeys.parse(set(RSA.jwk(), EC.jwk()), es256)).containsExactly(EC.named());
  }

  @Test
  void privateKeysAreRefusedWhateverTheyStandIn() {
    String pkcs8 =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getEncoder().encodeToString(RSA.pair().getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----";
    refused(pkcs8, "a private key; only the public one belongs here");
    refused(
        pkcs8.replace("PRIVATE", "RSA PRIVATE"), "a private key; only the public one belongs here");
    refused(RSA.pem() + pkcs8, "a private key; only the public one belongs here");
    String secret = "a private or secret key stands where public ones belong";
    for (String member : List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k")) {
      refused(Json.write(with(RSA.jwk(), member, "AQAB")), secret);
      refused(set(EC.jwk(), with(RSA.jwk(), member, "AQAB")), secret);
    }
    refused("{\"kty\":\"oct\"}", secret);
  }

  @Test
  void rsaKeysUnder2048BitsAreRefused() { // A23
    String why = "an RSA key must have at least 2048 bits, this one has 1024";
    Signer small = Signer.rsa("small", 1024);
    refused(small.pem(), why);
    refused(Json.write(small.jwk()), why);
    refused(set(RSA.jwk(), small.jwk()), why);
  }

  @Test
  void rsaKeysThatWouldCostSecondsAreRefused() {
    String n = Signer.base64(BigInteger.ONE.shiftLeft(16385).setBit(0).toByteArray());
    refused(Json.write(with(RSA.jwk(), "n", n)), "a JWK is not a usable RSA key");
  }

  @Test
  void anRsaExponentThatProtectsNothingIsRefused() {
    for (String e : List.of("AQ", "AA", "Ag", "AQAA")) {
      assertThatThrownBy(() -> parse(Json.write(with(RSA.jwk(), "e", e))))
          .as(e)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(parse(Json.write(with(RSA.jwk(), "e", "Aw")))).hasSize(1);
  }

  @Test
  void aPointThatIsNotOnTheCurveIsRefused() { // A25
    String zero = Signer.base64(new byte[32]);
    byte[] ones = new byte[32];
    java.util.Arrays.fill(ones, (byte) 0xff);
    String why = "an EC key's point is not on its curve";
    refused(Json.write(with(EC.jwk(), "x", EC.jwk().get("y"))), why);
    refused(Json.write(with(EC.jwk(), "y", Signer.base64(ones))), why);
    refused(Json.write(with(with(EC.jwk(), "x", zero), "y", zero)), why);
    byte[] der = EC.pair().getPublic().getEncoded();
    der[der.length - 1] ^= 1;
    String pem =
        "-----BEGIN PUBLIC KEY-----"
            + Base64.getEncoder().encodeToString(der)
            + "-----END PUBLIC KEY-----";
    assertThatThrownBy(() -> parse(pem)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyOnAnotherCurveIsRefusedAndSkippedInASet() { // A18
    Map<String, Object> p384 = Signer.jwk(Signer.ecPair("secp384r1").getPublic());
    refused(Json.write(p384), "no key that may verify signatures by [RS256, ES256]");
    assertThat(parse(set(p384, EC.jwk()))).containsExactly(EC.named());
    refused(Json.write(with(p384, "alg", "ES256")), "a JWK's alg contradicts its kty or crv");
    refused(Json.write(with(p384, "crv", "P-256")), "a JWK's x must have 32 bytes");
    refused(
        Signer.pem(Signer.ecPair("secp384r1").getPublic()),
        "no key that may verify signatures by [RS256, ES256]");
    for (SignatureAlgorithm algorithm :
        List.of(SignatureAlgorithm.ES384, SignatureAlgorithm.ES512)) {
      Signer own = Signer.of(algorithm);
      Set<SignatureAlgorithm> one = Set.of(algorithm);
      assertThat(PublicKeys.parse(own.pem(), one)).containsExactly(own.unnamed());
      assertThat(PublicKeys.parse(Json.write(own.jwk()), one)).containsExactly(own.named());
      assertThat(PublicKeys.parse(set(EC.jwk(), own.jwk()), one)).containsExactly(own.named());
    }
  }

  @Test
  void keysThatAreNotForVerifyingAreSkipped() { // F09
    for (Map<String, Object> other :
        List.of(
            with(EC.jwk(), "use", "enc"),
            with(EC.jwk(), "use", null),
            with(EC.jwk(), "key_ops", List.of("encrypt")),
            with(EC.jwk(), "key_ops", List.of()),
            with(EC.jwk(), "key_ops", "verify"))) {
      assertThat(parse(set(other, RSA.jwk()))).containsExactly(RSA.named());
      refused(Json.write(other), "no key that may verify signatures by [RS256, ES256]");
    }
    assertThat(parse(Json.write(with(EC.jwk(), "key_ops", List.of("verify"))))).hasSize(1);
  }

  @Test
  void theAlgOfAJwkIsObeyed() { // A09, A20, A21
    for (Object alg : new Object[] {"RS384", "PS256", "HS256", "none", "rs256", 1, null}) {
      assertThat(parse(set(with(RSA.jwk(), "alg", alg), EC.jwk()))).containsExactly(EC.named());
    }
    refused(Json.write(with(RSA.jwk(), "alg", "ES256")), "a JWK's alg contradicts its kty or crv");
    Map<String, Object> free = RSA.jwk();
    free.remove("alg");
    assertThat(parse(Json.write(free))).containsExactly(RSA.named());
  }

  @Test
  void unknownKindsOfKeyAreSkippedInASet() { // F06
    Map<String, Object> okp = Map.of("kty", "OKP", "crv", "X25519", "x", "AAAA", "kid", "ed");
    assertThat(parse(set(okp, Map.of("kty", "new"), RSA.jwk()))).containsExactly(RSA.named());
    refused(Json.write(okp), "no key that may verify signatures by [RS256, ES256]");
  }

  @Test
  void anEd25519KeyIsReadFromPemAndFromAJwk() {
    Signer own = Signer.of(SignatureAlgorithm.EdDSA);
    Set<SignatureAlgorithm> one = Set.of(SignatureAlgorithm.EdDSA);
    assertThat(PublicKeys.parse(own.pem(), one)).containsExactly(own.unnamed());
    assertThat(PublicKeys.parse(Json.write(own.jwk()), one)).containsExactly(own.named());
    for (Map<String, Object> other :
        List.of(
            with(own.jwk(), "crv", "Ed448"),
            with(own.jwk(), "crv", null),
            with(own.jwk(), "x", "AAAA"),
            Signer.jwk(Signer.edwardsPair("Ed448").getPublic()))) {
      assertThatThrownBy(() -> PublicKeys.parse(Json.write(other), one))
          .as(other.toString())
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(
            () -> PublicKeys.parse(Signer.pem(Signer.edwardsPair("Ed448").getPublic()), one))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // No point has this y.
        "0200000000000000000000000000000000000000000000000000000000000000",
        // Of order 1, 2, 4 and 8: a signature under them takes no secret.
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        // One of them, spelt with y beyond the field.
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
      })
  void anEd25519PointThatIsNoneOrProtectsNothingIsRefused(String point) { // A25
    Signer own = Signer.of(SignatureAlgorithm.EdDSA);
    String x = Signer.base64(HexFormat.of().parseHex(point));
    assertThatThrownBy(
            () ->
                PublicKeys.parse(
                    Json.write(with(own.jwk(), "x", x)), Set.of(SignatureAlgorithm.EdDSA)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an Ed25519 key's point is not on its curve, or is weak");
  }

  @Test
  void noWeakOrMisfittingKeyCanBeMadeIntoANamedOne() {
    PublicKey small = Signer.rsa("small", 1024).pair().getPublic();
    assertThatThrownBy(() -> new Named("k", SignatureAlgorithm.RS256, small))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Named("k", SignatureAlgorithm.ES256, RSA.pair().getPublic()))
        .hasMessage("the key is of another kind than ES256");
    assertThatThrownBy(() -> new Named("k", SignatureAlgorithm.RS256, EC.pair().getPublic()))
        .hasMessage("the key is of another kind than RS256");
  }

  @Test
  void oneKidForTwoKeysIsRefused() { // F08
    Map<String, Object> twin = with(EC.jwk(), "kid", RSA.kid());
    refused(set(RSA.jwk(), twin), "two keys of a set have the same kid");
    assertThat(parse(set(RSA.jwk(), with(twin, "use", "enc")))).hasSize(1);
  }

  @Test
  void whatIsNoKeyIsRefused() {
    for (String text :
        List.of(
            "",
            " ",
            "x",
            "hunter2!",
            "{",
            "{}",
            "{\"keys\":null}",
            "{\"keys\":[]}",
            "{\"keys\":[1]}",
            "{\"keys\":{}}",
            "{\"kty\":1}",
            "{\"kty\":\"RSA\"}",
            "{\"kty\":\"RSA\",\"n\":1,\"e\":2}",
            "{\"kty\":\"EC\",\"crv\":\"P-256\"}",
            "[]",
            "-----BEGIN PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----hunter2!-----END PUBLIC KEY-----",
            "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----",
            "-----BEGIN",
            RSA.pem() + "hunter2",
            Json.write(with(RSA.jwk(), "kid", 7)),
            Json.write(with(RSA.jwk(), "n", RSA.jwk().get("n") + "=")))) {
      assertThatThrownBy(() -> parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .doesNotContain("hunter2");
    }
  }

  private static List<Named> parse(String text) {
    return PublicKeys.parse(text, BOTH);
  }

  private static void refused(String text, String why) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  private static String set(Map<?, ?>... keys) {
    return Json.write(Map.of("keys", List.of(keys)));
  }

  private static Map<String, Object> with(
      Map<String, Object> jwk, String member, @Nullable Object value) {
    Map<String, Object> changed = new HashMap<>(jwk);
    changed.put(member, value);
    return changed;
  }
}
