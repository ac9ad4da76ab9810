package io.github.sallyport.client;

import io.github.sallyport.Origin;
import io.github.sallyport.Secret;
import io.github.sallyport.http.Destinations;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import jakarta.ws.rs.client.ClientResponseContext;
import jakarta.ws.rs.client.ClientResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Makes outgoing calls in the application's own name, where nobody calls: a job at night. It
 * fetches a token from a token endpoint by {@code client_credentials} (RFC 6749 section 4.4), keeps
 * it, and fetches the next at 80 % of its life, beside the calls. However many threads ask, one
 * fetch runs; where it fails, the old token serves as long as it lives, and the endpoint is asked
 * again after five seconds.
 *
 * <p>A call fails with {@link IOException}, which JAX-RS wraps, where no token can be had, and with
 * {@link IllegalStateException} where it goes to none of the destinations. A token that a service
 * answers 401 is forgotten: JAX-RS can't make that call again, but the next one fetches. If the
 * token that then comes is refused within a minute too, it stays, so that a service which refuses
 * everything does not have the endpoint asked at each call.
 *
 * <p>Make one, register it on as many clients as need it, and close it with the application. Safe
 * for use by many threads. Filters that change the URI of a call must run before it.
 */
public final class OwnToken implements ClientRequestFilter, ClientResponseFilter, AutoCloseable {
  private static final String TOKEN = OwnToken.class.getName();

  private final TokenEndpoint endpoint;
  private final RenewedToken token;
  private final Destinations destinations;

  private OwnToken(TokenEndpoint endpoint, Destinations destinations, Clock clock) {
    this.endpoint = endpoint;
    this.token = new RenewedToken(endpoint::ask, clock);
    this.destinations = destinations;
  }

  /**
   * By an API key, at an endpoint of Sallyport's: it is shown in the header {@code X-API-Key}.
   *
   * @param tokenEndpoint ends in {@code /sallyport/token}
   * @throws IllegalArgumentException if the key has spaces, line ends, or what else no header holds
   */
  public static Builder byKey(String tokenEndpoint, Secret key) {
    // The JDK would refuse it with a message that quotes it.
    if (!key.reveal().matches("[\\x21-\\x7E]+")) {
      throw new IllegalArgumentException(
          "an API key is printable ASCII without spaces: is there a line end?");
    }
    return new Builder(tokenEndpoint, "X-API-Key", key);
  }

  /**
   * By a client's name and secret, at any token endpoint: they are shown as {@code Basic} (RFC 6749
   * section 2.3.1). At one of Sallyport's that is a key's id and its text.
   */
  public static Builder byClient(String tokenEndpoint, String clientId, Secret clientSecret) {
    String pair = encode(clientId) + ":" + encode(clientSecret.reveal());
    String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return new Builder(tokenEndpoint, "Authorization", new Secret("Basic " + basic));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** What is asked for, and how. Not for use by several threads. */
  public static final class Builder {
    private final URI url;
    private final String headerName;
    private final Secret headerValue;
    private final Map<String, String> form = new LinkedHashMap<>();
    private boolean inClear;
    private Duration timeout = Duration.ofSeconds(5);
    private Clock clock = Clock.systemUTC();

    private Builder(String tokenEndpoint, String headerName, Secret headerValue) {
      this.url = URI.create(tokenEndpoint);
      this.headerName = headerName;
      this.headerValue = headerValue;
      form.put("grant_type", "client_credentials");
    }

    /** These scopes alone; unless it is called, what the endpoint gives of itself. */
    public Builder scopes(String... scopes) {
      form.put("scope", String.join(" ", scopes));
      return this;
    }

    /** A further parameter, as some endpoints need it: {@code audience}, {@code resource}. */
    public Builder parameter(String name, String value) {
      form.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /**
     * For connecting, and for the answer's head; its body may take as long again. Unless it is
     * called, five seconds.
     */
    public Builder timeout(Duration time) {
      if (time.toMillis() < 1) throw new IllegalArgumentException("a time-out is 1 ms or more");
      timeout = time;
      return this;
    }

    /**
     * Lets the key or secret go to the endpoint over plain HTTP, where everybody on the way can
     * read it: for a network that nobody else is in, or that encrypts by itself. (On this machine
     * it may.)
     */
    public Builder endpointInClear() {
      inClear = true;
      return this;
    }

    Builder clock(Clock other) {
      clock = other;
      return this;
    }

    /**
     * Makes the filter; nothing is fetched yet.
     *
     * @param destinations the services that the token may reach
     * @throws IllegalArgumentException if the endpoint is reached in clear, and that is not allowed
     */
    public OwnToken to(Destinations destinations) {
      Objects.requireNonNull(destinations, "destinations");
      Origin origin =
          Origin.of(url)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "a token endpoint is an https: or http: URL with a host and no user"));
      if (!inClear && !origin.isSafe()) {
        throw new IllegalArgumentException(
            "the secret would go to the token endpoint in clear: name it with https, or call"
                + " endpointInClear");
      }
      String body =
          form.entrySet().stream()
              .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
              .collect(Collectors.joining("&"));
      return new OwnToken(
          new TokenEndpoint(url, headerName, headerValue, body, timeout), destinations, clock);
    }
  }

  @Override
  public void filter(ClientRequestContext call) throws IOException {
    destinations.admit(call);
    Secret good = token.get();
    call.setProperty(TOKEN, good);
    call.getHeaders().putSingle(HttpHeaders.AUTHORIZATION, "Bearer " + good.reveal());
  }

  @Override
  public void filter(ClientRequestContext call, ClientResponseContext answer) {
    if (answer.getStatus() == 401 && call.getProperty(TOKEN) instanceof Secret refused) {
      token.forget(refused);
    }
  }

  /** Ends the threads that fetch. Calls fail from now on, once the token has ended. */
  @Override
  public void close() {
    endpoint.close();
  }
}
