package io.github.sallyport;

import java.util.Objects;

/**
 * A text that must not be printed: an API key, a token, a password.
 *
 * <p>{@link #toString()} hides it, {@code equals} is identity, and it is not serializable, so that
 * it reaches a log, a session or a comparison that leaks time only where somebody wrote {@link
 * #reveal()}.
 */
public final class Secret {
  private final String text;

  /**
   * @param text the secret itself, kept as it is
   */
  public Secret(String text) {
    this.text = Objects.requireNonNull(text, "text");
  }

  /** Hands out the text. Each call is a place to look at in a review. */
  public String reveal() {
    return text;
  }

  /** Hides the text and its length. */
  @Override
  public String toString() {
    return "Secret[…]";
  }
}
