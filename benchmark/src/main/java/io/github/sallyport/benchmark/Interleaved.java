package io.github.sallyport.benchmark;

import io.github.sallyport.benchmark.Measured.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Measures the variants of a row in turns.
 *
 * <p>On a shared machine two runs of the same code, one after the other, have differed by up to ten
 * times. So all variants are warmed in one JVM, each gets a short slice a round, in an order that
 * rotates, and a variant is compared with the reference's slice of the same round: what slows one
 * slows the other. The quartiles of these ratios say how far they can be trusted.
 *
 * <p>Counted is the processor time of the calling thread. It leaves out the collector's pauses and
 * work on other threads; the time that passed stands beside it.
 */
final class Interleaved {
  /** How much passes between two looks at the clock: seldom enough to cost nothing. */
  private static final long BATCH_NANOS = 250_000;

  /**
   * How long.
   *
   * @param warmings how often every variant is warmed, in turns
   * @param warming for how long each time
   * @param rounds how many slices a variant gets
   * @param slice how long a slice is
   */
  record Plan(int warmings, Duration warming, int rounds, Duration slice) {
    /** What the committed figures were measured by. */
    static final Plan OF_RECORD = new Plan(2, Duration.ofMillis(1250), 30, Duration.ofMillis(40));
  }

  private final Plan plan;
  private final Meter meter;
  // Written with each result, so that the compiler must make it.
  private final AtomicReference<Object> sink = new AtomicReference<>();

  Interleaved(Plan plan, Meter meter) {
    this.plan = plan;
    this.meter = meter;
  }

  /**
   * Checks all variants, then times them.
   *
   * @param variants the first is the reference
   * @throws IllegalStateException if a check fails; nothing was timed then
   */
  List<Measured> measure(List<Variant> variants) throws Exception {
    for (Variant variant : variants) check(variant);
    List<Turns> all = variants.stream().map(Turns::new).toList();
    for (int i = 0; i < plan.warmings(); i++) {
      for (Turns turns : all) turns.warm();
    }
    for (int round = 0; round < plan.rounds(); round++) {
      for (int place = 0; place < all.size(); place++) {
        all.get((round + place) % all.size()).takeSlice();
      }
    }
    List<Slice> reference = all.get(0).slices;
    return all.stream().map(t -> Measured.of(t.variant.name(), t.slices, reference)).toList();
  }

  private static void check(Variant variant) {
    try {
      variant.check().run();
    } catch (Exception e) {
      throw new IllegalStateException(
          "'" + variant.name() + "' does not do its work: " + e.getMessage(), e);
    }
  }

  /** One variant's turns. */
  private final class Turns {
    private final Variant variant;
    private final List<Slice> slices = new ArrayList<>();
    private long batch = 1;

    Turns(Variant variant) {
      this.variant = variant;
    }

    void warm() throws Exception {
      double nanos = run(plan.warming()).wallNanos();
      batch = Math.max(1, (long) (BATCH_NANOS / nanos));
    }

    void takeSlice() throws Exception {
      slices.add(run(plan.slice()));
    }

    private Slice run(Duration time) throws Exception {
      Operation operation = variant.operation();
      long operations = 0;
      long bytes = meter.allocatedBytes();
      long processor = meter.processorNanos();
      long wall = meter.wallNanos();
      long end = wall + time.toNanos();
      long now = wall;
      while (now < end) {
        for (long i = 0; i < batch; i++) sink.setRelease(operation.run());
        operations += batch;
        now = meter.wallNanos();
      }
      double n = operations;
      return new Slice(
          (meter.processorNanos() - processor) / n,
          (now - wall) / n,
          (meter.allocatedBytes() - bytes) / n);
    }
  }
}
