package io.github.sallyport.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a page of ours sent a request. A browser adds its cookies to whatever any page
 * makes it send (CSRF), so that a cookie proves nothing about who wrote the request; what the
 * browser itself says of the page does, and no page can change that.
 */
final class CookieOrigin {
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private CookieOrigin() {}

  /**
   * Tells whether the cookie may count in this request.
   *
   * @param others origins beside our own, in the form that browsers send
   */
  static boolean isTrusted(HttpServletRequest request, Set<String> others) {
    if (SAFE.contains(request.getMethod()) && !isWebSocket(request)) return true;
    List<String> sites = Collections.list(request.getHeaders("Sec-Fetch-Site"));
    if (!sites.isEmpty()) return sites.equals(List.of("same-origin"));
    List<String> origins = Collections.list(request.getHeaders("Origin"));
    if (origins.size() != 1) return false;
    URI origin = origin(origins.get(0));
    if (origin == null) return false;
    return isOwn(origin, request) || others.contains(text(origin));
  }

  /** A GET that, once answered, lets the page read and write: no CORS stands in its way. */
  private static boolean isWebSocket(HttpServletRequest request) {
    // HTTP/1.1 upgrades (RFC 6455 section 4.1); over HTTP/2 the method is CONNECT (RFC 8441).
    return Collections.list(request.getHeaders("Upgrade")).stream()
            .anyMatch(value -> value.toLowerCase(Locale.ROOT).contains("websocket"))
        || request.getHeaders("Sec-WebSocket-Key").hasMoreElements();
  }

  private static boolean isOwn(URI origin, HttpServletRequest request) {
    List<String> hosts = Collections.list(request.getHeaders("Host"));
    if (hosts.size() != 1) return false;
    URI host = origin(origin.getScheme() + "://" + hosts.get(0));
    if (host == null || !host.getHost().equalsIgnoreCase(origin.getHost())) return false;
    // Where TLS is ours, a Host without a port means 443, whatever the page came by.
    int own = host.getPort() < 0 && request.isSecure() ? 443 : port(host);
    return own == port(origin);
  }

  /** An origin as RFC 6454 section 6.2 writes it: nothing after the port; null: it is none. */
  static @Nullable URI origin(String text) {
    try {
      URI url = new URI(text);
      String scheme = url.getScheme();
      boolean isHttp = "https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme);
      boolean bare =
          url.getHost() != null
              && url.getUserInfo() == null
              && String.valueOf(url.getRawPath()).isEmpty()
              && url.getRawQuery() == null
              && url.getRawFragment() == null;
      return isHttp && bare ? url : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /** The one spelling of an origin: lower case, without the scheme's own port. */
  static String text(URI origin) {
    String scheme = origin.getScheme().toLowerCase(Locale.ROOT);
    int own = scheme.equals("https") ? 443 : 80;
    String port = port(origin) == own ? "" : ":" + port(origin);
    return scheme + "://" + origin.getHost().toLowerCase(Locale.ROOT) + port;
  }

  private static int port(URI url) {
    if (url.getPort() >= 0) return url.getPort();
    return url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }
}
