package io.github.sallyport.sample.secured;

import io.github.sallyport.cdi.Audited;
import io.github.sallyport.cdi.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.Set;

/** The same resources inside the filter's pattern and outside, beside a mapper of everything. */
public class VaultApi extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(WithoutScope.class, WithScope.class, Views.class, CatchAll.class);
  }

  /** Where the filter stands. */
  @ApplicationPath("/in/rest")
  public static class Inside extends VaultApi {}

  /** Where it does not. */
  @ApplicationPath("/out/rest")
  public static class Outside extends VaultApi {}

  /** No CDI bean, unless the server makes it one. */
  @Path("without")
  public static class WithoutScope {
    @GET
    @Secured(scopes = "vault:open")
    public String open() {
      return "opened";
    }

    @GET
    @Path("fails")
    public String fails() {
      throw new IllegalStateException("on purpose");
    }

    @GET
    @Path("audited")
    @Audited("without.opened")
    @Secured(scopes = "vault:open")
    public String openAudited() {
      return "opened";
    }

    @GET
    @Path("audited-fails")
    @Audited("without.failed")
    public String failAudited() {
      throw new IllegalStateException("on purpose");
    }
  }

  /** A CDI bean, which calls another. */
  @Path("with")
  @RequestScoped
  @Secured
  public static class WithScope {
    @Inject Vault vault;

    @GET
    public String look() {
      return "looked";
    }

    @GET
    @Path("open")
    public String open() {
      return vault.open();
    }

    @GET
    @Path("audited")
    @Audited("with.opened")
    @Secured(scopes = "vault:open")
    public String openAudited() {
      return "opened";
    }

    @GET
    @Path("audited-fails")
    @Audited("with.failed")
    public String failAudited() {
      throw new IllegalStateException("on purpose");
    }

    @GET
    @Path("admin")
    @Secured(roles = "admin")
    public String administer() {
      return "administered";
    }
  }

  /** What JAX-RS says of the caller. */
  @Path("views")
  public static class Views {
    @GET
    public String views(@Context SecurityContext security) {
      return View.of(security.getUserPrincipal(), security::isUserInRole);
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
