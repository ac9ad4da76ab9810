package io.github.sallyport.jwt;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;

/** What a public key must be before it may verify anything, whatever form it came in. */
final class KeyRules {
  /** RFC 7518 section 3.3. The JDK has the upper bound, 16384 bits. */
  private static final int MIN_RSA_BITS = 2048;

  static final ECParameterSpec P256 = curve("secp256r1");

  private KeyRules() {}

  /**
   * Lets a key pass, or throws.
   *
   * @throws IllegalArgumentException with a sentence that names the fault
   */
  static void requireSound(PublicKey key) {
    if (key instanceof RSAPublicKey rsa) {
      requireSound(rsa);
    } else if (key instanceof ECPublicKey ec) {
      requireSound(ec);
    } else {
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
    if (!isP256(key.getParams())) {
      throw new IllegalArgumentException("an EC key must be on the curve P-256");
    }
    if (!isOnP256(key.getW())) {
      throw new IllegalArgumentException("an EC key's point is not on its curve");
    }
  }

  private static boolean isP256(ECParameterSpec params) {
    return params.getCurve().equals(P256.getCurve())
        && params.getGenerator().equals(P256.getGenerator())
        && params.getOrder().equals(P256.getOrder())
        && params.getCofactor() == P256.getCofactor();
  }

  /** y² = x³ + ax + b over the field, both coordinates in it, and not the point at infinity. */
  private static boolean isOnP256(ECPoint point) {
    if (point.equals(ECPoint.POINT_INFINITY)) return false;
    EllipticCurve curve = P256.getCurve();
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    if (x.signum() < 0 || x.compareTo(p) >= 0 || y.signum() < 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB());
    return y.pow(2).subtract(right).mod(p).signum() == 0;
  }

  private static ECParameterSpec curve(String name) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(name));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + name, e);
    }
  }
}
