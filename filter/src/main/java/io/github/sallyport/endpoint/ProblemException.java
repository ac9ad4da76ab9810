package io.github.sallyport.endpoint;

import static java.util.Objects.requireNonNullElse;

import io.github.sallyport.http.Problem;

/** A request that an endpoint answers with a problem; the detail names the member and the mend. */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  ProblemException(int status, String title, String detail) {
    super(detail);
    this.problem = new Problem(status, title, detail);
  }

  /** A request that can't be understood. */
  static ProblemException malformed(String detail) {
    return new ProblemException(400, "Bad Request", detail);
  }

  /** Passes on the sentence of a value that can't be made of what was sent. */
  static ProblemException malformed(IllegalArgumentException refused) {
    return malformed(
        requireNonNullElse(refused.getMessage(), "The body has a value that can't be."));
  }

  Problem problem() {
    return problem;
  }
}
