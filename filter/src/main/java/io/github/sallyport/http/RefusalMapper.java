package io.github.sallyport.http;

import io.github.sallyport.Refused;
import io.github.sallyport.RefusedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers a refusal thrown inside a JAX-RS resource. JAX-RS prefers the mapper of the nearest type,
 * so this one wins over an application's mapper of {@code Throwable}; without it an implementation
 * may commit a 500 before the filter sees the exception.
 */
public final class RefusalMapper implements ExceptionMapper<RefusedException> {
  @Context private @Nullable HttpServletRequest request;

  /** Made by the JAX-RS implementation. */
  public RefusalMapper() {}

  @Override
  public Response toResponse(RefusedException refused) {
    // Without an outcome no Sallyport stood on the way: the filter can't be asked for the
    // rendering.
    return outcome(request)
        .map(outcome -> answer(outcome, refused.refused()))
        .orElseGet(() -> Response.status(refused.refused().refusal().status()).build());
  }

  static Optional<Outcome> outcome(@Nullable HttpServletRequest request) {
    return request == null ? Optional.empty() : Outcome.of(request);
  }

  static Response answer(Outcome outcome, Refused why) {
    Answer answer = outcome.refuse(why);
    Response.ResponseBuilder response =
        Response.status(answer.status()).type(Answer.CONTENT_TYPE).entity(answer.body());
    for (Map.Entry<String, String> header : answer.headers()) {
      response.header(header.getKey(), header.getValue());
    }
    return response.build();
  }
}
