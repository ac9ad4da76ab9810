package io.github.sallyport.limit;

/** A plan has another version than the one that was to be changed. */
public final class PlanVersionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PlanVersionException() {
    super("the plan has another version");
  }
}
