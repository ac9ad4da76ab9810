package io.github.sallyport.benchmark;

/**
 * One way to do what a row is about.
 *
 * @param name unique in its row
 * @param check run once, outside the clock, before anything is timed
 * @param operation what is timed
 */
record Variant(String name, Check check, Operation operation) {

  /** Shows that a variant does its work: it lets the good credential in, and refuses a bad one. */
  @FunctionalInterface
  interface Check {
    /** Throws if it does not. */
    void run() throws Exception;
  }

  /** Stops the run: a time of something that does not work is worth nothing. */
  static void require(boolean holds, String sentence) {
    if (!holds) throw new IllegalStateException(sentence);
  }
}
