package io.github.sallyport.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A few numbers under each name, which all nodes of a cluster keep together. Every method waits for
 * another node as a rule, may throw any {@link RuntimeException} where the cluster does not answer,
 * and may then have done what it was asked to. Safe for use by many threads.
 */
public interface SharedNumbers {

  /**
   * The numbers under a name.
   *
   * @return null: there are none, or their time is over; none at all where something else is there
   */
  long @Nullable [] read(String name);

  /**
   * Puts others in their place, if they are still as they were read.
   *
   * @param before what {@link #read} returned
   * @param life after which they may be forgotten, unless they are replaced
   * @return false: somebody was faster
   */
  boolean replace(String name, long @Nullable [] before, long[] after, Duration life);

  /** The time of day in milliseconds, by one clock for all nodes; it may be set. */
  long millis();
}
