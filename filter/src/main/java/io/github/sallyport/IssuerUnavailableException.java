package io.github.sallyport;

/** An issuer's keys can't be had, and none that may be trusted are here. A fault, not a refusal. */
public final class IssuerUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message which issuer, by the name that its settings have
   */
  public IssuerUnavailableException(String message) {
    super(message);
  }

  /**
   * @param message which issuer, by the name that its settings have
   * @param cause what went wrong on the way
   */
  public IssuerUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
