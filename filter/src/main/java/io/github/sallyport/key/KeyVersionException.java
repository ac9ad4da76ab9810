package io.github.sallyport.key;

/** A change that was meant for another version of a key: somebody changed it in between. */
public final class KeyVersionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeyVersionException() {
    super("the key has changed since: read it again, and decide anew");
  }
}
