package io.github.sallyport.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** The form of a URL that is ours: by it others find us, and tell us from others. */
final class OwnUrl {
  /** What stands in the report, without the text: it may hold a password. */
  static final String EXPECTED =
      "is not an https: URL with a host, and without user, query or fragment; http: will do for"
          + " loopback alone";

  private OwnUrl() {}

  /** Reads a URL; empty: it is not of the form. */
  static Optional<URI> parse(String text) {
    // The JDK's URI lets letters of all alphabets pass, RFC 3986 does not.
    if (!text.chars().allMatch(c -> c < 0x7f)) return Optional.empty();
    try {
      return Optional.of(new URI(text)).filter(OwnUrl::isOfTheForm);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static boolean isOfTheForm(URI url) {
    if (url.getHost() == null || url.getScheme() == null) return false;
    if (url.getRawUserInfo() != null || url.getRawQuery() != null) return false;
    if (url.getRawFragment() != null) return false;
    return url.getScheme().equalsIgnoreCase("https")
        || (url.getScheme().equalsIgnoreCase("http") && IssuerReader.isLoopback(url));
  }
}
