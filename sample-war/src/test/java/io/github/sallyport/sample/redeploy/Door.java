package io.github.sallyport.sample.redeploy;

import io.github.sallyport.Caller;
import io.github.sallyport.cdi.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Lets every caller in. */
@ApplicationScoped
public class Door {
  @Inject Caller caller;

  @Secured
  public String enter() {
    return caller.getName();
  }
}
