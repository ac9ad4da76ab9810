package io.github.sallyport.sample.app;

import io.github.sallyport.Caller;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.Set;

/** A JAX-RS application that names its classes itself, and maps every exception there is. */
@ApplicationPath("/rest")
public class CatchAllApi extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(Ships.class, CatchAll.class);
  }

  /** Requires a scope in code. Not final: RESTEasy makes beans of resources, and proxies them. */
  @Path("/")
  public static class Ships {
    @GET
    @Path("requires")
    public String requires(@Context SecurityContext security) {
      ((Caller) security.getUserPrincipal()).require("ships:sink");
      return "sunk";
    }

    @GET
    @Path("fails")
    public String fails() {
      throw new IllegalStateException("on purpose");
    }
  }

  /** Takes whatever nobody else takes. */
  public static class CatchAll implements ExceptionMapper<Throwable> {
    @Override
    public Response toResponse(Throwable fault) {
      return Response.status(422).entity("caught all").build();
    }
  }
}
