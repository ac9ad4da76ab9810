package io.github.sallyport.cdi;

import io.github.sallyport.RefusedException;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;

/**
 * Puts the gate before each secured JAX-RS resource method: a resource is no CDI bean by itself,
 * and without a scope no interceptor ever sees it. Found as a service (Jakarta REST 3.1, 4.1.2).
 */
public final class SecuredFeature implements DynamicFeature {

  /** Made by the JAX-RS implementation. */
  public SecuredFeature() {}

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Class<?> type = resource.getResourceClass();
    Method method = resource.getResourceMethod();
    if (Requirements.of(type, method).isPresent()) {
      context.register(new Filter(type, method), Priorities.AUTHORIZATION);
    }
  }

  /** Before one method. */
  private record Filter(Class<?> type, Method method) implements ContainerRequestFilter {
    @Override
    public void filter(ContainerRequestContext request) {
      try {
        Gate.pass(type, method);
      } catch (RefusedException e) {
        AuditedFeature.refuse(request, type, method, e.refused());
        throw e;
      }
    }
  }
}
