package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.accepted;
import static io.github.sallyport.jwt.Bench.claims;
import static io.github.sallyport.jwt.Bench.invalid;
import static io.github.sallyport.jwt.Bench.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sallyport.Secret;
import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.KeySource.Named;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every algorithm signs tokens that are good, and nothing is taken for another one's. */
class AlgorithmsTest {
  private static final String SECRET = "0123456789abcdef".repeat(4); // 64 bytes
  private static final String OTHER_SECRET = "fedcba9876543210".repeat(4);

  static Stream<SignatureAlgorithm> publicOnes() {
    return Stream.of(SignatureAlgorithm.values()).filter(each -> !each.isSymmetric());
  }

  @ParameterizedTest
  @MethodSource("publicOnes")
  void aTokenIsGoodByItsAlgorithmAloneAndAsItWasSigned(SignatureAlgorithm algorithm) {
    Signer signer = Signer.of(algorithm);
    String token = signer.token(claims());
    try (JwtAuthenticator authenticator = open(issuer(signer.named(), algorithm))) {
      accepted(authenticator, token);
      // Each position, once; what is not base64url any more is as little a token (C21).
      for (int i = 0; i < token.length(); i++) {
        char other = token.charAt(i) == 'A' ? 'B' : 'A';
        if (token.charAt(i) == '.') continue;
        invalid(authenticator, token.substring(0, i) + other + token.substring(i + 1));
      }
      invalid(authenticator, Signer.of(algorithm).token(claims())); // another key, the same kid
      accepted(authenticator, token);
    }
  }

  @ParameterizedTest
  @MethodSource("publicOnes")
  void aKeyThatMaySignByOneAlgorithmSignsByNoOther(SignatureAlgorithm algorithm) { // A20, A21
    Signer signer = Signer.of(algorithm);
    Set<SignatureAlgorithm> all = EnumSet.copyOf(publicOnes().toList());
    try (JwtAuthenticator pinned = open(issuer(signer.named(), algorithm));
        JwtAuthenticator wide =
            open(
                new With()
                    .keys(new KeySource.Fixed(List.of(signer.named())))
                    .algorithms(all)
                    .issuer())) {
      for (SignatureAlgorithm other : all) {
        if (other == algorithm) continue;
        Map<String, Object> header = signer.header();
        header.put("alg", other.name());
        invalid(pinned, signer.token(header, claims()));
        invalid(wide, signer.token(header, claims())); // the key's own algorithm decides
        if (!other.fits(signer.pair().getPublic())) continue;
        // Really signed by the other, by the very key.
        invalid(pinned, signer.as(other).token(claims()));
        invalid(wide, signer.as(other).token(claims()));
      }
      accepted(pinned, signer.token(claims()));
      accepted(wide, signer.token(claims()));
    }
  }

  @Test
  void aKeyOfAJwkSetThatNamesNoAlgorithmSignsByThoseOfItsIssuer() {
    Signer signer = Signer.of(SignatureAlgorithm.PS256);
    Map<String, Object> jwk = Signer.jwk(signer.pair().getPublic());
    Set<SignatureAlgorithm> two = Set.of(SignatureAlgorithm.PS256, SignatureAlgorithm.RS512);
    KeySource keys = new KeySource.Fixed(PublicKeys.parse(Json.write(jwk), two));
    try (JwtAuthenticator authenticator = open(new With().keys(keys).algorithms(two).issuer())) {
      accepted(authenticator, signer.token(claims()));
      accepted(authenticator, signer.as(SignatureAlgorithm.RS512).token(claims()));
      invalid(authenticator, signer.as(SignatureAlgorithm.RS256).token(claims()));
      invalid(authenticator, signer.as(SignatureAlgorithm.PS512).token(claims()));
    }
  }

