package io.github.sallyport.http;

import jakarta.ejb.EJBAccessException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import org.jspecify.annotations.Nullable;

/**
 * Answers what an EJB container refuses inside a JAX-RS resource, as the filter does outside.
 * Loaded only where Jakarta Enterprise Beans is.
 */
public final class EjbRefusalMapper implements ExceptionMapper<EJBAccessException> {
  @Context private @Nullable HttpServletRequest request;

  /** Made by the JAX-RS implementation. */
  public EjbRefusalMapper() {}

  @Override
  public Response toResponse(EJBAccessException refused) {
    return RefusalMapper.outcome(request)
        .map(outcome -> RefusalMapper.answer(outcome, outcome.refusedByEjb()))
        .orElseGet(() -> Response.status(Response.Status.FORBIDDEN).build());
  }
}
