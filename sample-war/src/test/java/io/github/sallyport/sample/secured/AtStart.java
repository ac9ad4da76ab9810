package io.github.sallyport.sample.secured;

import io.github.sallyport.RefusedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Asks a secured bean while the application starts, when there is no request and no caller. */
@ApplicationScoped
public class AtStart {
  // Written before the first request is served.
  private static volatile String outcome = "not asked";

  @Inject Vault vault;

  static String outcome() {
    return outcome;
  }

  void begin(@Observes @Initialized(ApplicationScoped.class) Object event) {
    try {
      outcome = vault.look();
    } catch (RefusedException e) {
      outcome = e.refused().refusal().code();
    }
  }
}
