package io.github.sallyport.sample.transaction;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.TransactionScoped;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what begins: each transaction opens the scope of that name (Jakarta Transactions 2.0). */
@ApplicationScoped
public class Transactions {
  private final AtomicInteger begun = new AtomicInteger();

  void count(@Observes @Initialized(TransactionScoped.class) Object transaction) {
    begun.incrementAndGet();
  }

  int begun() {
    return begun.get();
  }
}
