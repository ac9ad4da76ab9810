package io.github.sallyport.http;

import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.ForwardingCaller;
import io.github.sallyport.Secret;

/**
 * A caller with the JWT that the request showed, which {@link ShownToken} alone asks for. It goes
 * where the caller goes: to the threads of {@link Caller#wrap}, and no further than a {@code
 * logout()}.
 */
final class CallerWithToken implements ForwardingCaller {
  private final Caller caller;
  private final Secret token;

  private CallerWithToken(Caller caller, Secret token) {
    this.caller = caller;
    this.token = token;
  }

  /** The caller with the JWT among what was shown; as it is where there was none. */
  static Caller of(Caller caller, Credential shown) {
    Credential token = shown instanceof Credential.Both both ? both.token() : shown;
    return token instanceof Credential.Bearer bearer && isJwt(bearer.text())
        ? new CallerWithToken(caller, bearer.text())
        : caller;
  }

  /** By the shape that told it from an opaque token. */
  private static boolean isJwt(Secret text) {
    return text.reveal().indexOf('.') >= 0;
  }

  Secret token() {
    return token;
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