  @ParameterizedTest
  @CsvSource({"32, true", "0, false", "20, false", "64, false"})
  void theSaltOfPssIsAsLongAsTheHash(int saltBytes, boolean good) throws Exception {
    Signer signer = Signer.of(SignatureAlgorithm.PS256);
    String input = input(signer.header());
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(
        new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, saltBytes, 1));
    signature.initSign(signer.pair().getPrivate());
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    String token = input + "." + Signer.base64(signature.sign());
    try (JwtAuthenticator authenticator = open(issuer(signer.named(), SignatureAlgorithm.PS256))) {
      if (good) accepted(authenticator, token);
      else invalid(authenticator, token);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ES256", "ES384", "ES512"})
  void anEcdsaSignatureIsTwoNumbersOfTheCurvesLengthAndNothingElse(SignatureAlgorithm algorithm) {
    Signer signer = Signer.of(algorithm);
    String input = input(signer.header());
    byte[] der = signer.signature(input, false);
    byte[] jose = signer.signature(input, true);
    try (JwtAuthenticator authenticator = open(issuer(signer.named(), algorithm))) {
      accepted(authenticator, input + "." + Signer.base64(jose));
      invalid(authenticator, input + "." + Signer.base64(der)); // A16
      invalid(authenticator, input + "." + Signer.base64(new byte[jose.length])); // A14
      byte[] longer = java.util.Arrays.copyOf(jose, jose.length + 2);
      invalid(authenticator, input + "." + Signer.base64(longer));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HS256", "HS384", "HS512"})
  void aSharedSecretSignsByItsAlgorithmAlone(SignatureAlgorithm algorithm) {
    try (JwtAuthenticator authenticator = open(shared(SECRET, algorithm))) {
      String token = mac(algorithm, SECRET, null, claims());
      accepted(authenticator, token);
      invalid(authenticator, mac(algorithm, OTHER_SECRET, null, claims()));
      for (SignatureAlgorithm other :
          EnumSet.of(
              SignatureAlgorithm.HS256, SignatureAlgorithm.HS384, SignatureAlgorithm.HS512)) {
        if (other != algorithm) invalid(authenticator, mac(other, SECRET, null, claims()));
      }
      for (int i = 0; i < token.length(); i++) {
        if (token.charAt(i) == '.') continue;
        char changed = token.charAt(i) == 'A' ? 'B' : 'A';
        invalid(authenticator, token.substring(0, i) + changed + token.substring(i + 1));
      }
    }
  }

  @Test
  void aPublicKeyIsNeverASecret() { // A06, A08, A09
    Signer rsa = Bench.RSA;
    Signer ec = Bench.EC;
    String pem = rsa.pem();
    byte[] point = point((ECPublicKey) ec.pair().getPublic());
    try (JwtAuthenticator authenticator = open(Bench.issuer())) {
      for (String kid : new String[] {rsa.kid(), ec.kid(), null}) {
        for (byte[] secret :
            List.of(
                utf8(pem),
                utf8(pem.strip()),
                rsa.pair().getPublic().getEncoded(),
                utf8(Json.write(rsa.jwk())),
                point,
                ec.pair().getPublic().getEncoded())) {
          invalid(authenticator, mac(SignatureAlgorithm.HS256, secret, kid, claims()));
        }
      }
      accepted(authenticator, rsa.token(claims()));
      accepted(authenticator, ec.token(claims()));
    }
    Set<SignatureAlgorithm> mixed = Set.of(SignatureAlgorithm.RS256, SignatureAlgorithm.HS256);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new With().algorithms(mixed).issuer())
        .withMessage("an issuer has either a shared secret or public keys");
  }

  @Test
  void anEmptySecretAndAnotherIssuersSecretSignNothing() { // A11, A28
    Issuer one = shared(SECRET, SignatureAlgorithm.HS256);
    Issuer other =
        new With()
            .named("other", "https://other.example")
            .keys(new KeySource.Fixed(secrets(OTHER_SECRET, SignatureAlgorithm.HS256)))
            .algorithms(Set.of(SignatureAlgorithm.HS256))
            .issuer();
    try (JwtAuthenticator authenticator = open(one, other)) {
      accepted(authenticator, mac(SignatureAlgorithm.HS256, SECRET, "k", claims()));
      invalid(authenticator, mac(SignatureAlgorithm.HS256, OTHER_SECRET, "k", claims()));
      String input = input(Map.of("alg", "HS256"));
      invalid(authenticator, input + "." + Signer.base64(new byte[32]));
      Map<String, Object> others = claims("iss", "https://other.example");
      accepted(authenticator, mac(SignatureAlgorithm.HS256, OTHER_SECRET, "k", others));
      invalid(authenticator, mac(SignatureAlgorithm.HS256, SECRET, "k", others));
    }
  }

  @ParameterizedTest
  @CsvSource({"HS256, 32", "HS384, 48", "HS512, 64"})
  void aSecretIsAsLongAsItsHash(SignatureAlgorithm algorithm, int bytes) { // A12
    for (int length : new int[] {0, 1, 8, bytes - 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> secrets("x".repeat(length), algorithm))
          .withMessage(
              "must have at least "
                  + bytes
                  + " bytes for "
                  + algorithm
                  + ": a shorter one can be guessed");
    }
    assertThat(secrets("x".repeat(bytes), algorithm)).hasSize(1);
    assertThat(secrets("é".repeat(bytes / 2), algorithm)).hasSize(1); // two bytes each
  }

  @Test
  void aSecretMayBeAJwk() {
    Map<String, Object> jwk = new LinkedHashMap<>();
    jwk.put("kty", "oct");
    jwk.put("k", Signer.base64(SECRET));
    Set<SignatureAlgorithm> both = Set.of(SignatureAlgorithm.HS256, SignatureAlgorithm.HS512);
    assertThat(parse(jwk, both)).hasSize(2);
    jwk.put("alg", "HS512");
    jwk.put("kid", "k1");
    List<Named> keys = parse(jwk, both);
    assertThat(keys).hasSize(1);
    assertThat(keys.toString()).isEqualTo("[Named[k1, HS512]]");
    try (JwtAuthenticator authenticator =
        open(new With().keys(new KeySource.Fixed(keys)).algorithms(both).issuer())) {
      accepted(authenticator, mac(SignatureAlgorithm.HS512, SECRET, "k1", claims()));
      invalid(authenticator, mac(SignatureAlgorithm.HS512, SECRET, "k2", claims()));
      invalid(authenticator, mac(SignatureAlgorithm.HS256, SECRET, "k1", claims()));
    }
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of("kty", "oct"),
            Map.of("kty", "oct", "k", "not base64url!"),
            Map.of("kty", "oct", "k", 7),
            Map.of("kty", "RSA", "k", Signer.base64(SECRET)),
            Map.of("kty", "oct", "k", Signer.base64(SECRET), "use", "enc"),
            Map.of("kty", "oct", "k", Signer.base64(SECRET), "alg", "HS384"))) {
      assertThatIllegalArgumentException()
          .as(wrong.keySet().toString())
          .isThrownBy(() -> parse(wrong, both));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SharedSecret.parse(new Secret("{" + SECRET), both))
        .withMessage("begins like a JWK, and is no JSON that we read");
  }

