package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * The caller in the form that Jakarta Security takes, where a token was shown: it is the token too
 * (MicroProfile JWT 2.1, chapter 7). Loaded only where MicroProfile JWT is.
 */
final class TokenPrincipal extends SallyportPrincipal implements ForwardingToken {
  private static final long serialVersionUID = 1L;

  // Not serialized, as the caller is not: it holds the token's text.
  private final transient JsonWebToken token;

  private TokenPrincipal(Caller caller, JsonWebToken token) {
    super(caller);
    this.token = token;
  }

  static SallyportPrincipal of(Caller caller) {
    return caller instanceof JsonWebToken token
        ? new TokenPrincipal(caller, token)
        : new SallyportPrincipal(caller);
  }

  @Override
  public JsonWebToken token() {
    return token;
  }

  @Override
  public String getName() {
    return super.getName();
  }
}
