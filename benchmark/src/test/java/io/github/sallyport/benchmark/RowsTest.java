package io.github.sallyport.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Each row opens, passes its own checks and can be run; how fast is nobody's business here. */
class RowsTest {
  @Test
  void everyRowDoesItsWork() throws Exception {
    for (Benchmark.Opening opening : Benchmark.rows(3, 64, 200).values()) {
      try (Row row = opening.open()) {
        for (Variant variant : row.variants()) {
          variant.check().run();
          assertThat(variant.operation().run()).as(variant.name()).isNotNull();
        }
      }
    }
  }
}
