package io.github.sallyport;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a URL leads (RFC 6454), over HTTP.
 *
 * @param scheme {@code https} or {@code http}
 * @param host in lower case
 * @param port also where the URL leaves it to the scheme
 */
public record Origin(String scheme, String host, int port) {

  public Origin {
    Objects.requireNonNull(scheme, "scheme");
    Objects.requireNonNull(host, "host");
  }

  /** A URL's; empty where it is of another scheme, names no host, or names a user before it. */
  public static Optional<Origin> of(URI url) {
    if (url.getScheme() == null || url.getHost() == null || url.getUserInfo() != null) {
      return Optional.empty();
    }
    String scheme = url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http")) return Optional.empty();
    int port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? 443 : 80;
    return Optional.of(new Origin(scheme, url.getHost().toLowerCase(Locale.ROOT), port));
  }

  /** Tells whether nobody on the way can read or change what is exchanged: TLS, or this machine. */
  public boolean isSafe() {
    return scheme.equals("https")
        || host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }
}
