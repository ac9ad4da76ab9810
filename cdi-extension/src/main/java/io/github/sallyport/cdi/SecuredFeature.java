package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.RefusedException;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts the gate before each secured JAX-RS resource method: a resource is no CDI bean by itself,
 * and without a scope no interceptor ever sees it. Found as a service (Jakarta REST 3.1, 4.1.2).
 */
public final class SecuredFeature implements DynamicFeature {
  /** What is intercepted, or of a scope, is of a class that CDI derives, and marks as its own. */
  private static final ClassValue<Boolean> MADE_BY_CDI =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return Arrays.stream(type.getInterfaces())
              .map(Class::getName)
              .anyMatch(
                  name ->
                      name.startsWith("org.jboss.weld.")
                          || name.startsWith("org.apache.webbeans."));
        }
      };

  /** Made by the JAX-RS implementation. */
  public SecuredFeature() {}

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Class<?> type = resource.getResourceClass();
    Method method = resource.getResourceMethod();
    SallyportExtension extension = extension();
    Optional<Demand> demand =
        extension == null ? new Demands(false).of(type, method) : extension.demand(type, method);
    if (demand.isEmpty()) return;
    context.register(
        new Filter(
            demand.get(),
            type,
            method,
            extension != null && (extension.knows(type) || Bindings.isNative(type, method)),
            demand.get().policies().isEmpty()
                ? null
                : RequestArguments.of(type, method).orElse(null)),
        Priorities.AUTHORIZATION);
  }

  private static @Nullable SallyportExtension extension() {
    try {
      return CDI.current().getBeanManager().getExtension(SallyportExtension.class);
    } catch (IllegalStateException | IllegalArgumentException e) {
      return null; // No CDI in this application.
    }
  }

  /**
   * Before one method.
   *
   * @param bound whether an object that CDI makes of the class has our interceptor before it
   * @param arguments null: they can't be read of the request, or nobody asks for them
   */
  private record Filter(
      Demand demand,
      Class<?> type,
      Method method,
      boolean bound,
      @Nullable RequestArguments arguments)
      implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
      try {
        ask(request);
      } catch (RefusedException e) {
        AuditedFeature.refuse(request, type, method, e.refused());
        throw e;
      }
    }

    private void ask(ContainerRequestContext request) {
      if (demand.policies().isEmpty() || isIntercepted(request)) {
        Gate.enter(demand, method);
        return;
      }
      Optional<Caller> caller = Gate.enter(demand, method);
      if (caller.isEmpty()) return;
      Gate.permit(demand, caller.get(), method, arguments == null ? null : arguments.read(request));
    }

    /** JAX-RS may have asked CDI for its object or have made it by itself, bean or not. */
    private boolean isIntercepted(ContainerRequestContext request) {
      if (!bound) return false;
      List<Object> matched = request.getUriInfo().getMatchedResources();
      return !matched.isEmpty()
          && type.isInstance(matched.get(0))
          && MADE_BY_CDI.get(matched.get(0).getClass());
    }
  }
}
