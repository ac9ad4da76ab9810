package io.github.sallyport.sample.transaction;

import io.github.sallyport.cdi.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;

/** Writes in a transaction of its own, for those who may. */
@ApplicationScoped
public class Ledger {

  @Transactional
  @Secured(scopes = "ledger:write")
  public String write() {
    return "written";
  }
}
