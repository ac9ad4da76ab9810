package io.github.sallyport.token;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where refresh tokens are kept, by the SHA-256 of their text, in hex. Every method may throw
 * {@link io.github.sallyport.StoreUnavailableException}; whether a change took place is then not
 * known.
 *
 * <p>Nothing of this is cached by any node, so that none of it touches the change feed.
 */
public interface RefreshStore {
  /** Keeps a family with its first token. */
  void insert(RefreshFamily family, String digest);

  /**
   * Finds a token, used or not.
   *
   * @return empty: there is none, or its family has been cleared away
   */
  Optional<Found> find(String digest);

  /**
   * A token that is there.
   *
   * @param used whether a successor was made of it
   * @param revoked whether its family was taken back
   */
  record Found(RefreshFamily family, boolean used, boolean revoked) {}

  /**
   * Uses a token: one conditional update marks it as used and writes the salt from which its
   * successor comes; who loses that race reads the salt that won, as long as the grace lasts on the
   * database's clock and the successor was not used itself. What is shown after that is reuse, and
   * takes the family back in the same transaction.
   *
   * <p>With the use of a token the salt of the one before it is erased.
   *
   * @param salt fresh, hex; kept only if this is the first use
   * @param successor makes of a salt the digest of the successor's text
   * @param grace zero: every second use is reuse
   * @param now by which the family's end is judged
   */
  Use use(
      String digest, String salt, Function<String, String> successor, Duration grace, Instant now);

  /** What became of a use. */
  sealed interface Use {
    /** There is no such token, or its family has ended or was taken back before. */
    record None() implements Use {}

    /**
     * It stands.
     *
     * @param salt the one that makes the successor, fresh or of an earlier use
     */
    record Good(RefreshFamily family, String salt) implements Use {
      /** Leaves the salt out. */
      @Override
      public String toString() {
        return "Good[" + family + "]";
      }
    }

    /** It was used before: its family was taken back now. */
    record Reused(RefreshFamily family) implements Use {}
  }

  /**
   * Takes a family back.
   *
   * @return false: it was already, or is not there
   */
  boolean revoke(String familyId, Instant now);

  /**
   * Erases the salts of tokens whose grace is over on the database's clock.
   *
   * @return how many, at most {@code limit}
   */
  int eraseSalts(Duration grace, int limit);

  /**
   * Removes families that ended before, with their tokens.
   *
   * @return how many families, at most {@code limit}
   */
  int removeEnded(Instant before, int limit);
}
