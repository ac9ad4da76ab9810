package io.github.sallyport.boot;

import io.github.sallyport.access.AccessRules;
import io.github.sallyport.access.PathRule;
import io.github.sallyport.config.SallyportSettings;
import io.github.sallyport.endpoint.AuthorizationServerMetadata;
import io.github.sallyport.endpoint.MetadataServlet;
import io.github.sallyport.endpoint.ProtectedResourceMetadata;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.token.TokenSettings;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The documents that describe us (RFC 8414, RFC 9728): always below our endpoints, and at their
 * well-known places where the application is the whole host. Elsewhere those belong to whoever
 * answers for the host, and the log says what that one must pass on.
 */
final class Documents {
  private static final System.Logger LOG = System.getLogger("sallyport.boot");
  private static final String SERVER = "oauth-authorization-server";
  private static final String RESOURCE = "oauth-protected-resource";
  private static final String WELL_KNOWN = "/.well-known/";

  private final List<Document> documents;
  private final String contextPath;

  /**
   * @param wellKnown between the host and the rest of what it describes
   */
  private record Document(String name, String wellKnown, MetadataServlet servlet) {
    /** Without the slash at an issuer's end, whatever is before it (RFC 8414 section 3.1). */
    static Document of(AuthorizationServerMetadata server) {
      String path = URI.create(server.issuer()).getRawPath();
      String rest = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      return new Document(SERVER, WELL_KNOWN + SERVER + rest, MetadataServlet.of(server));
    }

    /** Without the slash that follows the host, and no other (RFC 9728 section 3.1). */
    static Document of(ProtectedResourceMetadata metadata) {
      String path = metadata.resource().getRawPath();
      String rest = path.equals("/") ? "" : path;
      return new Document(RESOURCE, WELL_KNOWN + RESOURCE + rest, MetadataServlet.of(metadata));
    }
  }

  private Documents(List<Document> documents, String contextPath) {
    this.documents = documents;
    this.contextPath = contextPath;
  }

  static Documents of(SallyportSettings settings, String contextPath) {
    List<Document> documents = new ArrayList<>();
    TokenSettings ours = settings.tokens();
    if (ours != null) {
      documents.add(Document.of(new AuthorizationServerMetadata(ours.issuer())));
    }
    URI resource = settings.resource();
    if (resource != null) {
      Set<String> issuers = new LinkedHashSet<>();
      if (ours != null) issuers.add(ours.issuer());
      settings.issuers().stream().map(Issuer::iss).forEach(issuers::add);
      Set<String> scopes =
          settings.access().rules().stream()
              .map(PathRule::scopes)
              .flatMap(Set::stream)
              .collect(Collectors.toUnmodifiableSet());
      documents.add(Document.of(new ProtectedResourceMetadata(resource, issuers, scopes)));
    }
    return new Documents(documents, contextPath);
  }

  /** The well-known paths that we serve, within the context. */
  Set<String> wellKnown() {
    return contextPath.isEmpty()
        ? documents.stream().map(Document::wellKnown).collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  void openIn(ServletContext context) {
    for (Document document : documents) {
      String own = AccessRules.ENDPOINTS + "/" + document.name();
      ServletRegistration.Dynamic servlet =
          context.addServlet("sallyport-" + document.name(), document.servlet());
      servlet.addMapping(own);
      if (!contextPath.isEmpty()) {
        tellOfProxy(document, own);
      } else if (!servlet.addMapping(document.wellKnown()).isEmpty()) {
        LOG.log(
            Level.WARNING,
            "The application has a servlet of its own at {0}, and answers there itself.",
            document.wellKnown());
      }
    }
  }

  private void tellOfProxy(Document document, String own) {
    LOG.log(
        Level.INFO,
        "This application is at {0}, and clients look for {1} at the host''s root. Have whoever"
            + " answers for the host pass it on, as by this line of nginx:"
            + " location = {1} '{' proxy_pass http://127.0.0.1:8080{0}{2}; '}'",
        contextPath,
        document.wellKnown(),
        own);
  }
}
