package io.github.sallyport.jwt;

import io.github.sallyport.User;

/**
 * A token that one of its issuer's keys signed, and whose claims are as the issuer's settings want
 * them. Only the verifier makes one.
 */
public final class VerifiedToken {
  private final String id;
  private final User user;
  private final ClaimRules.Times times;
  private final long generation;

  /**
   * @param generation of the issuer's keys, when one of them signed it
   */
  VerifiedToken(String id, User user, ClaimRules.Times times, long generation) {
    this.id = id;
    this.user = user;
    this.times = times;
    this.generation = generation;
  }

  /**
   * Its name among the tokens of its issuer: the {@code jti} claim, or where it has none the
   * SHA-256, in hex after {@code sha256:}, of what was signed; never of the whole text, whose
   * signature may have a twin.
   */
  public String id() {
    return id;
  }

  /** Whom it names, and what it grants. */
  public User user() {
    return user;
  }

  ClaimRules.Times times() {
    return times;
  }

  long generation() {
    return generation;
  }

  /** Hides the claims. */
  @Override
  public String toString() {
    return "VerifiedToken[…]";
  }
}
