package io.github.sallyport.endpoint;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.RefusedException;
import io.github.sallyport.http.Outcome;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyKind;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * What a key may do about itself, under {@code /sallyport/keys/self}: see its record, take a
 * successor, derive a lesser key. A publishable key may do nothing: everybody can read it.
 */
public final class OwnKeyServlet extends JsonServlet {
  private static final long serialVersionUID = 1L;
  private static final Duration DEFAULT_TTL = Duration.ofMinutes(15);

  private final transient ApiKeys keys;

  /**
   * @param keys of which the caller's is one
   */
  public OwnKeyServlet(ApiKeys keys) {
    this.keys = keys;
  }

  @Override
  void answer(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ApiKeyRecord own = own(caller);
    String[] path = segments(request);
    String method = request.getMethod();
    if (path.length == 0) {
      if (!method.equals("GET") && !method.equals("HEAD")) throw notAllowed("GET, HEAD", response);
      write(200, KeyJson.of(own, keys.end(own).orElse(null)), response);
    } else if (path.length == 1 && (path[0].equals("rotate") || path[0].equals("derive"))) {
      if (!method.equals("POST")) throw notAllowed("POST", response);
      IssuedKey issued =
          path[0].equals("rotate") ? rotate(own, request) : derive(caller, own, request);
      write(201, KeyJson.of(issued, keys.end(issued.record()).orElse(null)), response);
    } else {
      throw notFound();
    }
  }

  private ApiKeyRecord own(Caller caller) {
    return caller
        .application()
        .map(Application::keyId)
        .flatMap(keys::find)
        .filter(key -> key.terms().kind() == KeyKind.SECRET)
        .orElseThrow(
            () ->
                new RefusedException(
                    Refused.of(
                        Refusal.CREDENTIAL_KIND_REFUSED,
                        "This is about the API key that the request shows: show a secret one.")));
  }

  private IssuedKey rotate(ApiKeyRecord own, HttpServletRequest request) throws IOException {
    Members members = new Members(bodyIfAny(request), Set.of("overlap"));
    Duration overlap = members.duration("overlap", KeysServlet.DEFAULT_OVERLAP);
    return attempt(() -> keys.rotate(own.id(), overlap, Outcome.actorOf(request)))
        .orElseThrow(JsonServlet::notFound);
  }

  private IssuedKey derive(Caller caller, ApiKeyRecord own, HttpServletRequest request)
      throws IOException {
    Members members = new Members(body(request, JSON), Set.of("scopes", "ttl"));
    Set<String> scopes = members.neededTexts("scopes");
    Duration ttl = members.duration("ttl", DEFAULT_TTL);
    // With a token beside the key the caller may do less than the key.
    caller.require(scopes.toArray(String[]::new));
    return attempt(() -> keys.derive(own.id(), scopes, ttl, Outcome.actorOf(request)))
        .orElseThrow(JsonServlet::notFound);
  }
}
