package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.ISS;
import static io.github.sallyport.jwt.Bench.NOW;
import static io.github.sallyport.jwt.Bench.invalid;
import static io.github.sallyport.jwt.Bench.issuer;
import static io.github.sallyport.jwt.Bench.open;
import static io.github.sallyport.jwt.Bench.user;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tokens that two other libraries made: what we read is what the world writes, and not only what
 * our tests do. Neither makes {@code Ed25519} (RFC 9864), and Nimbus no {@code EdDSA} without a
 * third library.
 */
@Tag("slow")
class OtherLibrariesTest {
  private static final String SECRET = "0123456789abcdef".repeat(4);
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  static Stream<SignatureAlgorithm> ofNimbus() {
    return ofJose4j().filter(each -> each != SignatureAlgorithm.EdDSA);
  }

  static Stream<SignatureAlgorithm> ofJose4j() {
    return Stream.of(SignatureAlgorithm.values())
        .filter(each -> each != SignatureAlgorithm.Ed25519);
  }

  @ParameterizedTest
  @MethodSource("ofNimbus")
  void whatNimbusSignsIsReadAndNothingThatDiffersInAByte(SignatureAlgorithm algorithm) // C21
      throws Exception {
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.parse(algorithm.name()))
            .type(JOSEObjectType.JWT)
            .keyID(kid(algorithm))
            .build();
    if (algorithm.isSymmetric()) {
      onlyAsItIs(secret(algorithm), nimbus(header, new MACSigner(SECRET)), algorithm);
      return;
    }
    Signer key = Signer.of(algorithm);
    JWSSigner signer =
        key.pair().getPrivate() instanceof ECPrivateKey ec
            ? new ECDSASigner(ec)
            : new RSASSASigner(key.pair().getPrivate());
    onlyAsItIs(key.named(), nimbus(header, signer), algorithm);
  }

  @ParameterizedTest
  @MethodSource("ofJose4j")
  void whatJose4jSignsIsReadAndNothingThatDiffersInAByte(SignatureAlgorithm algorithm) // C21
      throws Exception {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(ISS);
    claims.setSubject("u-17");
    claims.setAudience("other", "orders");
    claims.setJwtId("t-1");
    claims.setIssuedAt(NumericDate.fromSeconds(NOW.getEpochSecond() - 60));
    claims.setExpirationTime(NumericDate.fromSeconds(NOW.getEpochSecond() + 300));
    claims.setStringListClaim("groups", "clerk", "büro");
    JsonWebSignature jws = new JsonWebSignature();
    jws.setPayload(claims.toJson());
    jws.setAlgorithmHeaderValue(algorithm.name());
    jws.setKeyIdHeaderValue(kid(algorithm));
    if (algorithm.isSymmetric()) {
      jws.setKey(new HmacKey(SECRET.getBytes(StandardCharsets.US_ASCII)));
      onlyAsItIs(secret(algorithm), jws.getCompactSerialization(), algorithm);
      return;
    }
    Signer key = Signer.of(algorithm);
    jws.setKey(key.pair().getPrivate());
    onlyAsItIs(key.named(), jws.getCompactSerialization(), algorithm);
  }

  @Test
  void anUnsignedTokenIsNoBetterForBeingEncryptedToAKeyThatEverybodyKnows()
      throws Exception { // B21
    RSAPublicKey published = (RSAPublicKey) Bench.RSA.pair().getPublic();
    JWEObject encrypted =
        new JWEObject(
            new JWEHeader.Builder(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM)
                .contentType("JWT")
                .keyID(Bench.RSA.kid())
                .build(),
            new Payload(new PlainJWT(claims()).serialize()));
    encrypted.encrypt(new RSAEncrypter(published));
    SignedJWT signed =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(Bench.RSA.kid()).build(), claims());
    signed.sign(new RSASSASigner(Bench.RSA.pair().getPrivate()));
    try (JwtAuthenticator authenticator = open(issuer())) {
      assertThat(invalid(authenticator, encrypted.serialize()))
          .isEqualTo("The token does not have three parts.");
      invalid(authenticator, new PlainJWT(claims()).serialize());
      user(authenticator, signed.serialize());
    }
  }

  private static void onlyAsItIs(KeySource.Named key, String token, SignatureAlgorithm algorithm) {
    Issuer issuer =
        new With().keys(new KeySource.Fixed(List.of(key))).algorithms(Set.of(algorithm)).issuer();
    try (JwtAuthenticator authenticator = open(issuer)) {
      User user = user(authenticator, token);
      assertThat(user.subject()).isEqualTo("u-17");
      assertThat(user.tokenId()).isEqualTo("t-1");
      assertThat(user.roles()).containsExactlyInAnyOrder("clerk", "büro");
      assertThat(user.expiresAt()).isEqualTo(NOW.plusSeconds(300));
      for (int at = 0; at < token.length(); at++) {
        for (char other : others(token.charAt(at), at, algorithm).toCharArray()) {
          invalid(authenticator, token.substring(0, at) + other + token.substring(at + 1));
        }
        invalid(authenticator, token.substring(0, at) + token.substring(at + 1));
        invalid(authenticator, token.substring(0, at) + "A" + token.substring(at));
      }
      // More characters may be no more than zero bytes behind a signature that is good.
      for (String more : List.of("A", "AA", "AAA", "AAAA")) invalid(authenticator, token + more);
      user(authenticator, token);
    }
  }

  /** All other bytes where a signature costs little, else a letter and a bit at each position. */
  private static String others(char c, int at, SignatureAlgorithm algorithm) {
    StringBuilder others = new StringBuilder();
    if (algorithm.isSymmetric()) {
      for (char other = 0; other < 256; other++) if (other != c) others.append(other);
    } else {
      char next = ALPHABET.charAt((Math.max(0, ALPHABET.indexOf(c)) + 1 + at % 62) % 64);
      others.append(next == c ? '.' : next).append((char) (c ^ 1 << at % 7));
    }
    return others.toString();
  }

  private static String kid(SignatureAlgorithm algorithm) {
    return algorithm + "-1"; // as Signer.of has it
  }

  private static KeySource.Named secret(SignatureAlgorithm algorithm) {
    return SharedSecret.parse(new Secret(SECRET), Set.of(algorithm)).get(0);
  }

  private static String nimbus(JWSHeader header, JWSSigner signer) throws Exception {
    SignedJWT token = new SignedJWT(header, claims());
    token.sign(signer);
    return token.serialize();
  }

  private static JWTClaimsSet claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISS)
        .subject("u-17")
        .audience("orders")
        .jwtID("t-1")
        .issueTime(Date.from(NOW.minusSeconds(60)))
        .expirationTime(Date.from(NOW.plusSeconds(300)))
        .claim("groups", List.of("clerk", "büro"))
        .build();
  }
}
