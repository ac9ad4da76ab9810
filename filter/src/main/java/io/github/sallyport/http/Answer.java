package io.github.sallyport.http;

import io.github.sallyport.OAuthError;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A refusal as it goes over the wire, before anybody writes it: the one rendering that the filter,
 * the JAX-RS mapper and the endpoints share.
 *
 * @param status the HTTP status code
 * @param headers in the order in which they are sent; a name may come twice
 * @param body {@value #CONTENT_TYPE} (RFC 9457) in UTF-8
 */
// One writer sends the bytes as they are: they are neither compared nor changed.
@SuppressWarnings("ArrayRecordComponent")
record Answer(int status, List<Map.Entry<String, String>> headers, byte[] body) {
  static final String CONTENT_TYPE = "application/problem+json";
  private static final Set<Scheme> BEARER = Set.of(Scheme.BEARER);
  private static final String TYPE = "https://sallyport.github.io/problems/";

  /**
   * Renders a refusal.
   *
   * @param enabled the schemes that this deployment takes credentials by
   * @param blamed the schemes by which the credential at fault came; empty if none was shown
   */
  static Answer of(
      Refused refused,
      String requestId,
      HttpSettings settings,
      Set<Scheme> enabled,
      Set<Scheme> blamed) {
    Refusal refusal = refused.refusal();
    boolean byToken = refusal.error() == OAuthError.INSUFFICIENT_USER_AUTHENTICATION;
    // What a user's login would mend, a token would, whatever was shown.
    Set<Scheme> named = byToken && enabled.contains(Scheme.BEARER) ? BEARER : blamed;
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    headers.add(Map.entry("Cache-Control", "no-store"));
    for (Scheme scheme : refusal.status() == 401 ? enabled : named) {
      boolean hasError = named.contains(scheme) && refusal.error() != OAuthError.NONE;
      if (refusal.status() == 401 || hasError) {
        headers.add(Map.entry("WWW-Authenticate", challenge(scheme, hasError, refused, settings)));
      }
    }
    Duration retryAfter = refused.retryAfter();
    if (retryAfter != null) {
      long seconds = retryAfter.plusNanos(999_999_999).toSeconds();
      headers.add(Map.entry("Retry-After", Long.toString(Math.max(1, seconds))));
    }

    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", TYPE + refusal.code());
    problem.put("title", refusal.title());
    problem.put("status", refusal.status());
    problem.put("detail", refused.detail());
    problem.put("code", refusal.code());
    problem.put("instance", "urn:uuid:" + requestId);
    return new Answer(
        refusal.status(),
        List.copyOf(headers),
        Json.write(problem).getBytes(StandardCharsets.UTF_8));
  }

  static String challenge(Scheme scheme, boolean hasError, Refused refused, HttpSettings settings) {
    StringBuilder challenge = new StringBuilder(scheme.word());
    challenge.append(" realm=").append(quoted(settings.realm()));
    if (scheme == Scheme.API_KEY)
      challenge.append(", header=").append(quoted(settings.keyHeader()));
    if (scheme == Scheme.BASIC) return challenge.append(", charset=\"UTF-8\"").toString();
    String metadata = settings.resourceMetadata();
    if (scheme == Scheme.BEARER && metadata != null) {
      challenge.append(", resource_metadata=").append(quoted(metadata));
    }
    if (hasError) {
      OAuthError error = refused.refusal().error();
      challenge.append(", error=").append(quoted(error.word()));
      challenge.append(", error_description=").append(quoted(refused.detail()));
      if (error == OAuthError.INSUFFICIENT_SCOPE) {
        String scopes = String.join(" ", new TreeSet<>(refused.scopes()));
        challenge.append(", scope=").append(quoted(scopes));
      }
      Duration maxAge = refused.maxAge();
      if (maxAge != null) {
        challenge.append(", max_age=").append(quoted(Long.toString(maxAge.toSeconds())));
      }
    }
    return challenge.toString();
  }

  /** A quoted-string (RFC 9110 section 5.6.4); what it can't hold becomes a question mark. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') quoted.append('\\');
      quoted.append(c >= ' ' && c < 0x7f ? c : '?');
    }
    return quoted.append('"').toString();
  }
}
