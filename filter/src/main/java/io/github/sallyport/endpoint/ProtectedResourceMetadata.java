package io.github.sallyport.endpoint;

import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What RFC 9728 section 2 has us say about what we protect. A {@code jwks_uri} is not among it: it
 * would be the resource's own keys, by which nothing of it is signed.
 *
 * @param resource our identifier, never taken from a request
 * @param issuers the {@code iss} of those whose tokens are let in; of them only {@code https} URLs
 *     without a query or fragment are named, since no others are issuer identifiers (RFC 8414
 *     section 2)
 * @param scopes those that are asked for somewhere; empty: that is not said
 */
public record ProtectedResourceMetadata(
    URI resource, Collection<String> issuers, Collection<String> scopes) {
  /** On this machine, as one tries things out, {@code http} will do. */
  private static final Pattern IDENTIFIER =
      Pattern.compile(
          "(https://|http://(localhost|127\\.0\\.0\\.1|\\[::1])(?=[:/]|$))[^?#]*",
          Pattern.CASE_INSENSITIVE);

  public ProtectedResourceMetadata {
    Objects.requireNonNull(resource, "resource");
    issuers = List.copyOf(issuers);
    scopes = List.copyOf(scopes);
  }

  Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("resource", resource.toString());
    List<String> servers =
        issuers.stream().filter(ProtectedResourceMetadata::isIdentifier).distinct().toList();
    if (!servers.isEmpty()) members.put("authorization_servers", servers);
    members.put("bearer_methods_supported", List.of("header"));
    if (!scopes.isEmpty()) members.put("scopes_supported", List.copyOf(new TreeSet<>(scopes)));
    return members;
  }

  private static boolean isIdentifier(String iss) {
    return IDENTIFIER.matcher(iss).matches();
  }
}
