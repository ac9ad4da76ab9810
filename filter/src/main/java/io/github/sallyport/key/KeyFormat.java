package io.github.sallyport.key;

import io.github.sallyport.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Writes and reads the text of a key: {@code prefix_environment_id_secret}, the id with a tag of 4,
 * the secret with a checksum of 6. That of a publishable key has {@code pub_} before the
 * environment.
 *
 * <p>Reading touches neither store nor cache. The tag spares them made-up ids and authenticates
 * nothing; the checksum finds typing errors.
 */
final class KeyFormat {
  private static final int RANDOM_OF_ID = 10;
  private static final int TAG = 4;
  private static final int ID = RANDOM_OF_ID + TAG;
  private static final int SECRET = 32;
  private static final int CHECKSUM = 6;
  private static final int AFTER_ENVIRONMENT = 1 + ID + 1 + SECRET + CHECKSUM;
  private static final int LONGEST_ENVIRONMENT = 8;
  private static final long TAGS = 62L * 62 * 62 * 62;

  private final String start;
  private final HmacSha256 tags;

  /**
   * @param prefix {@code [a-z][a-z0-9]{1,15}}
   * @param idKey the store's own, of 32 bytes
   */
  KeyFormat(String prefix, byte[] idKey) {
    this.start = prefix + "_";
    this.tags = new HmacSha256(idKey);
  }

  /** Tells whether a text could be the id of a key. */
  static boolean isId(String text) {
    return text.length() == ID && Base62.areDigits(text, 0, ID);
  }

  /** Makes a new key's text. */
  KeyText make(String environment, KeyKind kind, SecureRandom random) {
    StringBuilder text =
        new StringBuilder(start).append(kind.mark()).append(environment).append('_');
    int id = text.length();
    Base62.appendRandom(text, random, RANDOM_OF_ID);
    Base62.append(text, tag(ascii(text), text.length()), TAG);
    text.append('_');
    Base62.appendRandom(text, random, SECRET);
    Base62.append(text, checksum(ascii(text), text.length()), CHECKSUM);
    return new KeyText(text.substring(id, id + ID), new Secret(text.toString()));
  }

  /**
   * Reads a key's text.
   *
   * @return empty if this can't be a key of ours; nothing need be looked up then
   */
  Optional<KeyText> parse(Secret shown) {
    String text = shown.reveal();
    String mark = KeyKind.PUBLISHABLE.mark();
    int environment = start.length() + (text.startsWith(mark, start.length()) ? mark.length() : 0);
    int separator = text.length() - AFTER_ENVIRONMENT;
    int length = separator - environment;
    if (length < 1 || length > LONGEST_ENVIRONMENT || !text.startsWith(start)) {
      return Optional.empty();
    }
    int id = separator + 1;
    int secret = id + ID + 1;
    if (!areSmallLetters(text, environment, separator)
        || text.charAt(separator) != '_'
        || !Base62.areDigits(text, id, id + ID)
        || text.charAt(secret - 1) != '_'
        || !Base62.areDigits(text, secret, text.length())) {
      return Optional.empty();
    }
    byte[] bytes = ascii(text);
    int checksum = text.length() - CHECKSUM;
    if (!Base62.matches(text, checksum, checksum(bytes, checksum), CHECKSUM)) {
      return Optional.empty();
    }
    int tag = id + RANDOM_OF_ID;
    if (!Base62.matches(text, tag, tag(bytes, tag), TAG)) return Optional.empty();
    return Optional.of(new KeyText(text.substring(id, id + ID), shown));
  }

  // The text up to here is prefix_environment_random, and none of the three can hold an underscore:
  // no two triples are written alike.
  private long tag(byte[] text, int length) {
    byte[] mac = tags.of(text, 0, length);
    long first = 0;
    for (int i = 0; i < Long.BYTES; i++) first = (first << 8) | (mac[i] & 0xff);
    // 64 bits for 24: the remainder favours no tag by more than one part in 10^12.
    return Long.remainderUnsigned(first, TAGS);
  }

  private static long checksum(byte[] text, int length) {
    CRC32 crc = new CRC32();
    crc.update(text, 0, length);
    return crc.getValue();
  }

  private static boolean areSmallLetters(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) < 'a' || text.charAt(i) > 'z') return false;
    }
    return true;
  }

  private static byte[] ascii(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
