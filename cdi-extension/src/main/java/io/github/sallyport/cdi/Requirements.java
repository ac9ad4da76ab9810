package io.github.sallyport.cdi;

import io.github.sallyport.access.Requirement;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What {@link Secured} asks of each method: computed once a method, looked up at each call. */
final class Requirements {
  private static final ClassValue<Requirements> OF =
      new ClassValue<>() {
        @Override
        protected Requirements computeValue(Class<?> type) {
          return new Requirements(type);
        }
      };

  private final Class<?> type;
  private final ConcurrentHashMap<Method, Optional<Requirement>> methods =
      new ConcurrentHashMap<>();

  private Requirements(Class<?> type) {
    this.type = type;
  }

  /**
   * Finds what a method asks for.
   *
   * @param type the class of the bean or resource, which may inherit the method; a proxy's or an
   *     interceptor's subclass will do
   * @return empty if neither the method nor its class is secured
   */
  static Optional<Requirement> of(Class<?> type, Method method) {
    Requirements requirements = OF.get(type);
    Optional<Requirement> known = requirements.methods.get(method);
    return known != null
        ? known
        : requirements.methods.computeIfAbsent(method, requirements::compute);
  }

  private Optional<Requirement> compute(Method method) {
    Secured secured = method.getAnnotation(Secured.class);
    if (secured == null) secured = type.getAnnotation(Secured.class);
    return Optional.ofNullable(secured).map(Requirements::requirement);
  }

  /** An annotation's members as a value. */
  static Requirement requirement(Secured secured) {
    return new Requirement(
        Set.of(secured.scopes()), Set.of(secured.roles()), Set.of(secured.credentials()));
  }
}
