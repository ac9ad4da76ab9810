package io.github.sallyport.http;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.Secret;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Objects;

/**
 * Passes on, in outgoing calls, the JWT that the current request showed: register it on a {@code
 * Client} or {@code WebTarget}. For services that take tokens of the same issuer; what an API key
 * beside the token takes away does not hold there.
 *
 * <p>A call fails with {@link IllegalStateException}, which JAX-RS may wrap, where there is no JWT
 * to pass on, and where it goes to none of the destinations. An API key is passed on by nobody:
 * {@code client.InternalToken} calls with a token in its place.
 *
 * <p>It looks at the thread that the filter runs on. Where that is not the request's, as with
 * {@code rx()} and {@code async()} of some implementations, give the client an executor that wraps
 * its tasks by {@link Caller#wrap}. Filters that change the URI of a call must run before it.
 */
public final class ShownToken implements ClientRequestFilter {
  private final Destinations destinations;

  /**
   * @param destinations the services that the token may reach
   */
  public ShownToken(Destinations destinations) {
    this.destinations = Objects.requireNonNull(destinations, "destinations");
  }

  @Override
  public void filter(ClientRequestContext call) {
    destinations.admit(call);
    call.getHeaders().putSingle(HttpHeaders.AUTHORIZATION, authorization());
  }

  /**
   * The {@code Authorization} header of such a call, for clients that are not built of filters. It
   * holds the token: to whom it goes is then for who asks to see to.
   *
   * @throws IllegalStateException if the current request showed no JWT
   */
  public static String authorization() {
    return "Bearer " + token().reveal();
  }

  private static Secret token() {
    Caller caller =
        CurrentCaller.find()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "There is no token to pass on: this thread serves no request that passed"
                            + " Sallyport's filter. Take the caller along to it by Caller.wrap; where"
                            + " nobody calls, use OwnToken."));
    Secret jwt = caller instanceof CallerWithToken shown ? shown.jwt() : null;
    if (jwt != null) return jwt;
    throw new IllegalStateException(
        caller.isAuthenticated()
            ? "There is no JWT to pass on: the request showed an API key or an opaque token, which"
                + " goes no further than here. Use InternalToken, which calls with a token in its"
                + " place."
            : "There is no token to pass on: nobody is authenticated in this request. Let only"
                + " callers with a token come here, or use OwnToken.");
  }
}
