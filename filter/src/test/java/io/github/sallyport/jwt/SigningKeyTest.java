package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.claims;
import static io.github.sallyport.jwt.Bench.invalid;
import static io.github.sallyport.jwt.Bench.open;
import static io.github.sallyport.jwt.Bench.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.KeySource.KeySet;
import io.github.sallyport.jwt.KeySource.Named;
import io.github.sallyport.jwt.KeySource.Own;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys of ours: we read what they sign, and so do others. */
class SigningKeyTest {
  static Stream<SignatureAlgorithm> algorithms() {
    return SigningKey.ALGORITHMS.stream();
  }

  private static Issuer issuer(SigningKey... keys) {
    List<Named> named = Stream.of(keys).map(SigningKey::verifying).toList();
    return new With()
        .keys(new KeySource.Fixed(named))
        .algorithms(Set.of(keys[0].algorithm()))
        .issuer();
  }

  private static KeySet only(SigningKey key, long generation) {
    return new KeySet(List.of(key.verifying()), generation);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void whatItSignsIsLetInAndNothingThatAnotherSigned(SignatureAlgorithm algorithm) {
    SigningKey key = SigningKey.generate(algorithm);
    SigningKey other = SigningKey.generate(algorithm);
    AtomicReference<KeySet> now = new AtomicReference<>(only(key, 1));
    Issuer issuer = new With().keys(new Own(now::get)).algorithms(Set.of(algorithm)).issuer();
    try (JwtAuthenticator authenticator = open(issuer)) {
      String token = key.sign("at+jwt", accessToken());
      assertThat(user(authenticator, token).subject()).isEqualTo("u-17");
      invalid(authenticator, other.sign("at+jwt", accessToken()));

      now.set(only(other, 2));
      invalid(authenticator, token);
      user(authenticator, other.sign("at+jwt", accessToken()));
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void itsHeaderNamesTypeAlgorithmAndKey(SignatureAlgorithm algorithm) throws Exception {
    SigningKey key = SigningKey.generate(algorithm);
    JWSHeader header = SignedJWT.parse(key.sign("at+jwt", claims())).getHeader();
    assertThat(header.getType().getType()).isEqualTo("at+jwt");
    assertThat(header.getAlgorithm().getName()).isEqualTo(algorithm.name());
    assertThat(header.getKeyID()).isEqualTo(key.kid());
  }

  private static Map<String, Object> accessToken() {
    Map<String, Object> claims = claims();
    claims.put("client_id", "c-1");
    return claims;
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void jose4jVerifiesWhatItSignsByThePublishedKeyAlone(SignatureAlgorithm algorithm)
      throws Exception {
    SigningKey key = SigningKey.generate(algorithm);
    JsonWebSignature jws = new JsonWebSignature();
    jws.setCompactSerialization(key.sign("at+jwt", claims()));
    PublicJsonWebKey published =
        PublicJsonWebKey.Factory.newPublicJwk(Json.write(SigningKey.jwk(key.verifying())));
    jws.setKey(published.getPublicKey());

    assertThat(jws.verifySignature()).isTrue();
    assertThat(jws.getKeyIdHeaderValue()).isEqualTo(published.getKeyId()).isEqualTo(key.kid());
    assertThat(jws.getHeader("typ")).isEqualTo("at+jwt");
    assertThat(published.getPrivateKey()).isNull();
    assertThat(published.calculateBase64urlEncodedThumbprint("SHA-256")).isEqualTo(key.kid());
  }

  @ParameterizedTest
  @EnumSource(names = {"RS256", "ES256"})
  void nimbusVerifiesWhatItSignsByThePublishedKeyAlone(SignatureAlgorithm algorithm)
      throws Exception {
    SigningKey key = SigningKey.generate(algorithm);
    JWK published = JWK.parse(Json.write(SigningKey.jwk(key.verifying())));
    JWSVerifier verifier =
        algorithm == SignatureAlgorithm.RS256
            ? new RSASSAVerifier(published.toRSAKey())
            : new ECDSAVerifier(published.toECKey());

    assertThat(SignedJWT.parse(key.sign("at+jwt", claims())).verify(verifier)).isTrue();
    assertThat(published.computeThumbprint().toString()).isEqualTo(key.kid());
    assertThat(published.isPrivate()).isFalse();
  }

  @Test
  void aKeysNameIsThatOfTheStandardsExample() throws Exception { // RFC 7638 section 3.1
    String example =
        """
        {"kty":"RSA","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAt\
        VT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lq\
        t7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n\
        91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur\
        -kEgU8awapJzKnqDKgw"}\
        """;
    PublicKey key = PublicJsonWebKey.Factory.newPublicJwk(example).getPublicKey();

    assertThat(SigningKey.verifying(SignatureAlgorithm.RS256, key.getEncoded()).kid())
        .isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void onlyPublicMembersArePublished(SignatureAlgorithm algorithm) { // X19
    SigningKey key = SigningKey.generate(algorithm);
    Set<String> kind =
        switch (algorithm) {
          case RS256 -> Set.of("n", "e");
          case ES256 -> Set.of("crv", "x", "y");
          default -> Set.of("crv", "x");
        };

    assertThat(SigningKey.jwk(key.verifying()).keySet())
        .containsAll(kind)
        .containsAll(Set.of("kty", "use", "alg", "kid"))
        .hasSize(kind.size() + 4);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void aKeyThatWasKeptIsTheSame(SignatureAlgorithm algorithm) {
    SigningKey key = SigningKey.generate(algorithm);
    SigningKey again = SigningKey.of(algorithm, key.pkcs8(), key.spki());
    assertThat(again.kid()).isEqualTo(key.kid());
    try (JwtAuthenticator authenticator = open(issuer(key))) {
      user(authenticator, again.sign("JWT", claims()));
    }
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void halvesOfTwoPairsMakeNoKey(SignatureAlgorithm algorithm) {
    SigningKey one = SigningKey.generate(algorithm);
    SigningKey other = SigningKey.generate(algorithm);
    assertThatThrownBy(() -> SigningKey.of(algorithm, one.pkcs8(), other.spki()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the private key is not that of the public one");
    assertThatThrownBy(() -> SigningKey.of(algorithm, one.spki(), one.pkcs8()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a key pair for " + algorithm)
        .hasNoCause();
  }

  @Test
  void aWeakKeyOrOneOfAnotherKindIsRefused() {
    KeyPair weak = Signer.rsa("weak", 1024).pair();
    assertThatThrownBy(
            () -> SigningKey.of(SignatureAlgorithm.RS256, weak.getPrivate(), weak.getPublic()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2048");
    SigningKey ec = SigningKey.generate(SignatureAlgorithm.ES256);
    assertThatThrownBy(() -> SigningKey.of(SignatureAlgorithm.RS256, ec.pkcs8(), ec.spki()))
        .isInstanceOf(IllegalArgumentException.class);
    KeyPair p384 = Signer.of(SignatureAlgorithm.ES384).pair();
    assertThatThrownBy(
            () -> SigningKey.of(SignatureAlgorithm.ES256, p384.getPrivate(), p384.getPublic()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SigningKey.generate(SignatureAlgorithm.HS256))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void itsTextShowsNothing(SignatureAlgorithm algorithm) {
    SigningKey key = SigningKey.generate(algorithm);
    assertThat(key.toString()).isEqualTo("SigningKey[" + key.kid() + ", " + algorithm + "]");
  }
}
