package io.github.sallyport.sample.secured;

import io.github.sallyport.Caller;
import io.github.sallyport.access.AccessPolicy;
import io.github.sallyport.cdi.Audited;
import io.github.sallyport.cdi.Fresh;
import io.github.sallyport.cdi.Guarded;
import io.github.sallyport.cdi.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The same resources inside the filter's pattern and outside, beside a mapper of everything. */
public class VaultApi extends Application {

  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(
        WithoutScope.class, Inheriting.class, WithScope.class, Views.class, CatchAll.class);
  }

  /** Where the filter stands. */
  @ApplicationPath("/in/rest")
  public static class Inside extends VaultApi {}

  /** Where it does not. */
  @ApplicationPath("/out/rest")
  public static class Outside extends VaultApi {}

  /** No CDI bean, unless the server makes it one. */
  @Path("without")
  public static class WithoutScope implements Listed {
    @GET
    @Secured(scopes = "vault:open")
    public String open() {
      return "opened";
    }

    @GET
    @Path("listed")
    @Override
    public String list() {
      return "listed";
    }

    @GET
    @Path("fresh")
    @Fresh("PT5M")
    public String touch() {
      return "touched";
    }

    @GET
    @Path("owned/{owner}")
    @Guarded(OwnsVault.class)
    public String open(@PathParam("owner") String owner, @QueryParam("n") int n) {
      return "opened";
    }

    /** How often the policy was asked. */
    @GET
    @Path("asked")
    public String asked() {
      return OwnsVault.ASKED.toString();
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

  /** Nothing of ours stands in its file. */
  @Path("inheriting")
  public static class Inheriting implements Touched {
    @GET
    @Override
    public String touch() {
      return "touched";
    }
  }

  /** Implemented by what nobody but JAX-RS knows of. */
  @Secured(scopes = "vault:list")
  public interface Touched {
    String touch();
  }

  /** A CDI bean, which calls another. */
  @Path("with")
  @RequestScoped
  @Secured
  public static class WithScope implements Listed {
    @Inject Vault vault;

    @GET
    @Path("listed")
    @Override
    public String list() {
      return "listed";
    }

    @GET
    @Path("fresh")
    @Fresh("PT5M")
    public String touch() {
      return "touched";
    }

    @GET
    @Path("owned/{owner}")
    @Guarded(OwnsVault.class)
    public String open(@PathParam("owner") String owner, @Context UriInfo uri) {
      return "opened";
    }

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

  /** What is secured here is secured where it is implemented. */
  public interface Listed {
    @Secured(scopes = "vault:list")
    String list();
  }

  /** A vault is its owner's, who is named first. */
  @ApplicationScoped
  public static class OwnsVault implements AccessPolicy {
    static final AtomicInteger ASKED = new AtomicInteger();

    @Override
    public boolean permits(Caller caller, Method method, List<@Nullable Object> arguments) {
      ASKED.incrementAndGet();
      return arguments.size() == 2 && caller.getName().equals(arguments.get(0));
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
