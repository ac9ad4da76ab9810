package io.github.sallyport.sample.words;

import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;

/** For clerks, unless a method says otherwise. */
@ApplicationScoped
@RolesAllowed("clerk")
public class Counter {
  public String serve() {
    return "served";
  }

  @PermitAll
  public String look() {
    return "looked";
  }

  @DenyAll
  public String empty() {
    return "emptied";
  }
}
