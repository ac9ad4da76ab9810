package io.github.sallyport.token;

import java.time.Instant;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What was taken back: single tokens (denied), and all tokens of a user at once (a version). Both
 * are kept as numbers by digests of what they are about. Every method may throw {@link
 * io.github.sallyport.StoreUnavailableException}; whether a change took place is then not known.
 *
 * <p>Each change is in the change feed, of the kind {@link #DENIED} or {@link #VERSION}, with the
 * digest as its id and the number as its version: a node that follows needs to read nothing more.
 */
public interface RevocationStore {
  /** By which the change feed calls denied tokens. */
  String DENIED = "denied";

  /** By which it calls token versions. */
  String VERSION = "token-version";

  /**
   * A number by the digest of what it is about.
   *
   * @param digest 32 hex digits
   */
  record Mark(String digest, long number) {}

  /**
   * Denies a token; once more with a later end is no fault.
   *
   * @param untilSecond after which it has ended anyhow, in seconds since 1970
   */
  void deny(String digest, long untilSecond);

  /**
   * Raises a user's number. One that does not rise stays as it is, and nobody is told.
   *
   * @param next makes the new number of the old, which is 0 where there was none; asked again where
   *     another node was faster
   * @param familiesOf the subject whose refresh tokens are taken back in the same transaction;
   *     null: nobody's
   * @return the new number
   */
  long raise(String digest, LongUnaryOperator next, @Nullable String familiesOf, Instant now);

  /**
   * A user's number as it is now.
   *
   * @return 0: there is none
   */
  long version(String digest);

  /**
   * Reads marks in the order of their digests.
   *
   * @param kind {@link #DENIED} or {@link #VERSION}
   * @param after the last digest of the page before; null: from the first
   */
  List<Mark> read(String kind, @Nullable String after, int limit);

  /**
   * Removes what was denied until a second before this one.
   *
   * @return how many, at most {@code limit}
   */
  int removeDenied(long beforeSecond, int limit);
}
