package io.github.sallyport.http;

import io.github.sallyport.access.AccessRules;
import java.net.URI;

/** Where what we protect describes itself (RFC 9728). */
public final class ResourceMetadata {
  private static final String NAME = "oauth-protected-resource";

  private ResourceMetadata() {}

  /**
   * The document's URL. Where the application is the whole host that is the well-known one (section
   * 3.1): the name between the host and the identifier's path. Elsewhere that path is another
   * application's, and the endpoint's own is named, which the challenge is there for (section 5.1).
   *
   * @param resource our identifier, an absolute URL with a host
   * @param contextPath the application's, empty for the whole host
   */
  public static URI url(URI resource, String contextPath) {
    String origin = resource.getScheme() + "://" + resource.getRawAuthority();
    if (!contextPath.isEmpty()) {
      return URI.create(origin + contextPath + AccessRules.ENDPOINTS + "/" + NAME);
    }
    String path = resource.getRawPath();
    return URI.create(origin + "/.well-known/" + NAME + (path.equals("/") ? "" : path));
  }
}
