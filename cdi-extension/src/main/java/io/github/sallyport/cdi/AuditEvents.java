package io.github.sallyport.cdi;

import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditTrail;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.ObserverMethod;
import java.time.Instant;
import java.util.Set;

/**
 * Fires each event of audit as an event of CDI, by a thread of ours behind the requests: observers
 * may be slow, and may throw, and break nothing.
 */
final class AuditEvents {
  private static final AuditEvent ANY =
      new AuditEvent(Instant.EPOCH, "any", null, Actor.part("sallyport"), null, null);

  private final Event<AuditEvent> event;
  private final boolean async;

  private AuditEvents(BeanManager beans, boolean async) {
    this.event = beans.getEvent().select(AuditEvent.class);
    this.async = async;
  }

  /** Begins, where somebody observes. */
  static AuditTrail.Listening begin(AuditTrail trail, BeanManager beans) {
    Set<ObserverMethod<? super AuditEvent>> observers = beans.resolveObserverMethods(ANY);
    if (observers.isEmpty()) return () -> {};
    AuditEvents events = new AuditEvents(beans, observers.stream().anyMatch(o -> o.isAsync()));
    return trail.listen(events::fire);
  }

  private void fire(AuditEvent audited) {
    try {
      event.fire(audited);
    } finally {
      // Waiting keeps the queue in front of us the only one.
      if (async) event.fireAsync(audited).toCompletableFuture().join();
    }
  }
}
