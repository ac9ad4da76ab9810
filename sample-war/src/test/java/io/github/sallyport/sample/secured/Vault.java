package io.github.sallyport.sample.secured;

import io.github.sallyport.Caller;
import io.github.sallyport.cdi.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** A bean of which there is one, for all callers. */
@ApplicationScoped
public class Vault {
  @Inject Caller caller;

  @Secured(scopes = "vault:open")
  public String open() {
    return "opened";
  }

  @Secured
  public String look() {
    return "looked";
  }

  /** Names the caller, who is asked for twice with other threads in between. */
  public String whoIsThere() {
    String name = caller.getName();
    Thread.onSpinWait();
    return name.equals(caller.getName()) ? name : "two callers in one request";
  }
}
