package io.github.sallyport.limit;

/** A plan is used in a way that does not let it be changed so; the message says which. */
public final class PlanConflictException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PlanConflictException(String message) {
    super(message);
  }
}
