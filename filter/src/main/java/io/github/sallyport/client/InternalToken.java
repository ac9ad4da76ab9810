package io.github.sallyport.client;

import io.github.sallyport.Secret;
import io.github.sallyport.http.Destinations;
import io.github.sallyport.token.Tokens;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.client.ClientResponseContext;
import jakarta.ws.rs.client.ClientResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Objects;

/**
 * Makes outgoing calls on behalf of the current caller by a token of ours, for one service: what
 * the caller showed, an API key or a token, goes no further than here. Register it on a {@code
 * Client} or {@code WebTarget} that is kept: it remembers tokens, as {@link InternalTokens} says.
 *
 * <p>A call fails with {@link IllegalStateException}, which JAX-RS may wrap, where nobody is
 * authenticated, and where it goes to none of the destinations. A token that the service answers
 * 401 is forgotten; that call is not made again, the next one has a new token.
 *
 * <p>It looks at the thread that the filter runs on: from others use {@link
 * io.github.sallyport.Caller#wrap}. Filters that change the URI of a call must run before it.
 */
public final class InternalToken implements ClientRequestFilter, ClientResponseFilter {
  private static final String TOKEN = InternalToken.class.getName();

  private final InternalTokens tokens;
  private final Destinations destinations;

  /**
   * For calls with all scopes of the caller.
   *
   * @param audience one of {@code sallyport.token.exchange-audiences}
   * @param destinations where the service of that audience is
   */
  public InternalToken(Tokens tokens, String audience, Destinations destinations) {
    this(new InternalTokens(tokens, audience), destinations);
  }

  /**
   * For calls with what these tokens give.
   *
   * @param destinations where the service of their audience is
   */
  public InternalToken(InternalTokens tokens, Destinations destinations) {
    this.tokens = Objects.requireNonNull(tokens, "tokens");
    this.destinations = Objects.requireNonNull(destinations, "destinations");
  }

  @Override
  public void filter(ClientRequestContext call) {
    destinations.admit(call);
    Secret token = tokens.current();
    call.setProperty(TOKEN, token);
    call.getHeaders().putSingle(HttpHeaders.AUTHORIZATION, "Bearer " + token.reveal());
  }

  @Override
  public void filter(ClientRequestContext call, ClientResponseContext answer) {
    if (answer.getStatus() == 401 && call.getProperty(TOKEN) instanceof Secret refused) {
      tokens.forget(refused);
    }
  }
}
