package io.github.sallyport.audit;

import org.jspecify.annotations.Nullable;

/**
 * Who did something, and in which request.
 *
 * @param name the caller's name; null for a request in which nobody was established
 * @param requestId the request's id, as {@code X-Request-Id} answers it; null outside a request
 * @param address the client's address, as the container gives it; null outside a request
 * @param method the HTTP method; null outside a request
 * @param path the request's path without its query, which may hold anything; null outside a request
 */
public record Actor(
    @Nullable String name,
    @Nullable String requestId,
    @Nullable String address,
    @Nullable String method,
    @Nullable String path) {

  /** A part of this software, or of the application, outside any request. */
  public static Actor part(String name) {
    return new Actor(name, null, null, null, null);
  }

  /** The same request, now that its caller is known. */
  public Actor named(String callerName) {
    return new Actor(callerName, requestId, address, method, path);
  }
}
