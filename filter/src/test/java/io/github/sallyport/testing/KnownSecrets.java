package io.github.sallyport.testing;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The texts that must reach no log, no {@code toString} and no response: those that a test named,
 * and everything that has the form of an API key.
 */
public final class KnownSecrets {
  private static final int MIN_CHARS = 8;
  private static final Pattern API_KEY =
      Pattern.compile("[a-z][a-z0-9]{1,15}_[a-z]{1,8}_[0-9A-Za-z]{14}_[0-9A-Za-z]{38}");

  private static final Set<String> TEXTS = ConcurrentHashMap.newKeySet();

  private KnownSecrets() {}

  /**
   * Makes a text known, for all tests that follow in this JVM.
   *
   * @param secret at least 8 characters, or it would be found everywhere by chance
   * @return the same text
   */
  public static String add(String secret) {
    if (secret.length() < MIN_CHARS) {
      throw new IllegalArgumentException("a secret needs at least " + MIN_CHARS + " characters");
    }
    TEXTS.add(secret);
    return secret;
  }

  /** Says what kind of secret stands in a text, never which; empty if none does. */
  static Optional<String> findIn(String text) {
    if (TEXTS.stream().anyMatch(text::contains)) return Optional.of("a known secret");
    if (API_KEY.matcher(text).find()) return Optional.of("the text of an API key");
    return Optional.empty();
  }
}
