package io.github.sallyport.key;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;

/**
 * What is kept of a key's text: a digest under a pepper, or without one. Prints nothing of itself.
 */
public final class KeyDigest {
  /** What was digested is a text of ours. */
  public static final String OF_TEXT = "text";

  /** What was digested is a foreign text's SHA-256. */
  public static final String OF_SHA256 = "sha256";

  /** What was digested is a foreign text's HMAC-SHA-256; the secret's id follows. */
  public static final String OF_HMAC = "hmac-";

  private static final int BYTES = 32;

  private final String pepperId;
  private final String of;
  private final byte[] bytes;

  /**
   * @param pepperId names the pepper; empty: none
   * @param of what was digested: {@code text}, the key's text; {@code sha256}, a foreign text's
   *     SHA-256; {@code hmac-ID}, a foreign text's HMAC-SHA-256 under the secret with that id
   * @param hex the digest, 32 bytes in hex
   * @throws IllegalArgumentException if it is none
   */
  public KeyDigest(String pepperId, String of, String hex) {
    this(pepperId, of, HexFormat.of().parseHex(hex));
  }

  KeyDigest(String pepperId, String of, byte[] bytes) {
    if (bytes.length != BYTES) throw new IllegalArgumentException("a digest has 32 bytes");
    this.pepperId = Objects.requireNonNull(pepperId, "pepperId");
    this.of = Objects.requireNonNull(of, "of");
    this.bytes = bytes.clone();
  }

  /** Names the pepper; empty where there was none. */
  public String pepperId() {
    return pepperId;
  }

  /** What was digested. */
  public String of() {
    return of;
  }

  /** The digest in lower-case hex, for the store. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** Compares in constant time. */
  boolean matches(byte[] other) {
    return MessageDigest.isEqual(bytes, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyDigest that
        && pepperId.equals(that.pepperId)
        && of.equals(that.of)
        && that.matches(bytes);
  }

  @Override
  public int hashCode() {
    return pepperId.hashCode(); // of the digest nothing, not even this
  }

  @Override
  public String toString() {
    return "KeyDigest[…]";
  }
}
