package io.github.sallyport;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Is told what happens and how long it took, for whoever watches. What it is told are words of
 * closed sets and names of the configuration, so that no request can make up a series; it never
 * throws, and waits for nobody. Safe for use by many threads.
 */
public interface Telemetry extends AutoCloseable {
  /** Nobody watches. */
  Telemetry NONE = new Telemetry() {};

  /**
   * A credential was judged, on the thread that serves its request: who shows it, and whether the
   * path and the plan let that caller in.
   *
   * @param caller who that is; null: the request is refused
   * @param why it is refused; null: it is let in
   */
  default void judged(
      CredentialKind kind, @Nullable Caller caller, @Nullable Refusal why, long nanos) {}

  /** A refusal is answered, on the thread that serves its request; the application's too. */
  default void refused(Refusal why) {}

  /**
   * The limiter decided.
   *
   * @param why a request has to wait; null: it has not
   */
  default void limited(@Nullable Refusal why) {}

  /** The store was asked for something, or given something. */
  default void storeAsked(boolean answered, long nanos) {}

  /**
   * An issuer's keys were fetched.
   *
   * @param issuer its name in the configuration
   */
  default void keysFetched(String issuer, boolean usable, long nanos) {}

  /**
   * Has a value read whenever somebody looks, until this is closed.
   *
   * @param value in the reading's unit; called on any thread, and waits for nothing
   */
  default void watch(Reading reading, LongSupplier value) {}

  /**
   * Has the look-ups in one cache counted whenever somebody looks, until this is closed.
   *
   * @param cache its name
   */
  default void watchCache(String cache, LongSupplier hits, LongSupplier misses) {}

  /** Gives up what is read. */
  @Override
  default void close() {}

  /** What can be read at any time. */
  enum Reading {
    /** How old what is known of the store's changes is, in milliseconds. */
    FEED_AGE,
    /** How many events wait to be recorded. */
    AUDIT_QUEUE
  }
}
