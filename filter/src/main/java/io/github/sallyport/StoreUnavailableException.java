package io.github.sallyport;

/**
 * The store does not answer, and no copy may be trusted any more: nobody can say. A fault of ours.
 */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what did not answer, without any secret
   */
  public StoreUnavailableException(String message) {
    super(message);
  }

  /**
   * @param message what did not answer, without any secret
   * @param cause what the driver said
   */
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
