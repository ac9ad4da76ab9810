package io.github.sallyport.key;

import java.util.HexFormat;

/**
 * A secret of the server's that keys the digests of API keys at rest: who has the table but not the
 * pepper can't even test a guess. Prints nothing of itself.
 */
public final class Pepper {
  /** Fewest bytes: as many as the digest has. */
  public static final int MIN_BYTES = 32;

  private static final int ID_BYTES = 8;

  private final byte[] bytes;

  /**
   * @param bytes {@value #MIN_BYTES} or more, from a good random source
   */
  public Pepper(byte[] bytes) {
    if (bytes.length < MIN_BYTES) {
      throw new IllegalArgumentException("a pepper needs at least " + MIN_BYTES + " bytes");
    }
    this.bytes = bytes.clone();
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /** Its public name, which tells nothing of it. */
  String id() {
    return HexFormat.of().formatHex(Hkdf.derive(bytes, "sallyport pepper id", ID_BYTES));
  }

  @Override
  public String toString() {
    return "Pepper[…]";
  }
}
