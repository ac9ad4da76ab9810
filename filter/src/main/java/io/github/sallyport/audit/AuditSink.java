package io.github.sallyport.audit;

/** Takes audit events. Safe for use by many threads. */
@FunctionalInterface
public interface AuditSink {

  /**
   * Takes one event. Returns when the event is where the sink keeps it.
   *
   * @throws RuntimeException if it can't be kept; what was to be recorded is then not done, where
   *     that is still possible
   */
  void record(AuditEvent event);
}