  private static Issuer issuer(Named key, SignatureAlgorithm algorithm) {
    return new With()
        .keys(new KeySource.Fixed(List.of(key)))
        .algorithms(Set.of(algorithm))
        .issuer();
  }

  private static Issuer shared(String secret, SignatureAlgorithm algorithm) {
    return new With()
        .keys(new KeySource.Fixed(secrets(secret, algorithm)))
        .algorithms(Set.of(algorithm))
        .issuer();
  }

  private static List<Named> secrets(String secret, SignatureAlgorithm algorithm) {
    return SharedSecret.parse(new Secret(secret), Set.of(algorithm));
  }

  private static List<Named> parse(Map<String, Object> jwk, Set<SignatureAlgorithm> algorithms) {
    return SharedSecret.parse(new Secret(Json.write(jwk)), algorithms);
  }

  private static String input(Map<String, Object> header) {
    return Signer.base64(Json.write(header)) + "." + Signer.base64(Json.write(claims()));
  }

  private static String mac(
      SignatureAlgorithm algorithm, String secret, @Nullable String kid, Map<String, ?> claims) {
    return mac(algorithm, utf8(secret), kid, claims);
  }

  private static String mac(
      SignatureAlgorithm algorithm, byte[] secret, @Nullable String kid, Map<String, ?> claims) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("alg", algorithm.name());
    if (kid != null) header.put("kid", kid);
    String input = Signer.base64(Json.write(header)) + "." + Signer.base64(Json.write(claims));
    String name = algorithm.name().replace("HS", "HmacSHA");
    try {
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(secret, name));
      return input + "." + Signer.base64(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** The uncompressed point (SEC 1 section 2.3.3). */
  private static byte[] point(PublicKey key) {
    byte[] spki = key.getEncoded();
    return java.util.Arrays.copyOfRange(spki, spki.length - 65, spki.length);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
