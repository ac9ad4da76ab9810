package io.github.sallyport.jwt;

/**
 * Says what a signature can't: whether a token was taken back after it was made. It is asked each
 * time that a token is shown, also where its signature is remembered.
 */
@FunctionalInterface
public interface TokenStanding {
  /** Where nobody takes tokens back. */
  TokenStanding ALWAYS = token -> false;

  /**
   * Tells whether a token that verified, and whose time has come, was taken back.
   *
   * @throws io.github.sallyport.StoreUnavailableException if nobody can say
   */
  boolean isRevoked(VerifiedToken token);
}
