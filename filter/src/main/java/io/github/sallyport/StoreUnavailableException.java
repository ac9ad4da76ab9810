package io.github.sallyport;

import org.jspecify.annotations.Nullable;

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
   * @param cause what the driver said; null: nothing is known
   */
  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
