package io.github.sallyport.jwt;

import com.auth0.jwt.interfaces.Claim;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.util.Date;
import java.util.List;
import java.util.Map;

/**
 * The three parts of a token as the library's {@code Algorithm.verify} asks for them, and nothing
 * else: the library's own reading of tokens is not strict, so no header and no claim is taken from
 * it.
 */
final class SignedParts implements DecodedJWT {
  private final String[] segments;

  /**
   * @param segments header, payload and signature, in base64url
   */
  SignedParts(String[] segments) {
    this.segments = segments;
  }

  @Override
  public String getHeader() {
    return segments[0];
  }

  @Override
  public String getPayload() {
    return segments[1];
  }

  @Override
  public String getSignature() {
    return segments[2];
  }

  /** Asked for, and not looked at: the verifier has one key, which we chose. */
  @Override
  public String getKeyId() {
    return "";
  }

  @Override
  public String getToken() {
    throw notRead();
  }

  @Override
  public String getIssuer() {
    throw notRead();
  }

  @Override
  public String getSubject() {
    throw notRead();
  }

  @Override
  public List<String> getAudience() {
    throw notRead();
  }

  @Override
  public Date getExpiresAt() {
    throw notRead();
  }

  @Override
  public Date getNotBefore() {
    throw notRead();
  }

  @Override
  public Date getIssuedAt() {
    throw notRead();
  }

  @Override
  public String getId() {
    throw notRead();
  }

  @Override
  public Claim getClaim(String name) {
    throw notRead();
  }

  @Override
  public Map<String, Claim> getClaims() {
    throw notRead();
  }

  @Override
  public String getAlgorithm() {
    throw notRead();
  }

  @Override
  public String getType() {
    throw notRead();
  }

  @Override
  public String getContentType() {
    throw notRead();
  }

  @Override
  public Claim getHeaderClaim(String name) {
    throw notRead();
  }

  private static UnsupportedOperationException notRead() {
    return new UnsupportedOperationException("only the signature is the library's");
  }
}
