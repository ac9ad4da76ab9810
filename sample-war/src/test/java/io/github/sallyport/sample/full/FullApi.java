package io.github.sallyport.sample.full;

import jakarta.inject.Inject;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.Set;

/** Resources that ask a session bean, beside a mapper of everything or without. */
public class FullApi extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(Tellers.class);
  }

  /** Without a mapper. */
  @ApplicationPath("/rest")
  public static class Plain extends FullApi {}

  /** With one. */
  @ApplicationPath("/mapped")
  public static class Mapped extends FullApi {
    @Override
    public Set<Class<?>> getClasses() {
      return Set.of(Tellers.class, CatchAll.class);
    }
  }

  /** Asks the bean. */
  @Path("teller")
  public static class Tellers {
    @Inject Teller teller;

    @GET
    public String open() {
      return teller.open();
    }
  }

  /** Takes whatever nobody else takes. */
  public static class CatchAll implements ExceptionMapper<Throwable> {
    @Override
    public Response toResponse(Throwable fault) {
      return Response.status(500).entity("caught all").build();
    }
  }
}
