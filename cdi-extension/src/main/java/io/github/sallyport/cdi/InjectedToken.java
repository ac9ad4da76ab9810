package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Typed;
import java.io.Serializable;
import org.eclipse.microprofile.jwt.JsonWebToken;

/**
 * What {@code @Inject JsonWebToken} gives: it asks for the current token at each call, as {@link
 * InjectedCaller} does for the caller, and is right in a bean of any scope. Without state: no text
 * of a token is serialized with it.
 */
@Dependent
@Typed(JsonWebToken.class) // As a Principal it would make everybody's @Inject Principal ambiguous.
class InjectedToken implements ForwardingToken, Serializable {
  private static final long serialVersionUID = 1L;

  /** The token that the current request showed; {@link NoToken} if it showed none. */
  static JsonWebToken current() {
    Caller caller = CurrentCaller.find().orElse(null);
    return caller instanceof JsonWebToken token ? token : NoToken.INSTANCE;
  }

  @Override
  public JsonWebToken token() {
    return current();
  }

  @Override
  public String toString() {
    return current().toString();
  }
}
