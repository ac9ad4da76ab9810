package io.github.sallyport.benchmark;

import java.nio.charset.StandardCharsets;

/**
 * Credentials that come round and round, each time as a new string: as from a header, it has no
 * hash code yet, and isn't the one that came before.
 */
final class Rotation {
  private final byte[][] texts;
  private int next;

  Rotation(byte[]... texts) {
    this.texts = texts;
  }

  String next() {
    return new String(texts[index()], StandardCharsets.ISO_8859_1);
  }

  /** Where in the list the next one stands, for who has prepared something for each. */
  int index() {
    int index = next;
    next = index + 1 == texts.length ? 0 : index + 1;
    return index;
  }
}
