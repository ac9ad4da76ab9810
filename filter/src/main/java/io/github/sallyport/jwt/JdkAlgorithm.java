package io.github.sallyport.jwt;

import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.exceptions.SignatureGenerationException;
import com.auth0.jwt.exceptions.SignatureVerificationException;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An algorithm that the library lacks, by the JDK's own signature. It verifies, and signs nothing.
 */
final class JdkAlgorithm extends Algorithm {
  private static final int ED25519_BYTES = 64;

  private final String jdkName;
  private final @Nullable AlgorithmParameterSpec parameters;
  private final PublicKey key;

  private JdkAlgorithm(
      String name, String jdkName, @Nullable AlgorithmParameterSpec parameters, PublicKey key) {
    super(name, jdkName);
    this.jdkName = jdkName;
    this.parameters = parameters;
    this.key = key;
  }

  /**
   * Makes one. As the library's type, so that who has only the algorithms' names needs no library.
   *
   * @param name as JWS has it
   * @param jdkName as the JDK has it
   * @param parameters null: it has none
   */
  static Algorithm of(
      String name, String jdkName, @Nullable AlgorithmParameterSpec parameters, PublicKey key) {
    return new JdkAlgorithm(name, jdkName, parameters, key);
  }

  @Override
  public void verify(DecodedJWT jwt) {
    try {
      Signature signature = Signature.getInstance(jdkName);
      if (parameters != null) signature.setParameter(parameters);
      signature.initVerify(key);
      signature.update(jwt.getHeader().getBytes(StandardCharsets.US_ASCII));
      signature.update((byte) '.');
      signature.update(jwt.getPayload().getBytes(StandardCharsets.US_ASCII));
      byte[] bytes = Base64.getUrlDecoder().decode(jwt.getSignature());
      if (isOfItsLength(bytes) && signature.verify(bytes)) return;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new SignatureVerificationException(this, e);
    }
    throw new SignatureVerificationException(this);
  }

  /**
   * RFC 8032 section 5.1.7: 64 bytes. The JDK cuts whatever it is given into halves, and a zero
   * behind the second changes nothing of it: one token would have two texts. (Of RSA's it looks at
   * the length.)
   */
  private boolean isOfItsLength(byte[] signature) {
    return !jdkName.equals("Ed25519") || signature.length == ED25519_BYTES;
  }

  @Override
  @Deprecated
  public byte[] sign(byte[] content) {
    throw new SignatureGenerationException(this, null);
  }
}
