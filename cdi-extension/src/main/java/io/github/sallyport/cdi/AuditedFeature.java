package io.github.sallyport.cdi;

import io.github.sallyport.Refused;
import io.github.sallyport.RefusedException;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.audit.AuditedRequest.Access;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import java.lang.reflect.Method;

/**
 * Tells audit of each audited JAX-RS resource method, which may be no CDI bean. It begins before
 * the gate is asked; a refusal and what nobody maps are settled where they are answered, in the
 * filter.
 */
public final class AuditedFeature implements DynamicFeature {
  private static final String ACCESS = AuditedFeature.class.getName();

  /** Made by the JAX-RS implementation. */
  public AuditedFeature() {}

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Class<?> type = resource.getResourceClass();
    Method method = resource.getResourceMethod();
    if (AuditedCall.find(type, method).isPresent()) {
      context.register(new Filter(type, method), Priorities.AUTHORIZATION - 100);
    }
  }

  /**
   * Tells that the gate refused a call, if it is to be audited. The gate may stand before us or
   * behind us: not every implementation goes by priorities here.
   */
  static void refuse(ContainerRequestContext request, Class<?> type, Method method, Refused why) {
    if (AuditedCall.find(type, method).isEmpty()) return;
    try {
      if (request.getProperty(ACCESS) instanceof Access begun) begun.refuse(why);
      else AuditedCall.begin(type, method).refuse(why);
    } catch (StoreUnavailableException | RefusedException e) {
      // Without a place for the call's own event, the refused request has one.
    }
  }

  /** Before and behind one method. */
  private record Filter(Class<?> type, Method method)
      implements ContainerRequestFilter, ContainerResponseFilter {
    @Override
    public void filter(ContainerRequestContext request) {
      request.setProperty(ACCESS, AuditedCall.begin(type, method));
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
      if (!(request.getProperty(ACCESS) instanceof Access access)) return;
      if (response.getStatus() >= 500) access.fail(response.getStatus());
      else access.allow();
    }
  }
}
