package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.RefusedException;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the interceptor and the JAX-RS filter ask. Asking twice in one request is harmless: both
 * times the same caller is judged by the same demand, and only who throws is audited. An
 * application's policies are asked once: by who knows the call's arguments.
 */
final class Gate {
  private static final System.Logger LOG = System.getLogger("sallyport.cdi");

  /** One line a method: traffic must not be able to fill the log. */
  private static final Set<Method> MISSING = ConcurrentHashMap.newKeySet();

  private static final Set<Method> UNKNOWN = ConcurrentHashMap.newKeySet();

  private Gate() {}

  /**
   * Lets a call go on, or does not.
   *
   * @param demand empty: the container was told of an annotation that we don't find
   * @param arguments of the call; it is not changed
   * @throws RefusedException if the current caller may not, or there is none
   */
  static void pass(Optional<Demand> demand, Method method, @Nullable Object[] arguments) {
    // A binding that came from where we do not look must not leave the method open.
    if (demand.isEmpty()) throw refused("This method is secured in a way that is not known.");
    Optional<Caller> caller = enter(demand.get(), method);
    if (caller.isEmpty() || demand.get().policies().isEmpty()) return;
    permit(demand.get(), caller.get(), method, arguments);
  }

  /**
   * Asks the policies, of who may enter.
   *
   * @param arguments null: nobody knows them, and nobody may
   */
  static void permit(
      Demand demand, Caller caller, Method method, @Nullable Object @Nullable [] arguments) {
    if (arguments == null) {
      reportUnknown(method);
      throw refused("Nobody could judge this call.");
    }
    List<@Nullable Object> copy = Collections.unmodifiableList(Arrays.asList(arguments.clone()));
    throwIfAny(demand.judge(caller, method, copy));
  }

  /**
   * Asks all but the policies.
   *
   * @return empty: there is no caller, and what is asked for is the container's to ask
   */
  static Optional<Caller> enter(Demand demand, Method method) {
    Optional<Caller> caller = CurrentCaller.find();
    if (caller.isPresent()) {
      throwIfAny(demand.judge(caller.get()));
    } else if (demand.needsCaller()) {
      reportMissing(method);
      throw refused("No credential was looked for on the way here.");
    }
    return caller;
  }

  private static void throwIfAny(Optional<Refused> why) {
    if (why.isPresent()) throw new RefusedException(why.get());
  }

  private static RefusedException refused(String detail) {
    return new RefusedException(Refused.of(Refusal.POLICY_DENIED, detail));
  }

  private static void reportMissing(Method method) {
    if (!MISSING.add(method)) return;
    LOG.log(
        Level.ERROR,
        "{0}.{1} is @Secured, but was called where no Sallyport stood on the way, and refused. Give"
            + " the filter in web.xml a url-pattern that covers the URL through which it was"
            + " called, for instance <url-pattern>/*</url-pattern>; from a timer, a message or"
            + " another thread, use Caller.wrap.",
        method.getDeclaringClass().getName(),
        method.getName());
  }

  private static void reportUnknown(Method method) {
    if (!UNKNOWN.add(method)) return;
    LOG.log(
        Level.ERROR,
        "{0}.{1} is @Guarded, but JAX-RS made its object without CDI, so that nobody knew all of its"
            + " arguments, and it was refused. Have JAX-RS ask CDI for resources, as Jersey does with"
            + " org.glassfish.jersey.ext.cdi:jersey-cdi1x-servlet.",
        method.getDeclaringClass().getName(),
        method.getName());
  }
}
