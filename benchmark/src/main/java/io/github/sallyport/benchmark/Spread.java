package io.github.sallyport.benchmark;

import java.util.Arrays;

/**
 * Where the middle half of some values lies. Between two values it is interpolated (R's type 7).
 *
 * @param lower the first quartile
 * @param median the second
 * @param upper the third
 */
record Spread(double lower, double median, double upper) {

  /**
   * @param values at least one, in any order
   */
  static Spread of(double... values) {
    if (values.length == 0) throw new IllegalArgumentException("there must be a value");
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Spread(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
  }

  private static double at(double[] sorted, double part) {
    double position = part * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
