package io.github.sallyport.key;

import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What is kept of a key's text: a digest under a pepper, or without one. Prints nothing of itself.
 */
public final class KeyDigest {
  private static final int BYTES = 32;

  private final String pepperId;
  private final byte[] bytes;

  /**
   * @param pepperId names the pepper; empty: none
   * @param hex the digest, 32 bytes in hex
   * @throws IllegalArgumentException if it is none
   */
  public KeyDigest(String pepperId, String hex) {
    this(pepperId, HexFormat.of().parseHex(hex));
  }

  KeyDigest(String pepperId, byte[] bytes) {
    if (bytes.length != BYTES) throw new IllegalArgumentException("a digest has 32 bytes");
    this.pepperId = pepperId;
    this.bytes = bytes.clone();
  }

  /** Names the pepper; empty where there was none. */
  public String pepperId() {
    return pepperId;
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
    return other instanceof KeyDigest that && pepperId.equals(that.pepperId) && that.matches(bytes);
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
