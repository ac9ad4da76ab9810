package io.github.sallyport.sample.threads;

import io.github.sallyport.Caller;
import io.github.sallyport.cdi.Audited;
import io.github.sallyport.cdi.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** What every thread asks: who it works for, and whether that one may. */
@ApplicationScoped
public class Desk {
  @Inject Caller caller;

  /** By the injected caller, as any code of the application would. */
  public String who() {
    return caller.isAuthenticated() ? caller.getName() : "nobody";
  }

  @Secured(roles = "clerk")
  @Audited("desk.signed")
  public String sign() {
    return "signed by " + caller.getName();
  }
}
