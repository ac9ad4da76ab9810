package io.github.sallyport.sample.full;

import io.github.sallyport.cdi.Secured;
import io.github.sallyport.sample.threads.Desk;
import jakarta.enterprise.concurrent.Asynchronous;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;

/** A CDI bean that works later, by Jakarta Concurrency. */
@ApplicationScoped
public class SlowDesk {
  @Inject Desk desk;

  @Asynchronous
  public CompletableFuture<String> who() {
    return Asynchronous.Result.complete(desk.who());
  }

  @Asynchronous
  public CompletableFuture<String> sign() {
    return Asynchronous.Result.complete(desk.sign());
  }

  @Asynchronous(executor = FullServlet.EXECUTOR)
  @Secured(roles = "clerk")
  public CompletableFuture<String> serve() {
    return Asynchronous.Result.complete("served " + desk.who());
  }
}
