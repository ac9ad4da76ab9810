package io.github.sallyport.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the seals say about the table of events.
 *
 * @param chains how many runs were looked at
 * @param events how many events
 * @param unclosed the runs that have no end: they go on, or were killed, or their last checkpoint
 *     was removed, which the log has too
 * @param unsealed the runs without a secret: nothing vouches for them
 * @param fault the first fault; null: there is none
 */
public record Verification(
    int chains, long events, List<String> unclosed, List<String> unsealed, @Nullable Fault fault) {

  public Verification {
    unclosed = List.copyOf(unclosed);
    unsealed = List.copyOf(unsealed);
  }

  /** Tells whether all seals hold, of events that have one. */
  public boolean holds() {
    return fault == null && unsealed.isEmpty();
  }

  /**
   * Something that can't have come about by us.
   *
   * @param seq the number of the event; of a checkpoint, the number of events that it speaks of
   */
  public record Fault(String chain, long seq, Kind kind) {}

  /** What was done. */
  public enum Kind {
    /** A column holds something else. */
    CHANGED,
    /** An event that was there is not. */
    MISSING,
    /** An event stands in another's place. */
    SWAPPED,
    /** Events at the end that a checkpoint speaks of are not there. */
    TAIL_CUT,
    /** Several in a row have seals that fit each other and not the secret. */
    FORGED,
    /** It says that it was sealed with a secret that is not listed. */
    FOREIGN_KEY,
    /** A checkpoint holds something else, or does not fit the events. */
    CHECKPOINT_CHANGED,
    /** A checkpoint that was there is not. */
    CHECKPOINT_MISSING
  }
}
