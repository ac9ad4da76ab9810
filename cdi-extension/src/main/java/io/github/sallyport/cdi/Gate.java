package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.RefusedException;
import io.github.sallyport.access.Requirement;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the interceptor and the JAX-RS filter ask. Asking twice in one request is harmless: both
 * times the same caller is judged by the same requirement, and only who throws is audited.
 */
final class Gate {
  private static final System.Logger LOG = System.getLogger("sallyport.cdi");

  /** One line a method: traffic must not be able to fill the log. */
  private static final Set<Method> REPORTED = ConcurrentHashMap.newKeySet();

  private Gate() {}

  /**
   * Lets a call go on, or does not.
   *
   * @param type the class that the method is called on
   * @throws RefusedException if the current caller may not, or there is none
   */
  static void pass(Class<?> type, Method method) {
    Optional<Requirement> requirement = Requirements.of(type, method);
    // A binding that came from where we do not look must not leave the method open.
    if (requirement.isEmpty()) throw refused("This method is secured in a way that is not known.");
    Optional<Caller> caller = CurrentCaller.find();
    if (caller.isEmpty()) {
      reportMissing(method);
      throw refused("No credential was looked for on the way here.");
    }
    Optional<Refused> judged = requirement.get().judge(caller.get());
    if (judged.isPresent()) throw new RefusedException(judged.get());
  }

  private static RefusedException refused(String detail) {
    return new RefusedException(Refused.of(Refusal.POLICY_DENIED, detail));
  }

  private static void reportMissing(Method method) {
    if (!REPORTED.add(method)) return;
    LOG.log(
        Level.ERROR,
        "{0}.{1} is @Secured, but was called where no Sallyport stood on the way, and refused. Give"
            + " the filter in web.xml a url-pattern that covers the URL through which it was"
            + " called, for instance <url-pattern>/*</url-pattern>; from a timer, a message or"
            + " another thread, use Caller.wrap.",
        method.getDeclaringClass().getName(),
        method.getName());
  }
}
