package io.github.sallyport.config;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads by which name others know what is protected (RFC 9728 section 1.2). */
final class ResourceReader {
  private final Values values;

  ResourceReader(Values values) {
    this.values = values;
  }

  /** Null: it is not set, or can't be one. */
  @Nullable URI read() {
    String text = values.text(Property.RESOURCE).orElse(null);
    if (text == null) return null;
    // The JDK's URI lets letters of all alphabets pass, RFC 3986 does not.
    boolean isPlain = text.chars().allMatch(c -> c < 0x7f);
    try {
      URI url = new URI(text);
      if (isPlain && isIdentifier(url)) return url;
    } catch (URISyntaxException e) {
      // Said below: the exception would quote the text, which may hold a password.
    }
    values.mistake(
        Property.RESOURCE,
        "is not an https: URL with a host, and without user, query or fragment; http: will do for"
            + " loopback alone");
    return null;
  }

  private static boolean isIdentifier(URI url) {
    if (url.getHost() == null || url.getScheme() == null) return false;
    if (url.getRawUserInfo() != null || url.getRawQuery() != null) return false;
    if (url.getRawFragment() != null) return false;
    return url.getScheme().equalsIgnoreCase("https")
        || (url.getScheme().equalsIgnoreCase("http") && IssuerReader.isLoopback(url));
  }
}
