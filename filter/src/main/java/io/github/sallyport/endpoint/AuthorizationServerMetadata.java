package io.github.sallyport.endpoint;

import io.github.sallyport.access.AccessRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What RFC 8414 section 2 has us say about our token endpoint and its neighbours.
 *
 * @param issuer the {@code iss} of our tokens, an absolute URL; the endpoints are below it. Nothing
 *     here comes from a request: who sends the {@code Host} would say where keys are fetched
 */
public record AuthorizationServerMetadata(String issuer) {
  public AuthorizationServerMetadata {
    if (issuer.isEmpty()) throw new IllegalArgumentException("issuer must not be empty");
  }

  Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("issuer", issuer);
    members.put("token_endpoint", url("/token"));
    members.put("jwks_uri", url("/jwks.json"));
    members.put("revocation_endpoint", url("/revoke"));
    members.put("introspection_endpoint", url("/introspect"));
    members.put(
        "grant_types_supported",
        List.of(
            "client_credentials",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:token-exchange"));
    // The RFC demands it of everybody, and there is no authorization endpoint to ask for any.
    members.put("response_types_supported", List.of());
    // A key's id and its text; and what a refresh token proves alone. The key's own header has no
    // name in the registry.
    List<String> clients = List.of("client_secret_basic", "none");
    members.put("token_endpoint_auth_methods_supported", clients);
    members.put("revocation_endpoint_auth_methods_supported", clients);
    // Bearer is the registry's word too: the RFC lets the types of access tokens stand here.
    members.put(
        "introspection_endpoint_auth_methods_supported", List.of("client_secret_basic", "Bearer"));
    return members;
  }

  private String url(String endpoint) {
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return base + AccessRules.ENDPOINTS + endpoint;
  }
}
