package io.github.sallyport.jwt;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;
import org.jspecify.annotations.Nullable;

/** The curves of ECDSA in JWS (RFC 7518 section 6.2.1.1). */
enum NistCurve {
  P256("P-256", "secp256r1"),
  P384("P-384", "secp384r1"),
  P521("P-521", "secp521r1");

  private final String crv;

  @SuppressWarnings("Immutable") // which it is, though its class does not say so
  private final ECParameterSpec params;

  NistCurve(String crv, String jdkName) {
    this.crv = crv;
    this.params = params(jdkName);
  }

  private static ECParameterSpec params(String jdkName) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(jdkName));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + jdkName, e);
    }
  }

  /** The curve that a JWK names; null if it is none of these. */
  static @Nullable NistCurve named(@Nullable Object crv) {
    for (NistCurve curve : values()) if (curve.crv.equals(crv)) return curve;
    return null;
  }

  /** The curve with these very parameters; null if they are none of these. */
  static @Nullable NistCurve of(ECParameterSpec other) {
    for (NistCurve curve : values()) if (curve.has(other)) return curve;
    return null;
  }

  private boolean has(ECParameterSpec other) {
    return other.getCurve().equals(params.getCurve())
        && other.getGenerator().equals(params.getGenerator())
        && other.getOrder().equals(params.getOrder())
        && other.getCofactor() == params.getCofactor();
  }

  ECParameterSpec params() {
    return params;
  }

  /** How many bytes each coordinate has in a JWK. */
  int coordinateBytes() {
    return (params.getCurve().getField().getFieldSize() + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** y² = x³ + ax + b over the field, both coordinates in it, and not the point at infinity. */
  boolean holds(ECPoint point) {
    if (point.equals(ECPoint.POINT_INFINITY)) return false;
    EllipticCurve curve = params.getCurve();
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    if (x.signum() < 0 || x.compareTo(p) >= 0 || y.signum() < 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB());
    return y.pow(2).subtract(right).mod(p).signum() == 0;
  }
}
