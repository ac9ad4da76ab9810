package io.github.sallyport.key;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The origin of a page (RFC 6454): scheme, host and port, in the form in which browsers send it.
 *
 * @param text as {@code https://app.example.com} or {@code http://localhost:3000}: lower case, no
 *     default port, nothing after
 */
public record WebOrigin(String text) {
  private static final int LONGEST = 300;
  private static final int HIGHEST_PORT = 65535;
  private static final Pattern HOST = Pattern.compile("[a-z0-9.-]+|\\[[0-9a-f:.]+]");

  public WebOrigin {
    if (!text.equals(read(text).orElse(null))) {
      throw new IllegalArgumentException(
          "each of origins must be a scheme, a host and at most a port, in lower case, as"
              + " https://app.example.com or http://localhost:3000");
    }
  }

  /**
   * Takes the origin of a page's address.
   *
   * @param page the header {@code Origin} or {@code Referer}
   * @return empty if it has none that can be compared ({@code null}, another scheme, no URL)
   */
  static Optional<WebOrigin> ofPage(String page) {
    return read(page.toLowerCase(Locale.ROOT)).map(WebOrigin::new);
  }

  private static Optional<String> read(String text) {
    int end = endOfAuthority(text);
    if (end > LONGEST) return Optional.empty();
    try {
      URI uri = new URI(text.substring(0, end));
      String scheme = uri.getScheme();
      String host = uri.getHost();
      int port = uri.getPort();
      int standard = standardPort(scheme);
      if (standard < 0 || host == null || uri.getRawUserInfo() != null || port > HIGHEST_PORT) {
        return Optional.empty();
      }
      if (!HOST.matcher(host).matches()) return Optional.empty();
      String origin = scheme + "://" + host;
      return Optional.of(port < 0 || port == standard ? origin : origin + ":" + port);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Where scheme and authority end: a Referer goes on with the path, whose form is not ours. */
  private static int endOfAuthority(String text) {
    int authority = text.indexOf("://");
    if (authority < 0) return text.length();
    for (int i = authority + 3; i < text.length(); i++) {
      if ("/?#\\".indexOf(text.charAt(i)) >= 0) return i;
    }
    return text.length();
  }

  private static int standardPort(@Nullable String scheme) {
    if (scheme == null) return -1;
    return switch (scheme) {
      case "https" -> 443;
      case "http" -> 80;
      default -> -1;
    };
  }
}
