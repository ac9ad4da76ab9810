package io.github.sallyport.cdi;

import io.github.sallyport.http.ShownToken;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import org.eclipse.microprofile.rest.client.ext.ClientHeadersFactory;

/**
 * Passes on the JWT that the current request showed, in the calls of a MicroProfile REST client:
 * {@code @RegisterClientHeaders(ShownTokenHeaders.class)} on its interface. As {@link ShownToken}
 * does it for clients of Jakarta REST, and for the same services.
 *
 * <p>A call fails with {@link IllegalStateException}, which the client may wrap, where there is no
 * JWT to pass on: an API key is passed on by nobody. The token goes to the client's URL, whatever
 * that is, since nothing here is told of it: set it to {@code https}, and never from a request.
 */
public class ShownTokenHeaders implements ClientHeadersFactory {

  /** Made by the client, or by CDI. */
  public ShownTokenHeaders() {}

  @Override
  public MultivaluedMap<String, String> update(
      MultivaluedMap<String, String> incoming, MultivaluedMap<String, String> outgoing) {
    MultivaluedMap<String, String> headers = new MultivaluedHashMap<>();
    headers.putSingle(HttpHeaders.AUTHORIZATION, ShownToken.authorization());
    return headers;
  }
}
