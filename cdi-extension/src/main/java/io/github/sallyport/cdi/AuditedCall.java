package io.github.sallyport.cdi;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.RefusedException;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditTrail;
import io.github.sallyport.audit.AuditedRequest;
import io.github.sallyport.audit.AuditedRequest.Access;
import jakarta.enterprise.inject.spi.CDI;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Where the interceptor and the JAX-RS filter tell audit that a method is called. */
final class AuditedCall {
  private static final System.Logger LOG = System.getLogger("sallyport.cdi");

  private static final ClassValue<ConcurrentHashMap<Method, Optional<Audited>>> FOUND =
      new ClassValue<>() {
        @Override
        protected ConcurrentHashMap<Method, Optional<Audited>> computeValue(Class<?> type) {
          return new ConcurrentHashMap<>();
        }
      };

  private AuditedCall() {}

  /**
   * Begins an access. Who stands before the same method a second time gets the same access.
   *
   * @param type the class that the method is called on
   */
  static Access begin(Class<?> type, Method method) {
    Audited audited = find(type, method).orElseThrow();
    String what = method.getDeclaringClass().getName() + "." + method.getName();
    return AuditedRequest.current().orElseGet(() -> outside(what)).begin(audited.value(), what);
  }

  /** What stands nearest to the method; a proxy's class will do. */
  static Optional<Audited> find(Class<?> type, Method method) {
    ConcurrentHashMap<Method, Optional<Audited>> methods = FOUND.get(type);
    Optional<Audited> known = methods.get(method);
    return known != null
        ? known
        : methods.computeIfAbsent(method, m -> Nearest.find(Audited.class, type, m));
  }

  /** A call by a timer, a message, another thread, or a URL that the filter does not guard. */
  private static AuditedRequest outside(String what) {
    AuditTrail trail = trail();
    if (trail == null) {
      LOG.log(
          Level.ERROR,
          "{0} is @Audited, but was called where no Sallyport is open, and refused",
          what);
      throw new RefusedException(
          Refused.of(Refusal.POLICY_DENIED, "Nobody is here who could record this call."));
    }
    Caller caller = CurrentCaller.find().orElse(AnonymousCaller.INSTANCE);
    return new AuditedRequest(trail, Actor.of(caller), caller, Clock.systemUTC());
  }

  /** Of the application itself: where no request is, CDI's own ServletContext is not either. */
  private static @Nullable AuditTrail trail() {
    try {
      return CDI.current().getBeanManager().getExtension(SallyportExtension.class).trail();
    } catch (IllegalStateException | IllegalArgumentException e) {
      return null; // No CDI in this application, or not any more.
    }
  }
}
