package io.github.sallyport.audit;

import org.jspecify.annotations.Nullable;

/**
 * Makes text of strangers fit for an event. What a reader can't see, or what turns what he sees
 * around, is written out as <code>&#92;u202E</code>: control and format characters (bidirectional
 * ones among them), line separators, halves of pairs. What is too long ends in an ellipsis. What is
 * fit stays as it is, so that it may come from a table; so a client that sends a backslash and
 * {@code u202E} itself looks the same.
 */
final class EventText {
  private static final char ELLIPSIS = '…';

  private EventText() {}

  /**
   * Makes a text fit.
   *
   * @param longest in chars, of what comes out
   */
  static @Nullable String fit(@Nullable String text, int longest) {
    return text == null || (text.length() <= longest && isPlain(text)) ? text : made(text, longest);
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') return false;
    }
    return true;
  }

  private static String made(String text, int longest) {
    StringBuilder made = new StringBuilder(Math.min(text.length(), longest) + 8);
    int fits = 0; // as far as this an ellipsis has room
    for (int i = 0; i < text.length() && made.length() <= longest; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isWrittenOut(c)) escape(made, c);
      else made.appendCodePoint(c);
      if (made.length() < longest) fits = made.length();
      if (i == text.length() && made.length() <= longest) return made.toString();
    }
    made.setLength(fits);
    return made.append(ELLIPSIS).toString();
  }

  private static boolean isWrittenOut(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private static void escape(StringBuilder made, int c) {
    for (char half : Character.toChars(c)) made.append(String.format("\\u%04X", (int) half));
  }
}
