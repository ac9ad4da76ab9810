package io.github.sallyport.endpoint;

import io.github.sallyport.token.TokenAnswer.Denied;
import io.github.sallyport.token.TokenError;

/** A request that an endpoint of OAuth 2.0 answers with an error (RFC 6749 section 5.2). */
final class OAuthException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Denied denied;

  OAuthException(Denied denied) {
    super(denied.description());
    this.denied = denied;
  }

  OAuthException(TokenError error, String description) {
    this(new Denied(error, description));
  }

  /** A request that can't be understood. */
  static OAuthException invalid(String description) {
    return new OAuthException(TokenError.INVALID_REQUEST, description);
  }

  Denied denied() {
    return denied;
  }
}
