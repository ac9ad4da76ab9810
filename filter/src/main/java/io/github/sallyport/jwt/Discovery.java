package io.github.sallyport.jwt;

import io.github.sallyport.json.JsonException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds an issuer's JWK set by its metadata (OpenID Connect Discovery 1.0 section 4; RFC 8414).
 *
 * @param metadata where the document is
 * @param iss what it must say that it is about (section 4.3; RFC 8414 section 3.3): else anybody's
 *     document would do
 * @param plainAllowed whether the set may come over {@code http:} from another machine
 */
record Discovery(URI metadata, String iss, boolean plainAllowed) implements RemoteKeys.Place {

  @Override
  public URI find(JwksHttp http) throws IOException, InterruptedException, JsonException {
    Map<String, @Nullable Object> document = http.get(metadata).json();
    if (!iss.equals(document.get("issuer"))) {
      throw new IOException("the metadata is about another issuer");
    }
    if (!(document.get("jwks_uri") instanceof String text)) {
      throw new IOException("the metadata names no jwks_uri");
    }
    try {
      URI url = new URI(text);
      if (JwksHttp.isSafe(url) || (plainAllowed && JwksHttp.isHttp(url))) return url;
    } catch (URISyntaxException e) {
      // Said below: the exception would quote what the other side sent.
    }
    throw new IOException("the metadata's jwks_uri is not an https: URL");
  }
}
