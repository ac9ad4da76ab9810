package io.github.sallyport.audit;

import java.util.List;

/** Where the events of a queue come to rest. Called by the queue's one thread. */
public interface AuditKeeper extends AutoCloseable {

  /** How many events it takes at once. */
  default int most() {
    return 1;
  }

  /**
   * Keeps these, all or none.
   *
   * @throws io.github.sallyport.StoreUnavailableException if it can't now; the same will come again
   * @throws RuntimeException if it never will
   */
  void keep(List<AuditEvent> events);

  /** Does what is due, about every second. */
  default void tend() {}

  /** Ends what was begun. Called once, after the last event. */
  @Override
  default void close() {}
}
