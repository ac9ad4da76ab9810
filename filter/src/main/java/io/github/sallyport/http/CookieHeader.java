package io.github.sallyport.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads cookies as they were sent. Of two with one name some containers tell one alone, and nobody
 * can say which one another reader takes: a site beside ours may have set it (RFC 6265 section
 * 8.6).
 */
final class CookieHeader {
  private CookieHeader() {}

  /**
   * The values of all cookies of this name, without the quotes that RFC 6265 section 4.1.1 lets be.
   */
  static List<String> values(HttpServletRequest request, String name) {
    List<String> values = new ArrayList<>();
    for (String line : Collections.list(request.getHeaders("Cookie"))) {
      for (String pair : line.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals < 0 || !pair.substring(0, equals).strip().equals(name)) continue;
        values.add(unquoted(pair.substring(equals + 1).strip()));
      }
    }
    return values;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
