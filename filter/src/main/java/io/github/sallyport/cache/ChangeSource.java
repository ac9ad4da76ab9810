package io.github.sallyport.cache;

/** The store's committed changes, in the order of their numbers. Implemented where the store is. */
public interface ChangeSource {

  /**
   * Reads the changes from a number on, from the store itself.
   *
   * @param from the number to begin with
   * @param limit how many at most
   * @throws io.github.sallyport.StoreUnavailableException if the store does not answer in time
   */
  Changes read(long from, int limit);

  /**
   * Forgets old changes. Who needs one of them notices that it is gone.
   *
   * @param upTo the number of the last one to forget
   * @throws io.github.sallyport.StoreUnavailableException if the store does not answer in time
   */
  void prune(long upTo);
}
