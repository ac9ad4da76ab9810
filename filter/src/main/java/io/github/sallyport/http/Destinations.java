package io.github.sallyport.http;

import io.github.sallyport.Origin;
import jakarta.ws.rs.client.ClientRequestContext;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;

/**
 * The services to which our outgoing filters may send a token: so that it reaches no stranger, also
 * where the address of a call comes from outside. Immutable.
 */
public final class Destinations {
  private final Set<Origin> origins;

  private Destinations(Set<Origin> origins) {
    this.origins = Set.copyOf(origins);
  }

  /**
   * Services behind TLS, or on this machine.
   *
   * @param baseUris of which the origins count (RFC 6454), and not the paths
   * @throws IllegalArgumentException if there is none, or one is no {@code https:} URL and not of
   *     loopback
   */
  public static Destinations of(String... baseUris) {
    if (baseUris.length == 0) throw new IllegalArgumentException("name at least one destination");
    Set<Origin> origins = new HashSet<>();
    for (String uri : baseUris) {
      Origin origin = origin(uri);
      if (!origin.isSafe()) {
        throw new IllegalArgumentException(
            "a token would go to "
                + origin.host()
                + " in clear: name it with https, or by andInClear");
      }
      origins.add(origin);
    }
    return new Destinations(origins);
  }

  /**
   * Adds services that are reached in clear, where everybody on the way can read the token and use
   * it: for a network that nobody else is in, or that encrypts by itself.
   *
   * @param baseUris as in {@link #of}
   */
  public Destinations andInClear(String... baseUris) {
    Set<Origin> all = new HashSet<>(origins);
    for (String uri : baseUris) all.add(origin(uri));
    return new Destinations(all);
  }

  private static Origin origin(String uri) {
    return Origin.of(URI.create(uri))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a destination is an https: or http: URL with a host and no user"));
  }

  /**
   * Lets a call pass that goes to one of these, and has it follow no redirect, which would take the
   * token along to anywhere.
   *
   * @throws IllegalStateException if it goes elsewhere; then it must not be made
   */
  public void admit(ClientRequestContext call) {
    if (Origin.of(call.getUri()).filter(origins::contains).isEmpty()) {
      throw new IllegalStateException(
          "This call would take a token to where it may not go. Name the origin in the filter's"
              + " Destinations, or make the call by a client without that filter.");
    }
    // Jersey's; others follow none unless they are told to.
    call.setProperty("jersey.config.client.followRedirects", false);
  }
}
