package io.github.sallyport.benchmark;

import com.auth0.jwt.algorithms.Algorithm;
import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.SignatureAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** An issuer's key, and tokens made with it by the JDK alone. */
final class TokenSigner {
  private final SignatureAlgorithm algorithm;
  private final String jdkName;
  private final @Nullable AlgorithmParameterSpec parameters;
  private final Key signing;
  private final Key verifying;
  private final @Nullable Algorithm library;

  private TokenSigner(
      SignatureAlgorithm algorithm,
      String jdkName,
      @Nullable AlgorithmParameterSpec parameters,
      Key signing,
      Key verifying,
      @Nullable Algorithm library) {
    this.algorithm = algorithm;
    this.jdkName = jdkName;
    this.parameters = parameters;
    this.signing = signing;
    this.verifying = verifying;
    this.library = library;
  }

  static TokenSigner rs256() throws GeneralSecurityException {
    KeyPair pair = rsa();
    return new TokenSigner(
        SignatureAlgorithm.RS256,
        "SHA256withRSA",
        null,
        pair.getPrivate(),
        pair.getPublic(),
        Algorithm.RSA256((RSAPublicKey) pair.getPublic(), null));
  }

  static TokenSigner ps256() throws GeneralSecurityException {
    KeyPair pair = rsa();
    return new TokenSigner(
        SignatureAlgorithm.PS256,
        "RSASSA-PSS",
        new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1),
        pair.getPrivate(),
        pair.getPublic(),
        null);
  }

  static TokenSigner es256() throws GeneralSecurityException {
    KeyPair pair = ec("secp256r1");
    return new TokenSigner(
        SignatureAlgorithm.ES256,
        "SHA256withECDSAinP1363Format",
        null,
        pair.getPrivate(),
        pair.getPublic(),
        Algorithm.ECDSA256((ECPublicKey) pair.getPublic(), null));
  }

  static TokenSigner es384() throws GeneralSecurityException {
    KeyPair pair = ec("secp384r1");
    return new TokenSigner(
        SignatureAlgorithm.ES384,
        "SHA384withECDSAinP1363Format",
        null,
        pair.getPrivate(),
        pair.getPublic(),
        Algorithm.ECDSA384((ECPublicKey) pair.getPublic(), null));
  }

  static TokenSigner ed25519() throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    return new TokenSigner(
        SignatureAlgorithm.EdDSA, "Ed25519", null, pair.getPrivate(), pair.getPublic(), null);
  }

  static TokenSigner hs256() {
    byte[] secret =
        "a secret of the benchmark's, 32 bytes or more".getBytes(StandardCharsets.UTF_8);
    Key key = new SecretKeySpec(secret, "HmacSHA256");
    return new TokenSigner(
        SignatureAlgorithm.HS256, "HmacSHA256", null, key, key, Algorithm.HMAC256(secret));
  }

  private static KeyPair rsa() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static KeyPair ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  SignatureAlgorithm algorithm() {
    return algorithm;
  }

  Key verifying() {
    return verifying;
  }

  /** java-jwt's verifier; null where it has none. */
  @Nullable Algorithm library() {
    return library;
  }

  /** Verifies by the JDK alone. */
  interface Verifier {
    boolean verify(byte[] input, byte[] signature) throws GeneralSecurityException;
  }

  /** Makes a verifier that is ready; not for use by several threads. */
  Verifier verifier() throws GeneralSecurityException {
    if (algorithm.isSymmetric()) {
      Mac mac = Mac.getInstance(jdkName);
      mac.init(verifying);
      return (input, signature) -> MessageDigest.isEqual(mac.doFinal(input), signature);
    }
    Signature jdk = signature();
    jdk.initVerify((PublicKey) verifying);
    return (input, signature) -> {
      jdk.update(input);
      return jdk.verify(signature);
    };
  }

  private Signature signature() throws GeneralSecurityException {
    Signature signature = Signature.getInstance(jdkName);
    if (parameters != null) signature.setParameter(parameters);
    return signature;
  }

  /** A token (RFC 7515 section 3.1) of these claims. */
  String token(String kid, Map<String, ?> claims) throws GeneralSecurityException {
    String input =
        base64(Json.write(Map.of("alg", algorithm.name(), "typ", "JWT", "kid", kid)))
            + "."
            + base64(Json.write(claims));
    return input + "." + base64(sign(input.getBytes(StandardCharsets.US_ASCII)));
  }

  private byte[] sign(byte[] input) throws GeneralSecurityException {
    if (algorithm.isSymmetric()) {
      Mac mac = Mac.getInstance(jdkName);
      mac.init(signing);
      return mac.doFinal(input);
    }
    Signature signature = signature();
    signature.initSign((PrivateKey) signing);
    signature.update(input);
    return signature.sign();
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
