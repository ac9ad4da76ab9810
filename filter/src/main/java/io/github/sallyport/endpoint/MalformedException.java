package io.github.sallyport.endpoint;

/** A request that an endpoint can't understand; the message names the member and the mend. */
final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedException(String message) {
    super(message);
  }
}
