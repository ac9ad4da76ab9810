package io.github.sallyport.http;

import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.ForwardingCaller;
import io.github.sallyport.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A caller with the token that the request showed. It goes where the caller goes: to the threads of
 * {@link Caller#wrap}, and no further than a {@code logout()}. For its text {@link ShownToken}
 * asks, and where MicroProfile JWT is there whoever calls {@code getRawToken()}.
 */
class CallerWithToken implements ForwardingCaller {
  private static final boolean MP_JWT = isThere("org.eclipse.microprofile.jwt.JsonWebToken");

  private final Caller caller;
  private final @Nullable Secret jwt;

  /**
   * @param jwt null: the token was none, but an opaque one, whose text goes nowhere
   */
  CallerWithToken(Caller caller, @Nullable Secret jwt) {
    this.caller = caller;
    this.jwt = jwt;
  }

  /** The caller with the token among what was shown; as it is where there was none. */
  static Caller of(Caller caller, Credential shown) {
    Credential token = shown instanceof Credential.Both both ? both.token() : shown;
    if (!(token instanceof Credential.Bearer bearer)) return caller;
    Secret jwt = isJwt(bearer.text()) ? bearer.text() : null;
    return MP_JWT ? new JsonWebTokenCaller(caller, jwt) : new CallerWithToken(caller, jwt);
  }

  /** By the shape that told it from an opaque token. */
  private static boolean isJwt(Secret text) {
    return text.reveal().indexOf('.') >= 0;
  }

  static boolean isThere(String className) {
    try {
      Class.forName(className, false, CallerWithToken.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The JWT; null where an opaque token was shown. */
  @Nullable Secret jwt() {
    return jwt;
  }

  @Override
  public Caller caller() {
    return caller;
  }

  /** Takes this along, not only the caller that it forwards to. */
  @Override
  public Runnable wrap(Runnable task) {
    return () -> {
      CurrentCaller.Scope scope = CurrentCaller.enter(this);
      try {
        task.run();
      } finally {
        scope.close();
      }
    };
  }

  /** As the caller says it, without the token. */
  @Override
  public String toString() {
    return caller.toString();
  }
}
