package io.github.sallyport.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Events in a table. Every method may throw {@link io.github.sallyport.StoreUnavailableException}.
 */
public interface AuditStore {

  /**
   * Adds these, in one transaction.
   *
   * @return false: other events have their places, and nothing was added. Where the same are there
   *     already, since nobody heard that they were committed, that is no other
   */
  boolean append(List<Link> links);

  /** Adds a checkpoint, unless one of its kind and number is there. */
  void add(Checkpoint checkpoint);

  /**
   * Finds events, the newest first.
   *
   * @param after the last of the list before this one; null: from the newest
   */
  List<Link> find(AuditQuery query, int limit, @Nullable Position after);

  /** The ids of all chains of which there is anything. */
  Set<String> chains();

  /** A chain's events behind this number, in their order. */
  List<Link> links(String chain, long after, int limit);

  /** A chain's last event. */
  Optional<Link> last(String chain);

  /** A chain's checkpoints of all kinds, by number. */
  List<Checkpoint> checkpoints(String chain);

  /**
   * Removes events, and the checkpoints that speak of them, in one transaction with the word that
   * they were removed.
   */
  void prune(Checkpoint pruned);

  /** Removes all that is left of a chain. */
  void forget(String chain);

  /**
   * Where an event stands among all.
   *
   * @param time of the event
   */
  record Position(Instant time, String chain, long seq) {
    /** Where this one stands. */
    public static Position of(Link link) {
      return new Position(link.event().time(), link.chain(), link.seq());
    }
  }
}
