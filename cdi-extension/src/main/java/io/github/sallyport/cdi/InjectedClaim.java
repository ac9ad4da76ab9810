package io.github.sallyport.cdi;

import java.io.Serializable;
import org.eclipse.microprofile.jwt.ClaimValue;
import org.jspecify.annotations.Nullable;

/**
 * A claim that is looked up in the current request's token at each call, and so is right in a bean
 * of any scope. What is serialized with it is the claim's name, and no value.
 */
record InjectedClaim<T>(String name, ClaimForm form) implements ClaimValue<T>, Serializable {

  @Override
  public String getName() {
    return name;
  }

  @Override
  @SuppressWarnings("unchecked") // The form is that of the injection point, which says T.
  public @Nullable T getValue() {
    return (T) form.current(name);
  }

  /** Without the value: it may be anybody's personal data, or the token itself. */
  @Override
  public String toString() {
    return "ClaimValue[" + name + "]";
  }
}
