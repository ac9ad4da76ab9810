package io.github.sallyport.endpoint;

import static java.util.Objects.requireNonNullElse;

/** A request that an endpoint can't understand; the message names the member and the mend. */
final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String sentence;

  MalformedException(String sentence) {
    super(sentence);
    this.sentence = sentence;
  }

  /** Passes on the sentence of a value that can't be made of what was sent. */
  MalformedException(IllegalArgumentException refused) {
    this(requireNonNullElse(refused.getMessage(), "The body has a value that can't be."));
  }

  @Override
  public String getMessage() {
    return sentence;
  }
}
