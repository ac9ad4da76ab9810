package io.github.sallyport.audit;

/**
 * Takes audit events. Safe for use by many threads.
 *
 * <p>An application may name a class of its own in {@code sallyport.audit.sink}: public, with a
 * public constructor without parameters. It is called by one thread of ours behind the requests,
 * one event after the other, and closed with the application if it is {@link AutoCloseable}.
 */
@FunctionalInterface
public interface AuditSink {

  /**
   * Takes one event. Returns when the event is where the sink keeps it.
   *
   * @throws io.github.sallyport.StoreUnavailableException if it can't be kept now, and should be
   *     given again later
   * @throws RuntimeException if it can't be kept
   */
  void record(AuditEvent event);

  /**
   * Makes sure of a place for one event, before that is done of which it will tell. Who gets none
   * must not do it.
   *
   * @return to be closed, whether it was used or not
   * @throws io.github.sallyport.StoreUnavailableException if there is none
   */
  default Place reserve() {
    return this::record;
  }

  /** Room for one event. */
  @FunctionalInterface
  interface Place extends AutoCloseable {

    /**
     * Takes the event. It is not lost any more, and most often where the sink keeps it: what that
     * depends on may fail even now, and then it follows.
     */
    void record(AuditEvent event);

    /** Gives the room back, if it was not used. */
    @Override
    default void close() {}
  }
}
