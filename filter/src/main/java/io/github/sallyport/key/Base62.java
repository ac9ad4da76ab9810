package io.github.sallyport.key;

import java.security.SecureRandom;

/** Digits, capitals, small letters, in this order. */
final class Base62 {
  private static final char[] DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".toCharArray();

  private Base62() {}

  static boolean isDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  static boolean areDigits(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isDigit(text.charAt(i))) return false;
    }
    return true;
  }

  /** Appends the number in so many digits, with leading zeros. */
  static void append(StringBuilder out, long number, int digits) {
    int at = out.length();
    out.setLength(at + digits);
    for (int i = at + digits - 1; i >= at; i--) {
      out.setCharAt(i, DIGITS[(int) (number % DIGITS.length)]);
      number /= DIGITS.length;
    }
  }

  /** Tells whether the text has just this number, in so many digits, at this place. */
  static boolean matches(String text, int from, long number, int digits) {
    for (int i = from + digits - 1; i >= from; i--) {
      if (text.charAt(i) != DIGITS[(int) (number % DIGITS.length)]) return false;
      number /= DIGITS.length;
    }
    return true;
  }

  /** Appends random digits, each as likely as any other. */
  static void appendRandom(StringBuilder out, SecureRandom random, int digits) {
    byte[] bytes = new byte[digits * 2];
    int left = digits;
    while (left > 0) {
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length && left > 0; i++) {
        int value = bytes[i] & 63;
        if (value >= DIGITS.length) continue; // taking it modulo 62 would favour two digits
        out.append(DIGITS[value]);
        left--;
      }
    }
  }
}
