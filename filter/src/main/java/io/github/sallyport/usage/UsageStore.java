package io.github.sallyport.usage;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was counted. Safe for use by many threads and nodes.
 *
 * <p>Each method throws {@link io.github.sallyport.StoreUnavailableException} if the store does not
 * answer.
 */
public interface UsageStore {
  /** Adds to what is there; all of it or nothing. */
  void add(Map<UsageCell, Tally> counted);

  /**
   * Adds up what was counted.
   *
   * @param keyId of this key alone; null: of all
   * @param from the first hour
   * @param until the first hour that is not wanted
   * @param by what is told apart; the other parts of a cell are empty or 0 then
   * @param limit how many cells at most
   * @return in the order of the cells' parts
   */
  List<Counted> read(@Nullable String keyId, long from, long until, Set<Part> by, int limit);

  /** Forgets what was counted before an hour. */
  void prune(long before);

  /** A cell and what is in it. */
  record Counted(UsageCell cell, Tally tally) {}

  /** A part of a cell. */
  enum Part {
    /** The key. */
    KEY,
    /** The hour. */
    HOUR,
    /** The path's rule. */
    RULE,
    /** The class of the status, or the refusal's code. */
    OUTCOME
  }
}
