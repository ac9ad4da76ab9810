package io.github.sallyport.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void theQuartilesOfFiveValuesAreThreeOfThem() {
    assertThat(Spread.of(50, 10, 40, 20, 30)).isEqualTo(new Spread(20, 30, 40));
  }

  @Test
  void betweenTwoValuesTheyAreInterpolated() {
    assertThat(Spread.of(4, 1, 3, 2)).isEqualTo(new Spread(1.75, 2.5, 3.25));
    assertThat(Spread.of(1, 2)).isEqualTo(new Spread(1.25, 1.5, 1.75));
  }

  @Test
  void aSingleValueIsAllThree() {
    assertThat(Spread.of(7)).isEqualTo(new Spread(7, 7, 7));
  }

  @Test
  void oneWildValueMovesNone() {
    assertThat(Spread.of(1, 2, 3, 4, 1e9)).isEqualTo(new Spread(2, 3, 4));
  }

  @Test
  void theValuesOfTheCallerStayInTheirOrder() {
    double[] values = {3, 1, 2};
    Spread.of(values);
    assertThat(values).containsExactly(3, 1, 2);
  }

  @Test
  void noValueHasNoMiddle() {
    assertThatIllegalArgumentException().isThrownBy(Spread::of);
  }
}
