package io.github.sallyport.jwt;

import java.util.List;
import java.util.Set;

/** Reads public keys that a deployer wrote down: PEM, JWK, JWKS, or either in base64url. */
public final class PublicKeys {
  private PublicKeys() {}

  /**
   * Reads the keys in a text.
   *
   * @param text PEM ({@code BEGIN PUBLIC KEY}), a JWK, a JWK set, or one of the last two in
   *     base64url
   * @param algorithms what the issuer may sign with: a key that fits none of them is refused
   * @throws IllegalArgumentException with a sentence that names the fault and never the text:
   *     nothing readable, a private key, a key that is too short or of another kind
   */
  public static List<KeySource.Named> parse(String text, Set<SignatureAlgorithm> algorithms) {
    throw new UnsupportedOperationException();
  }
}
