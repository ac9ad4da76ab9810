package io.github.sallyport.limit;

/** How many permits in how much time: one of those of a plan that callers are told of. */
public sealed interface Allowance permits Limit, Quota {

  /** How many. */
  long permits();

  /**
   * The time in the fewest letters: {@code 1s}, {@code 15m}, {@code 1d}, {@code 1day}, {@code 1mo}.
   */
  String shortWindow();
}
