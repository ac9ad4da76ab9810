package io.github.sallyport;

import java.util.Objects;

/**
 * Carries a refusal out of application code, where Java leaves no return value for it.
 *
 * <p>Thrown by {@link Caller#require} and by the interceptor of {@code @Secured} only. Let it pass:
 * the filter, or in JAX-RS an exception mapper, turns it into the same answer that the filter gives
 * by itself.
 */
public final class RefusedException extends SecurityException {
  private static final long serialVersionUID = 1L;

  private final transient Refused refused;

  /**
   * @param refused why the call is not let in
   */
  public RefusedException(Refused refused) {
    super(refused.detail());
    this.refused = Objects.requireNonNull(refused, "refused");
  }

  /** Why the call was not let in. */
  public Refused refused() {
    return refused;
  }
}
