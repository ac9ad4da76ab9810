package io.github.sallyport.cache;

import io.github.sallyport.Health;
import java.util.function.LongConsumer;

/**
 * Tells other nodes that something was changed, and is told by them. No more than that: each node
 * reads the change itself, from the store. So a message may be lost, doubled, late or forged, and
 * costs a read at most.
 */
interface WakeUps extends AutoCloseable {
  /** What is told by somebody who can't be understood: there may be changes. */
  long UNKNOWN = -1;

  /** Tells all others how far the changes have come, and waits for nobody. */
  void announce(long position);

  /** How well that does. */
  Health.Part health();

  /** What all of them keep together. */
  SharedNumbers numbers();

  /** Leaves the others. May be called again. */
  @Override
  void close();

  /**
   * Joins the others.
   *
   * @param application its class loader has the configuration's resources
   * @param told is called with each number that another node announces
   * @throws IllegalStateException if that can't be done as it was set; the message says what to do
   */
  static WakeUps open(ClusterSettings settings, ClassLoader application, LongConsumer told) {
    try {
      Class.forName("com.hazelcast.core.HazelcastInstance", false, WakeUps.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "sallyport.cluster.provider: Hazelcast is missing; add com.hazelcast:hazelcast, 5.7.0 or"
              + " newer, to the application",
          e);
    }
    return HazelcastWakeUps.open(settings.uri(), application, told);
  }
}
