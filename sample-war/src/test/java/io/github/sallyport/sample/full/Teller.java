package io.github.sallyport.sample.full;

import jakarta.annotation.Resource;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;

/** A session bean whose doors the EJB container holds. */
@SuppressWarnings("NullAway.Init") // The container sets the resource.
@Stateless
public class Teller {
  @Resource private SessionContext context;

  @RolesAllowed("admin")
  public String open() {
    return "opened";
  }

  /** Who calls, as the container says. */
  @PermitAll
  public String who() {
    return context.getCallerPrincipal().getName()
        + " admin="
        + context.isCallerInRole("admin")
        + " clerk="
        + context.isCallerInRole("clerk");
  }
}
