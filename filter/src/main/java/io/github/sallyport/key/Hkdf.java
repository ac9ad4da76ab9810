package io.github.sallyport.key;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * HKDF with SHA-256 (RFC 5869): makes from one secret a key of its own for each use, so that what
 * one use gives away says nothing about another.
 */
final class Hkdf {
  private Hkdf() {}

  /**
   * Derives a key, without salt.
   *
   * @param label the use (RFC 5869 calls it info)
   * @param length in bytes, at most 255 times 32
   */
  static byte[] derive(byte[] secret, String label, int length) {
    return expand(extract(new byte[0], secret), label.getBytes(StandardCharsets.UTF_8), length);
  }

  /** RFC 5869 section 2.2. */
  static byte[] extract(byte[] salt, byte[] secret) {
    return new HmacSha256(salt).of(secret);
  }

  /** RFC 5869 section 2.3. */
  static byte[] expand(byte[] pseudoRandomKey, byte[] info, int length) {
    HmacSha256 hmac = new HmacSha256(pseudoRandomKey);
    byte[] out = new byte[length];
    byte[] block = new byte[0];
    int done = 0;
    for (int counter = 1; done < length; counter++) {
      byte[] input = Arrays.copyOf(block, block.length + info.length + 1);
      System.arraycopy(info, 0, input, block.length, info.length);
      input[input.length - 1] = (byte) counter;
      block = hmac.of(input);
      int part = Math.min(block.length, length - done);
      System.arraycopy(block, 0, out, done, part);
      done += part;
    }
    return out;
  }
}
