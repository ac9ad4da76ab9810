package io.github.sallyport.sample.secured;

import io.github.sallyport.Caller;
import io.github.sallyport.cdi.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.locks.LockSupport;

/** A bean of which there is one, for all callers. */
@ApplicationScoped
public class Vault {
  private static final long PAUSE_NANOS = 1_000;

  @Inject Caller caller;

  @Secured(scopes = "vault:open")
  public String open() {
    return "opened";
  }

  @Secured
  public String look() {
    return "looked";
  }

  /** Names the caller, who is asked for three times with other threads in between. */
  public String whoIsThere() {
    String name = caller.getName();
    for (int i = 0; i < 2; i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      if (!name.equals(caller.getName())) return "two callers in one request";
    }
    return name;
  }
}
