package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.ForwardingCaller;
import jakarta.security.enterprise.CallerPrincipal;
import java.util.Objects;

/**
 * The caller in the form that Jakarta Security takes (3.0, 2.3): the container hands this very
 * object to {@code getUserPrincipal()} and {@code getPrincipalsByType}.
 */
class SallyportPrincipal extends CallerPrincipal implements ForwardingCaller {
  private static final long serialVersionUID = 1L;
  private static final boolean MP_JWT =
      SallyportExtension.isThere("org.eclipse.microprofile.jwt.JsonWebToken");

  // Not serialized: a container that copies principals to another node must not copy what was
  // granted.
  private final transient Caller caller;

  SallyportPrincipal(Caller caller) {
    super(caller.getName());
    this.caller = Objects.requireNonNull(caller, "caller");
  }

  /** The principal that this caller is: where it can be, the token that was shown too. */
  static SallyportPrincipal of(Caller caller) {
    return MP_JWT ? TokenPrincipal.of(caller) : new SallyportPrincipal(caller);
  }

  @Override
  public Caller caller() {
    return caller;
  }

  @Override
  public String getName() {
    return super.getName();
  }

  @Override
  public String toString() {
    return caller.toString();
  }
}
