package io.github.sallyport.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.benchmark.Interleaved.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The runner, on a thread whose clock is moved by hand. */
class InterleavedTest {
  private static final Duration SLICE = Duration.ofMillis(40);

  private final HandMeter meter = new HandMeter();
  private final List<String> ran = new ArrayList<>();

  private Interleaved runner(int warmings, int rounds) {
    return new Interleaved(new Plan(warmings, SLICE, rounds, SLICE), meter);
  }

  private Variant variant(String name, long processorNanos, long wallNanos, long bytes) {
    return new Variant(
        name,
        () -> {},
        () -> {
          ran.add(name);
          meter.use(processorNanos, wallNanos, bytes);
          return name;
        });
  }

  /** An operation that takes a whole slice, so that each of its runs is a turn. */
  private Variant turn(String name) {
    return variant(name, 1, SLICE.toNanos(), 0);
  }

  @Test
  void anOperationHasTheTimesAndBytesThatItUsed() throws Exception {
    List<Measured> measured =
        runner(1, 30).measure(List.of(variant("a", 100, 160, 48), variant("b", 250, 300, 0)));
    assertThat(measured).extracting(Measured::variant).containsExactly("a", "b");
    Measured b = measured.get(1);
    assertThat(measured.get(0).processorNanos()).isEqualTo(new Spread(100, 100, 100));
    assertThat(measured.get(0).wallNanos().median()).isEqualTo(160);
    assertThat(measured.get(0).bytes().median()).isEqualTo(48);
    assertThat(measured.get(0).ratio()).isEqualTo(new Spread(1, 1, 1));
    assertThat(b.processorNanos().median()).isEqualTo(250);
    assertThat(b.leastProcessorNanos()).isEqualTo(250);
    assertThat(b.above()).isEqualTo(new Spread(150, 150, 150));
    assertThat(b.ratio()).isEqualTo(new Spread(2.5, 2.5, 2.5));
  }

  @Test
  void aSliceEndsWhenItsTimeIsOver() throws Exception {
    runner(0, 1).measure(List.of(variant("a", 1, 1_000_000, 0)));
    assertThat(ran).hasSize(40);
  }

  @Test
  void everyVariantStandsAtEveryPlaceOnceInAsManyRoundsAsThereAreVariants() throws Exception {
    List<String> names = List.of("a", "b", "c", "d");
    runner(0, 4).measure(names.stream().map(this::turn).toList());
    assertThat(ran).hasSize(16);
    for (int place = 0; place < 4; place++) {
      Set<String> there = new HashSet<>();
      for (int round = 0; round < 4; round++) there.add(ran.get(round * 4 + place));
      assertThat(there).containsExactlyInAnyOrderElementsOf(names);
    }
    for (int round = 0; round < 4; round++) {
      assertThat(ran.subList(round * 4, round * 4 + 4)).doesNotHaveDuplicates();
    }
  }

  @Test
  void twoVariantsGoFirstInTurn() throws Exception {
    runner(0, 4).measure(List.of(turn("a"), turn("b")));
    assertThat(ran).containsExactly("a", "b", "b", "a", "a", "b", "b", "a");
  }

  @Test
  void allAreWarmedBeforeAnyIsTimed() throws Exception {
    runner(2, 1).measure(List.of(turn("a"), turn("b")));
    assertThat(ran).containsExactly("a", "b", "a", "b", "a", "b");
  }

  @Test
  void aRatioIsTakenInsideItsRoundSoThatASlowRoundDoesNotMoveIt() throws Exception {
    // Every round is twice as slow as the one before, for both.
    Variant a = slowing("a", 100);
    Variant b = slowing("b", 300);
    List<Measured> measured = runner(0, 5).measure(List.of(a, b));
    assertThat(measured.get(0).processorNanos()).isEqualTo(new Spread(200, 400, 800));
    assertThat(measured.get(1).ratio()).isEqualTo(new Spread(3, 3, 3));
  }

  private Variant slowing(String name, long first) {
    long[] cost = {first};
    return new Variant(
        name,
        () -> {},
        () -> {
          meter.use(cost[0], SLICE.toNanos(), 0);
          cost[0] *= 2;
          return name;
        });
  }

  @Test
  void aVariantThatFailsItsCheckStopsTheRunBeforeAnythingIsTimed() {
    Variant.Check check = () -> Variant.require(false, "it accepts a revoked key");
    Variant broken = new Variant("broken", check, turn("broken").operation());
    assertThatThrownBy(() -> runner(1, 1).measure(List.of(turn("good"), broken)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("'broken' does not do its work: it accepts a revoked key");
    assertThat(ran).isEmpty();
  }

  @Test
  void anOperationThatFailsStopsTheRun() {
    Variant failing =
        new Variant(
            "failing",
            () -> {},
            () -> {
              throw new IllegalStateException("refused");
            });
    assertThatThrownBy(() -> runner(0, 1).measure(List.of(failing))).hasMessage("refused");
  }

  @Test
  @Timeout(10)
  void theJvmsOwnMeterSeesWorkAndAllocation() {
    Meter jvm = Meter.ofThisJvm();
    long bytes = jvm.allocatedBytes();
    byte[][] kept = new byte[64][];
    for (int i = 0; i < kept.length; i++) kept[i] = new byte[1 << 16];
    assertThat(jvm.allocatedBytes() - bytes).isGreaterThanOrEqualTo(kept.length << 16);
    long processor = jvm.processorNanos();
    while (jvm.processorNanos() == processor) Thread.onSpinWait(); // the clock may be coarse
    assertThat(jvm.processorNanos()).isGreaterThan(processor);
  }
}
