package io.github.sallyport.jwt;

import io.github.sallyport.Secret;
import java.net.URI;
import java.util.Objects;

/**
 * Where an issuer is asked about tokens that say nothing themselves (RFC 7662).
 *
 * @param url {@code https}, or {@code http} where the deployer allowed that by name
 * @param clientId whom we are there
 * @param clientSecret what proves it
 */
public record IntrospectionEndpoint(URI url, String clientId, Secret clientSecret) {
  public IntrospectionEndpoint {
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(clientId, "clientId");
    Objects.requireNonNull(clientSecret, "clientSecret");
  }
}
