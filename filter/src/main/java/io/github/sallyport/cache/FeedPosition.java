package io.github.sallyport.cache;

/** Tells how far the store's changes have come. Implemented where the store is. */
@FunctionalInterface
public interface FeedPosition {

  /**
   * Reads the number of the newest change that was committed, from the store itself.
   *
   * @throws io.github.sallyport.StoreUnavailableException if the store does not answer in time
   */
  long read();
}
