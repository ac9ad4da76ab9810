package io.github.sallyport.sample.full;

import io.github.sallyport.cdi.Secured;
import io.github.sallyport.sample.threads.Desk;
import jakarta.ejb.AsyncResult;
import jakarta.ejb.Asynchronous;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.util.concurrent.Future;

/** A session bean that works later. */
@Stateless
@Asynchronous
public class SlowTeller {
  @Inject private Desk desk;

  public Future<String> who() {
    return new AsyncResult<>(desk.who());
  }

  public Future<String> sign() {
    return new AsyncResult<>(desk.sign());
  }

  @Secured(roles = "clerk")
  public Future<String> serve() {
    return new AsyncResult<>("served " + desk.who());
  }
}
