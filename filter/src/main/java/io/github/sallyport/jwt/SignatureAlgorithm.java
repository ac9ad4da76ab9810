package io.github.sallyport.jwt;

import com.auth0.jwt.algorithms.Algorithm;
import java.security.Key;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The signature algorithms that an issuer may be allowed: those of RFC 7518 section 3.1 but {@code
 * none}, and {@code Ed25519} (RFC 9864), by its older name {@code EdDSA} (RFC 8037) too.
 */
public enum SignatureAlgorithm {
  RS256(Kind.RSA, 256),
  RS384(Kind.RSA, 384),
  RS512(Kind.RSA, 512),
  PS256(Kind.RSA, 256),
  PS384(Kind.RSA, 384),
  PS512(Kind.RSA, 512),
  ES256(Kind.EC, 256),
  ES384(Kind.EC, 384),
  ES512(Kind.EC, 512),
  HS256(Kind.SECRET, 256),
  HS384(Kind.SECRET, 384),
  HS512(Kind.SECRET, 512),
  EdDSA(Kind.EDWARDS, 512),
  Ed25519(Kind.EDWARDS, 512);

  private enum Kind {
    RSA,
    EC,
    SECRET,
    EDWARDS
  }

  private final Kind kind;
  private final int hashBits;

  SignatureAlgorithm(Kind kind, int hashBits) {
    this.kind = kind;
    this.hashBits = hashBits;
  }

  /** Tells whether who can verify can also sign: an HMAC has one secret for both. */
  public boolean isSymmetric() {
    return kind == Kind.SECRET;
  }

  /** The least bytes that a secret must have (RFC 7518 section 3.2): those of the hash. */
  int minSecretBytes() {
    return hashBits / Byte.SIZE;
  }

  /** The one curve that an ECDSA key must lie on (RFC 7518 section 3.4); null: it is no ECDSA. */
  @Nullable NistCurve curve() {
    return switch (this) {
      case ES256 -> NistCurve.P256;
      case ES384 -> NistCurve.P384;
      case ES512 -> NistCurve.P521;
      default -> null;
    };
  }

  /** Tells whether this is the kind of key that the algorithm is made with. */
  boolean fits(Key key) {
    return switch (kind) {
      case RSA -> key instanceof RSAPublicKey;
      case EC -> key instanceof ECPublicKey ec && NistCurve.of(ec.getParams()) == curve();
      case SECRET -> key instanceof SecretKey;
      case EDWARDS -> key instanceof EdECPublicKey;
    };
  }

  /**
   * Makes the library's verifier, or ours where the library has none.
   *
   * @param key one that {@link #fits}
   */
  Algorithm verifier(Key key) {
    return switch (this) {
      case RS256 -> Algorithm.RSA256((RSAPublicKey) key, null);
      case RS384 -> Algorithm.RSA384((RSAPublicKey) key, null);
      case RS512 -> Algorithm.RSA512((RSAPublicKey) key, null);
      case PS256, PS384, PS512 ->
          JdkAlgorithm.of(name(), "RSASSA-PSS", pss(), (PublicKey) key); // RFC 7518 section 3.5
      case ES256 -> Algorithm.ECDSA256((ECPublicKey) key, null);
      case ES384 -> Algorithm.ECDSA384((ECPublicKey) key, null);
      case ES512 -> Algorithm.ECDSA512((ECPublicKey) key, null);
      case HS256 -> Algorithm.HMAC256(key.getEncoded());
      case HS384 -> Algorithm.HMAC384(key.getEncoded());
      case HS512 -> Algorithm.HMAC512(key.getEncoded());
      case EdDSA, Ed25519 -> JdkAlgorithm.of(name(), "Ed25519", null, (PublicKey) key);
    };
  }

  /** The mask by the same hash, and a salt as long as it. */
  private PSSParameterSpec pss() {
    String hash = "SHA-" + hashBits;
    return new PSSParameterSpec(
        hash,
        "MGF1",
        new MGF1ParameterSpec(hash),
        hashBits / Byte.SIZE,
        PSSParameterSpec.TRAILER_FIELD_BC);
  }
}
