package io.github.sallyport.endpoint;

import java.time.Duration;
import java.util.Map;

/** What a client may know about us before it asks for anything. */
public final class MetadataServlet extends DocumentServlet {
  private static final long serialVersionUID = 1L;

  // It changes with a deployment alone.
  private static final Duration MAX_AGE = Duration.ofHours(1);

  private final transient Map<String, Object> document;

  private MetadataServlet(Map<String, Object> document) {
    super(MAX_AGE);
    this.document = document;
  }

  /** Of the authorization server (RFC 8414), at {@code /sallyport/oauth-authorization-server}. */
  public static MetadataServlet of(AuthorizationServerMetadata metadata) {
    return new MetadataServlet(metadata.members());
  }

  /** Of the protected resource (RFC 9728), at {@code /sallyport/oauth-protected-resource}. */
  public static MetadataServlet of(ProtectedResourceMetadata metadata) {
    return new MetadataServlet(metadata.members());
  }

  @Override
  Map<String, ?> document() {
    return document;
  }
}
