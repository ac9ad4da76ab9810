package io.github.sallyport.jwt;

import com.auth0.jwt.algorithms.Algorithm;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/** The signature algorithms that an issuer may be allowed (RFC 7518 section 3.1). */
public enum SignatureAlgorithm {
  RS256,
  ES256;

  /** Tells whether this is the kind of key that the algorithm is made with. */
  boolean fits(PublicKey key) {
    return switch (this) {
      case RS256 -> key instanceof RSAPublicKey;
      case ES256 -> key instanceof ECPublicKey;
    };
  }

  /**
   * Makes the library's verifier.
   *
   * @param key one that {@link #fits}
   */
  Algorithm verifier(PublicKey key) {
    return switch (this) {
      case RS256 -> Algorithm.RSA256((RSAPublicKey) key, null);
      case ES256 -> Algorithm.ECDSA256((ECPublicKey) key, null);
    };
  }
}
