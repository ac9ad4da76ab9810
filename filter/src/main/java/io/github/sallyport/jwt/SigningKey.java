package io.github.sallyport.jwt;

import com.auth0.jwt.algorithms.Algorithm;
import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.KeySource.Named;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A key pair that signs tokens of ours. Its {@code kid} is its thumbprint (RFC 7638), so that the
 * same key has the same name wherever it comes from. Prints nothing of its private part.
 */
public final class SigningKey {
  /** What we sign with. HMACs are left out: who could verify could sign. */
  public static final Set<SignatureAlgorithm> ALGORITHMS =
      Set.of(SignatureAlgorithm.RS256, SignatureAlgorithm.ES256, SignatureAlgorithm.EdDSA);

  private static final int RSA_BITS = 2048;
  private static final int ED25519_BYTES = 32;
  private static final byte[] PROBE = "probe".getBytes(StandardCharsets.US_ASCII);

  private final SignatureAlgorithm algorithm;
  private final PrivateKey privateKey;
  private final PublicKey publicKey;
  private final String kid;

  private SigningKey(SignatureAlgorithm algorithm, PrivateKey privateKey, PublicKey publicKey) {
    this.algorithm = algorithm;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
    this.kid = thumbprint(members(publicKey));
  }

  /** Makes a key pair: RSA of 2048 bits, P-256 or Ed25519. */
  public static SigningKey generate(SignatureAlgorithm algorithm) {
    requireOurs(algorithm);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(family(algorithm));
      switch (algorithm) {
        case RS256 -> generator.initialize(RSA_BITS, new SecureRandom());
        case ES256 -> generator.initialize(new ECGenParameterSpec("secp256r1"), new SecureRandom());
        default -> {} // Ed25519 has one size
      }
      KeyPair pair = generator.generateKeyPair();
      return new SigningKey(algorithm, pair.getPrivate(), pair.getPublic());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK of ours has " + algorithm, e);
    }
  }

  /**
   * Takes a key pair as it was kept.
   *
   * @param pkcs8 the private key (RFC 5958)
   * @param spki the public key (RFC 5280 section 4.1.2.7)
   * @throws IllegalArgumentException if they can't be read, are weak or of another kind than the
   *     algorithm's, or don't belong together; the message shows nothing of them
   */
  public static SigningKey of(SignatureAlgorithm algorithm, byte[] pkcs8, byte[] spki) {
    requireOurs(algorithm);
    try {
      KeyFactory factory = KeyFactory.getInstance(family(algorithm));
      return of(
          algorithm,
          factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)),
          factory.generatePublic(new X509EncodedKeySpec(spki)));
    } catch (GeneralSecurityException e) {
      // Without the cause, which may quote what it could not read.
      throw new IllegalArgumentException("not a key pair for " + algorithm);
    }
  }

  /** As {@link #of(SignatureAlgorithm, byte[], byte[])}, of keys that were read already. */
  public static SigningKey of(SignatureAlgorithm algorithm, PrivateKey own, PublicKey open) {
    requireOurs(algorithm);
    new Named(null, algorithm, open); // refuses what is weak, or of another kind
    SigningKey key = new SigningKey(algorithm, own, open);
    if (!key.belongsTogether()) {
      throw new IllegalArgumentException("the private key is not that of the public one");
    }
    return key;
  }

  private static void requireOurs(SignatureAlgorithm algorithm) {
    if (!ALGORITHMS.contains(algorithm)) {
      throw new IllegalArgumentException("we sign by RS256, ES256 or EdDSA, not by " + algorithm);
    }
  }

  private boolean belongsTogether() {
    try {
      Signature signature = Signature.getInstance(jdkName());
      signature.initSign(privateKey);
      signature.update(PROBE);
      byte[] made = signature.sign();
      signature.initVerify(publicKey);
      signature.update(PROBE);
      return signature.verify(made);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String family(SignatureAlgorithm algorithm) {
    return switch (algorithm) {
      case RS256 -> "RSA";
      case ES256 -> "EC";
      default -> "Ed25519";
    };
  }

  private String jdkName() {
    return switch (algorithm) {
      case RS256 -> "SHA256withRSA";
      case ES256 -> "SHA256withECDSA";
      default -> "Ed25519";
    };
  }

  /** Its public name (RFC 7638), 43 characters of base64url. */
  public String kid() {
    return kid;
  }

  /** By which it signs. */
  public SignatureAlgorithm algorithm() {
    return algorithm;
  }

  /** The private key, PKCS #8: for who keeps it under another key, and for nobody else. */
  public byte[] pkcs8() {
    return privateKey.getEncoded();
  }

  /** The public key, X.509 SubjectPublicKeyInfo. */
  public byte[] spki() {
    return publicKey.getEncoded();
  }

  /** What verifies its signatures. */
  public Named verifying() {
    return new Named(kid, algorithm, publicKey);
  }

  /**
   * What verifies the signatures of a key of which only the public half is there.
   *
   * @param spki as {@link #spki}
   * @throws IllegalArgumentException as {@link #of(SignatureAlgorithm, byte[], byte[])}
   */
  public static Named verifying(SignatureAlgorithm algorithm, byte[] spki) {
    requireOurs(algorithm);
    PublicKey open;
    try {
      open = KeyFactory.getInstance(family(algorithm)).generatePublic(new X509EncodedKeySpec(spki));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a public key for " + algorithm);
    }
    return new Named(thumbprint(members(open)), algorithm, open);
  }

  /**
   * A public key as a JWK (RFC 7517 section 4), with {@code use}, {@code alg} and {@code kid}.
   *
   * @param key one of ours
   */
  public static Map<String, @Nullable Object> jwk(Named key) {
    if (!(key.key() instanceof PublicKey open)) {
      throw new IllegalArgumentException("a secret is not published");
    }
    Map<String, @Nullable Object> jwk = members(open);
    jwk.put("use", "sig");
    jwk.put("alg", key.algorithm().name());
    jwk.put("kid", key.kid());
    return jwk;
  }

  /**
   * Signs a token (RFC 7515 section 7.1).
   *
   * @param typ the {@code typ} header
   * @return its text, which is a secret
   */
  public String sign(String typ, Map<String, ?> claims) {
    Map<String, Object> header = new LinkedHashMap<>();
    header.put("typ", typ);
    header.put("alg", algorithm.name());
    header.put("kid", kid);
    String signed = encoded(json(header)) + "." + encoded(json(claims));
    return signed + "." + encoded(signature(signed));
  }

  private byte[] signature(String signed) {
    int dot = signed.indexOf('.');
    byte[] header = signed.substring(0, dot).getBytes(StandardCharsets.US_ASCII);
    byte[] payload = signed.substring(dot + 1).getBytes(StandardCharsets.US_ASCII);
    return switch (algorithm) {
      case RS256 ->
          Algorithm.RSA256((RSAPublicKey) publicKey, (RSAPrivateKey) privateKey)
              .sign(header, payload);
      case ES256 ->
          Algorithm.ECDSA256((ECPublicKey) publicKey, (ECPrivateKey) privateKey)
              .sign(header, payload);
      default -> edwards(signed.getBytes(StandardCharsets.US_ASCII));
    };
  }

  /** RFC 8037 section 3.1; the library has none. */
  private byte[] edwards(byte[] signed) {
    try {
      Signature signature = Signature.getInstance(jdkName());
      signature.initSign(privateKey);
      signature.update(signed);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("it signed when it was made", e);
    }
  }

  /** The members of the public key that RFC 7638 section 3.2 digests. */
  private static Map<String, @Nullable Object> members(PublicKey key) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    if (key instanceof RSAPublicKey rsa) {
      members.put("kty", "RSA");
      members.put("n", encoded(unsigned(rsa.getModulus())));
      members.put("e", encoded(unsigned(rsa.getPublicExponent())));
    } else if (key instanceof ECPublicKey ec) {
      int bytes = (ec.getParams().getCurve().getField().getFieldSize() + 7) / Byte.SIZE;
      members.put("kty", "EC");
      members.put("crv", "P-256");
      members.put("x", encoded(padded(ec.getW().getAffineX(), bytes)));
      members.put("y", encoded(padded(ec.getW().getAffineY(), bytes)));
    } else if (key instanceof EdECPublicKey) {
      byte[] spki = key.getEncoded();
      members.put("kty", "OKP");
      members.put("crv", "Ed25519");
      // RFC 8410 section 4: the key's bytes as they are stand at the end.
      members.put("x", encoded(Arrays.copyOfRange(spki, spki.length - ED25519_BYTES, spki.length)));
    } else {
      throw new IllegalArgumentException("neither an RSA, an EC nor an Ed25519 key");
    }
    return members;
  }

  private static String thumbprint(Map<String, @Nullable Object> members) {
    try {
      byte[] sorted = json(new TreeMap<>(members));
      return encoded(MessageDigest.getInstance("SHA-256").digest(sorted));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static byte[] unsigned(BigInteger number) {
    return padded(number, (number.bitLength() + 7) / Byte.SIZE);
  }

  private static byte[] padded(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] padded = new byte[length];
    int count = Math.min(length, bytes.length);
    System.arraycopy(bytes, bytes.length - count, padded, length - count, count);
    return padded;
  }

  private static byte[] json(Map<String, ?> object) {
    return Json.write(object).getBytes(StandardCharsets.UTF_8);
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Names it, and nothing of its private part. */
  @Override
  public String toString() {
    return "SigningKey[" + kid + ", " + algorithm + "]";
  }
}
