package io.github.sallyport.http;

import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;

/**
 * Registers {@link RefusalMapper} and its like in every JAX-RS application, found as a service
 * (Jakarta REST 3.1, 4.1.2): also in one that lists its classes itself.
 */
public final class RefusalFeature implements Feature {
  private static final boolean EJB = CallerWithToken.isThere("jakarta.ejb.EJBAccessException");

  /** Made by the JAX-RS implementation. */
  public RefusalFeature() {}

  @Override
  public boolean configure(FeatureContext context) {
    if (context.getConfiguration().isRegistered(RefusalMapper.class)) return false;
    context.register(RefusalMapper.class);
    if (EJB) context.register(EjbRefusalMapper.class);
    return true;
  }
}
