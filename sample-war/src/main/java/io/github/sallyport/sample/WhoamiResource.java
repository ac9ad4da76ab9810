package io.github.sallyport.sample;

import io.github.sallyport.Caller;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;

/**
 * Tells callers who they are, by JAX-RS. Without a scope: no CDI bean where nobody makes it one.
 */
@Path("/whoami")
public class WhoamiResource {

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public Object whoami(@Context SecurityContext security) {
    return Whoami.of((Caller) security.getUserPrincipal());
  }
}
