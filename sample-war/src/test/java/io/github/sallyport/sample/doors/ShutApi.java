package io.github.sallyport.sample.doors;

import io.github.sallyport.cdi.Secured;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** JAX-RS finds its resources by the path as it was sent, in its own way. */
@ApplicationPath("/rest")
public class ShutApi extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(ByRule.class, ByAnnotation.class);
  }

  /** A path rule protects this. */
  @Path("shut")
  public static class ByRule {
    @GET
    @Path("secret")
    public String get() {
      return "opened";
    }
  }

  /** Nothing but its annotations protects this. */
  @Path("secured")
  public static class ByAnnotation {
    @GET
    @Path("secret")
    @Secured(scopes = "vault:open")
    public String get() {
      return "opened by GET";
    }

    @POST
    @Path("secret")
    public String post() {
      return "posted";
    }

    @DELETE
    @Path("secret")
    @Secured(roles = "admin")
    public String delete() {
      return "opened by DELETE";
    }
  }
}
