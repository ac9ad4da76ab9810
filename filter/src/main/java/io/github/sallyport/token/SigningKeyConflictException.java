package io.github.sallyport.token;

/** What was asked of the signing keys can't be done as they are now; its message says why. */
public final class SigningKeyConflictException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SigningKeyConflictException(String message) {
    super(message);
  }
}
