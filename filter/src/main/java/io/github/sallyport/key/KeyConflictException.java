package io.github.sallyport.key;

/**
 * A change that a key, as it stands, does not take: it is revoked, or was rotated, or its text is
 * here already. The message is a sentence for whoever asked, and holds no secret.
 */
public final class KeyConflictException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeyConflictException(String sentence) {
    super(sentence);
  }
}
