package io.github.sallyport.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Failures failures =
      new Failures(new Limit(20, Duration.ofMinutes(1), 3), nanos::get);

  private void fail(String address, int times) {
    for (int i = 0; i < times; i++) failures.note(address);
  }

  private void move(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void soManyMayFailAndThenOneForEachPartOfTheWindow() {
    fail("192.0.2.1", 2);
    assertThat(failures.wait("192.0.2.1")).isEmpty();
    fail("192.0.2.1", 1);

    assertThat(failures.wait("192.0.2.1")).contains(Duration.ofSeconds(3));
    move(Duration.ofSeconds(3).minusNanos(1));
    assertThat(failures.wait("192.0.2.1")).contains(Duration.ofNanos(1));
    move(Duration.ofNanos(1));
    assertThat(failures.wait("192.0.2.1")).isEmpty();
    fail("192.0.2.1", 1);
    assertThat(failures.wait("192.0.2.1")).isPresent();
    move(Duration.ofMinutes(10));
    fail("192.0.2.1", 2);
    assertThat(failures.wait("192.0.2.1")).isEmpty();
  }

  /** Many at once pass before the first is counted; that must not hold their address for hours. */
  @Test
  void moreThanThereAreHoldAnAddressNoLongerThanTheLastOfThemWould() {
    fail("192.0.2.1", 10_000);

    assertThat(failures.wait("192.0.2.1")).contains(Duration.ofSeconds(3));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "192.0.2.1, ::ffff:192.0.2.1, true",
    "2001:db8:0:1::1, 2001:db8:0:1:ffff:ffff:ffff:ffff, true",
    "2001:db8:0:1::1, 2001:db8:0:2::1, false"
  })
  void anAddressIsAnIpv4OneOrAnIpv6Network(String one, String other, boolean same) {
    fail(one, 3);

    assertThat(failures.wait(other).isPresent()).isEqualTo(same);
  }

  @Test
  void aFloodOfAddressesNeitherFillsTheMemoryNorFreesWhoHasFailed() {
    fail("192.0.2.1", 3);

    for (int i = 0; i < 300_000; i++) {
      fail("2001:db8:%x:%x::1".formatted(i >>> 16, i & 0xffff), 1);
    }

    assertThat(failures.wait("192.0.2.1")).isPresent();
    assertThat(failures.size()).isLessThanOrEqualTo(100_000);
  }

  @Test
  void whoIsOnlyLookedAtIsNotRemembered() {
    for (int i = 0; i < 1_000; i++) assertThat(failures.wait("192.0.2." + i % 256)).isEmpty();

    assertThat(failures.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {-10_000_000_000L, Long.MAX_VALUE - 1_000_000_000L})
  void aClockMayBeginAnywhereAndTurnOver(long begin) {
    nanos.set(begin);
    Failures own = new Failures(Limit.of(2, Duration.ofMinutes(1)), nanos::get);
    own.note("192.0.2.1");
    own.note("192.0.2.1");
    assertThat(own.wait("192.0.2.1")).contains(Duration.ofSeconds(30));
    move(Duration.ofSeconds(30));
    assertThat(own.wait("192.0.2.1")).isEmpty();
  }
}
