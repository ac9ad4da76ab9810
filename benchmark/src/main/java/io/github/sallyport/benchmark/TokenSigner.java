package io.github.sallyport.benchmark;

import com.auth0.jwt.algorithms.Algorithm;
import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;

/**
 * An issuer's key, and tokens made with it by the JDK alone.
 *
 * @param jdkName the JDK's name of a signature in the form of JWS (RFC 7518 section 3)
 * @param library the same for java-jwt
 */
record TokenSigner(SignatureAlgorithm algorithm, String jdkName, KeyPair pair, Algorithm library) {

  static TokenSigner rs256() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair pair = generator.generateKeyPair();
    return new TokenSigner(
        SignatureAlgorithm.RS256,
        "SHA256withRSA",
        pair,
        Algorithm.RSA256((RSAPublicKey) pair.getPublic(), null));
  }

  static TokenSigner es256() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    return new TokenSigner(
        SignatureAlgorithm.ES256,
        "SHA256withECDSAinP1363Format",
        pair,
        Algorithm.ECDSA256((ECPublicKey) pair.getPublic(), null));
  }

  /** A token (RFC 7515 section 3.1) of these claims. */
  String token(String kid, Map<String, ?> claims) throws GeneralSecurityException {
    String input =
        base64(Json.write(Map.of("alg", algorithm.name(), "typ", "JWT", "kid", kid)))
            + "."
            + base64(Json.write(claims));
    Signature signature = Signature.getInstance(jdkName);
    signature.initSign(pair.getPrivate());
    signature.update(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + base64(signature.sign());
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
