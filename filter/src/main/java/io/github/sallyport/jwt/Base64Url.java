package io.github.sallyport.jwt;

import java.util.Base64;
import java.util.Optional;

/**
 * Base64url as RFC 7515 section 2 has it: no padding, no other character, and one spelling only.
 * The JDK's decoder lets padding and stray trailing bits pass, so that one token has many texts.
 */
public final class Base64Url {
  private Base64Url() {}

  /** Decodes; empty where the text is not what encoding the result would give. */
  public static Optional<byte[]> decode(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      boolean canonical =
          Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text);
      return canonical ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
