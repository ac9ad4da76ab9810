package io.github.sallyport.jwt;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.Set;
import javax.crypto.SecretKey;

/** What a key must be before it may verify anything, whatever form it came in. */
final class KeyRules {
  /** RFC 7518 section 3.3. The JDK has the upper bound, 16384 bits. */
  private static final int MIN_RSA_BITS = 2048;

  /** The field of Ed25519 (RFC 8032 section 5.1): 2^255 - 19. */
  private static final BigInteger ED25519_P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

  /** The y of a point whose eightfold is the neutral one, and which has y = ±this. */
  private static final BigInteger ORDER_EIGHT =
      new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16);

  /**
   * The y of all points of small order. A signature under such a "key" is made without any secret.
   */
  private static final Set<BigInteger> SMALL_ORDER =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          ED25519_P.subtract(BigInteger.ONE),
          ORDER_EIGHT,
          ED25519_P.subtract(ORDER_EIGHT));

  private KeyRules() {}

  /**
   * Lets a key pass, or throws.
   *
   * @throws IllegalArgumentException with a sentence that names the fault
   */
  static void requireSound(Key key) {
    if (key instanceof RSAPublicKey rsa) {
      requireSound(rsa);
    } else if (key instanceof ECPublicKey ec) {
      requireSound(ec);
    } else if (key instanceof EdECPublicKey edwards) {
      requireSound(edwards);
    } else if (!(key instanceof SecretKey)) {
      throw new IllegalArgumentException("a key must be of RSA or of an elliptic curve");
    }
  }

  private static void requireSound(RSAPublicKey key) {
    int bits = key.getModulus().bitLength();
    if (bits < MIN_RSA_BITS) {
      throw new IllegalArgumentException(
          "an RSA key must have at least " + MIN_RSA_BITS + " bits, this one has " + bits);
    }
    // With an exponent of 1 every padded text is its own signature.
    BigInteger e = key.getPublicExponent();
    if (e.bitLength() < 2 || !e.testBit(0)) {
      throw new IllegalArgumentException("an RSA key's exponent must be odd and more than 1");
    }
  }

  private static void requireSound(ECPublicKey key) {
    NistCurve curve = NistCurve.of(key.getParams());
    if (curve == null) {
      throw new IllegalArgumentException("an EC key must be on the curve P-256, P-384 or P-521");
    }
    if (!curve.holds(key.getW())) {
      throw new IllegalArgumentException("an EC key's point is not on its curve");
    }
  }

  private static void requireSound(EdECPublicKey key) {
    if (!key.getParams().getName().equals(NamedParameterSpec.ED25519.getName())) {
      throw new IllegalArgumentException("an Edwards key must be on the curve Ed25519");
    }
    BigInteger y = key.getPoint().getY();
    if (y.compareTo(ED25519_P) >= 0 || SMALL_ORDER.contains(y) || !isOnCurve(key)) {
      throw new IllegalArgumentException("an Ed25519 key's point is not on its curve, or is weak");
    }
  }

  private static boolean isOnCurve(EdECPublicKey key) {
    try {
      Signature.getInstance("Ed25519").initVerify(key); // which finds the point's x
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
