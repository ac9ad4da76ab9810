package io.github.sallyport.sample.login;

import io.github.sallyport.Caller;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import org.eclipse.microprofile.auth.LoginConfig;
import org.eclipse.microprofile.jwt.Claim;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** As MicroProfile JWT has an application marked. */
@ApplicationPath("/rest")
@LoginConfig(authMethod = "MP-JWT")
public class LoginApi extends Application {

  /** Its only resource. */
  @Path("who")
  @RequestScoped
  public static class Resource {
    @Inject JsonWebToken token;
    @Inject Caller caller;

    @Inject
    @Claim("email")
    Optional<String> email;

    @GET
    public String get(@Context SecurityContext security) {
      return token.getSubject()
          + "|"
          + email.orElse("")
          + "|"
          + caller.getName()
          + "|"
          + (security.getUserPrincipal() instanceof Caller);
    }
  }
}
