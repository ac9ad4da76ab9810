package io.github.sallyport.cdi;

import io.github.sallyport.client.InternalTokens;
import io.github.sallyport.token.Tokens;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.rest.client.ext.ClientHeadersFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of a MicroProfile REST client on behalf of the current caller by a token of ours,
 * as {@link io.github.sallyport.client.InternalToken} does it for clients of Jakarta REST. A class
 * of the application's says for which service:
 *
 * <pre>{@code
 * @ApplicationScoped
 * public class BillingToken extends InternalTokenHeaders {
 *   public BillingToken() {
 *     super("https://billing.example");
 *   }
 * }
 * }</pre>
 *
 * and {@code @RegisterClientHeaders(BillingToken.class)} on the interface has it used. In a scope
 * of the application, as above, it remembers tokens for all clients that name it.
 *
 * <p>A call fails with {@link IllegalStateException}, which the client may wrap, where nobody is
 * authenticated, or {@code sallyport.token.issuer} is not set. The token goes to the client's URL,
 * whatever that is, since nothing here is told of it: set it to {@code https}, and never from a
 * request.
 */
public abstract class InternalTokenHeaders implements ClientHeadersFactory {
  private final String audience;
  private final @Nullable Set<String> scopes;
  // Found at the first call: CDI may start before Sallyport is open. Found twice, it is the same.
  private volatile @Nullable InternalTokens tokens;

  /**
   * With all scopes of the caller.
   *
   * @param audience one of {@code sallyport.token.exchange-audiences}
   */
  protected InternalTokenHeaders(String audience) {
    this.audience = Objects.requireNonNull(audience, "audience");
    this.scopes = null;
  }

  /**
   * With these scopes and no others, which each caller must have.
   *
   * @param audience one of {@code sallyport.token.exchange-audiences}
   */
  protected InternalTokenHeaders(String audience, Set<String> scopes) {
    this.audience = Objects.requireNonNull(audience, "audience");
    this.scopes = Set.copyOf(scopes);
  }

  @Override
  public MultivaluedMap<String, String> update(
      MultivaluedMap<String, String> incoming, MultivaluedMap<String, String> outgoing) {
    MultivaluedMap<String, String> headers = new MultivaluedHashMap<>();
    headers.putSingle(HttpHeaders.AUTHORIZATION, "Bearer " + tokens().current().reveal());
    return headers;
  }

  private InternalTokens tokens() {
    InternalTokens known = tokens;
    if (known != null) return known;
    Tokens issuing = CDI.current().select(Tokens.class).get();
    InternalTokens found =
        scopes == null
            ? new InternalTokens(issuing, audience)
            : new InternalTokens(issuing, audience, scopes);
    tokens = found;
    return found;
  }
}
