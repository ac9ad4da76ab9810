package io.github.sallyport.http;

/**
 * Tells whether a path, as it was sent, can be read in more than one way.
 *
 * <p>Containers, proxies and frameworks differ in what they make of an encoded slash, a dot segment
 * or a path parameter; a rule that judged one reading while another was served has been a hole many
 * times (CVE-2016-9879, CVE-2020-1957, CVE-2026-50559).
 */
final class RawPath {
  private RawPath() {}

  /**
   * @param uri the path of the request line, not decoded, without its query
   */
  static boolean isAmbiguous(String uri) {
    int segment = 0;
    boolean onlyDots = true;
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c == '%') {
        int decoded = decoded(uri, i);
        if (decoded < 0x20 || decoded == 0x7f) return true;
        c = (char) decoded;
        i += 2;
        if (c == '/') return true;
      }
      if (c == ';' || c == '\\' || c < 0x20 || c == 0x7f) return true;
      if (c == '/') {
        if (segment > 0 && segment <= 2 && onlyDots) return true;
        segment = 0;
        onlyDots = true;
      } else {
        segment++;
        onlyDots &= c == '.';
      }
    }
    return segment > 0 && segment <= 2 && onlyDots;
  }

  /** The byte that a percent sign announces; -1 if none follows. */
  private static int decoded(String uri, int percent) {
    if (percent + 2 >= uri.length()) return -1;
    int high = Character.digit(uri.charAt(percent + 1), 16);
    int low = Character.digit(uri.charAt(percent + 2), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }
}
