package io.github.sallyport.benchmark;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What came out for one variant, an operation.
 *
 * @param processorNanos processor time of the calling thread, over the rounds
 * @param leastProcessorNanos that of the quietest round
 * @param wallNanos time, over the rounds
 * @param bytes bytes allocated, over the rounds
 * @param above processor time less the reference's in the same round, in nanoseconds, over the
 *     rounds
 * @param ratio processor time as a multiple of the reference's in the same round, over the rounds
 */
record Measured(
    String variant,
    Spread processorNanos,
    double leastProcessorNanos,
    Spread wallNanos,
    Spread bytes,
    Spread above,
    Spread ratio) {

  /**
   * One variant's turn in one round, an operation.
   *
   * @param processorNanos processor time of the calling thread
   */
  record Slice(double processorNanos, double wallNanos, double bytes) {}

  /**
   * @param slices one a round
   * @param reference those of the variant that is compared with, of the same rounds
   */
  static Measured of(String variant, List<Slice> slices, List<Slice> reference) {
    double[] above = new double[slices.size()];
    double[] ratios = new double[slices.size()];
    for (int round = 0; round < ratios.length; round++) {
      double here = slices.get(round).processorNanos();
      double there = reference.get(round).processorNanos();
      above[round] = here - there;
      ratios[round] = here / there;
    }
    return new Measured(
        variant,
        spread(slices, Slice::processorNanos),
        slices.stream().mapToDouble(Slice::processorNanos).min().orElseThrow(),
        spread(slices, Slice::wallNanos),
        spread(slices, Slice::bytes),
        Spread.of(above),
        Spread.of(ratios));
  }

  private static Spread spread(List<Slice> slices, ToDoubleFunction<Slice> value) {
    return Spread.of(slices.stream().mapToDouble(value).toArray());
  }
}
