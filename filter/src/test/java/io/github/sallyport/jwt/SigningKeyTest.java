package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.claims;
import static io.github.sallyport.jwt.Bench.invalid;
import static io.github.sallyport.jwt.Bench.open;
import static io.github.sallyport.jwt.Bench.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.SignedJWT;
import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.KeySource.KeySet;
import io.github.sallyport.jwt.KeySource.Own;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys by which we sign, and that what they sign is let in by their public parts alone. */
class SigningKeyTest {
  static Stream<SignatureAlgorithm> algorithms() {
    return SigningKey.ALGORITHMS.stream();
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
      String token = key.sign("at+jwt", claims("client_id", "login"));
      assertThat(user(authenticator, token).subject()).isEqualTo("u-17");
      invalid(authenticator, other.sign("at+jwt", claims("client_id", "login")));

      now.set(only(other, 2));
      invalid(authenticator, token);
      user(authenticator, other.sign("at+jwt", claims("client_id", "login")));
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

  @ParameterizedTest
  @MethodSource("algorithms")
  void itsJwkIsPublicAndNamedByItsThumbprint(SignatureAlgorithm algorithm) throws Exception { // X19
    SigningKey key = SigningKey.generate(algorithm);
    JWK jwk = JWK.parse(Json.write(key.jwk()));
    assertThat(jwk.isPrivate()).isFalse();
    assertThat(jwk.computeThumbprint().toString()).isEqualTo(key.kid());
    assertThat(jwk.getKeyID()).isEqualTo(key.kid());
    assertThat(key.jwk()).containsEntry("use", "sig").containsEntry("alg", algorithm.name());
    assertThat(key.jwk().keySet())
        .isSubsetOf("kty", "crv", "n", "e", "x", "y", "use", "alg", "kid");
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void asItWasKeptItIsTheSameAndOfTwoPairsItIsNone(SignatureAlgorithm algorithm) {
    SigningKey key = SigningKey.generate(algorithm);
    SigningKey other = SigningKey.generate(algorithm);
    SigningKey again = SigningKey.of(algorithm, key.pkcs8(), key.spki());
    assertThat(again.kid()).isEqualTo(key.kid());
    assertThat(again.verifying()).isEqualTo(key.verifying());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SigningKey.of(algorithm, key.pkcs8(), other.spki()))
        .withMessage("the private key is not that of the public one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SigningKey.of(algorithm, new byte[] {1, 2, 3}, key.spki()))
        .withMessage("not a key pair for " + algorithm)
        .withNoCause();
  }

  @Test
  void noHmacAndNoWeakKeySigns() throws Exception {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SigningKey.generate(SignatureAlgorithm.HS256));
    KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
    weak.initialize(1024);
    var pair = weak.generateKeyPair();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SigningKey.of(
                    SignatureAlgorithm.RS256,
                    pair.getPrivate().getEncoded(),
                    pair.getPublic().getEncoded()));
  }

  @Test
  void itPrintsNothingOfItsPrivatePart() {
    SigningKey key = SigningKey.generate(SignatureAlgorithm.EdDSA);
    assertThat(key.toString())
        .contains(key.kid())
        .doesNotContain(Base64.getEncoder().encodeToString(key.pkcs8()));
  }
}
