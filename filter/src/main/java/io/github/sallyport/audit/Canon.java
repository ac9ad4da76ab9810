package io.github.sallyport.audit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that can be read in one way only: each part has its kind and its length before it, so that
 * nothing moves from one column to the next unseen, and null is not the empty text.
 */
final class Canon {
  private static final int NULL = 0;
  private static final int TEXT = 1;
  private static final int NUMBER = 2;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

  /**
   * @param what is encoded, so that no two kinds of record can have the same bytes
   */
  Canon(String what) {
    text(what);
  }

  Canon text(@Nullable String text) {
    if (text == null) {
      bytes.write(NULL);
      return this;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytes.write(TEXT);
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
    bytes.writeBytes(utf8);
    return this;
  }

  Canon number(long number) {
    bytes.write(NUMBER);
    bytes.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    return this;
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }
}
