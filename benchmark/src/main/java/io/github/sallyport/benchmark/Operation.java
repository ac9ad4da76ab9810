package io.github.sallyport.benchmark;

/** What is timed. */
@FunctionalInterface
interface Operation {

  /**
   * Does it once.
   *
   * @return whatever came of it, so that no compiler can leave the work out
   */
  Object run() throws Exception;
}
