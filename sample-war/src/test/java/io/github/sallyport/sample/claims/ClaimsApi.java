package io.github.sallyport.sample.claims;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import org.eclipse.microprofile.jwt.Claim;
import org.jspecify.annotations.Nullable;

/** The same by Jakarta REST. */
@ApplicationPath("/rest")
public class ClaimsApi extends Application {

  /** Its only resource, of which there is one for each request. */
  @Path("claims")
  @RequestScoped
  public static class Resource {
    @Inject
    @Claim("email")
    @Nullable String email;

    @GET
    public String get(@Context SecurityContext security) {
      return email + "|" + ClaimsServlet.principal(security.getUserPrincipal());
    }
  }
}
