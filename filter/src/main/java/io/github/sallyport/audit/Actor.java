package io.github.sallyport.audit;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.User;
import org.jspecify.annotations.Nullable;

/**
 * Who did something, and in which request.
 *
 * @param name the caller's name; null for a request in which nobody was established
 * @param keyId the application's key id; null where no API key was established
 * @param owner whom that key belongs to
 * @param subject the user's subject; null where no user was established
 * @param issuer who says so: a subject means nothing without it
 * @param requestId the request's id, as {@code X-Request-Id} answers it; null outside a request
 * @param address the client's address, as the container gives it; null outside a request
 * @param userAgent what the client says that it is, as it says it; null where it says nothing
 * @param method the HTTP method; null outside a request
 * @param path the request's path without its query, which may hold anything; null outside a request
 */
public record Actor(
    @Nullable String name,
    @Nullable String keyId,
    @Nullable String owner,
    @Nullable String subject,
    @Nullable String issuer,
    @Nullable String requestId,
    @Nullable String address,
    @Nullable String userAgent,
    @Nullable String method,
    @Nullable String path) {

  /** Somebody of whom no more than a name is known. */
  public Actor(
      @Nullable String name,
      @Nullable String requestId,
      @Nullable String address,
      @Nullable String method,
      @Nullable String path) {
    this(name, null, null, null, null, requestId, address, null, method, path);
  }

  /** A part of this software, or of the application, outside any request. */
  public static Actor part(String name) {
    return new Actor(name, null, null, null, null);
  }

  /** A caller outside any request. */
  public static Actor of(Caller caller) {
    return new Actor(null, null, null, null, null).by(caller);
  }

  /** The same request, now that its caller is known. */
  public Actor by(Caller caller) {
    if (!caller.isAuthenticated()) return this;
    Application application = caller.application().orElse(null);
    User user = caller.user().orElse(null);
    return new Actor(
        caller.getName(),
        application == null ? null : application.keyId(),
        application == null ? null : application.owner(),
        user == null ? null : user.subject(),
        user == null ? null : user.issuer(),
        requestId,
        address,
        userAgent,
        method,
        path);
  }

  /** The same, fit for an event. */
  Actor fit() {
    return new Actor(
        EventText.fit(name, AuditEvent.NAME),
        EventText.fit(keyId, AuditEvent.KEY_ID),
        EventText.fit(owner, AuditEvent.NAME),
        EventText.fit(subject, AuditEvent.SUBJECT),
        EventText.fit(issuer, AuditEvent.ISSUER),
        EventText.fit(requestId, AuditEvent.REQUEST_ID),
        EventText.fit(address, AuditEvent.ADDRESS),
        EventText.fit(userAgent, AuditEvent.USER_AGENT),
        EventText.fit(method, AuditEvent.METHOD),
        EventText.fit(path, AuditEvent.PATH));
  }
}
