package io.github.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "", "192.0.2", "0300.0.2.1", "2130706433", "a:b:c:d:e"})
  void anAddressThatIsNoneIsNone(String text) {
    assertThat(IpAddress.literal(text)).isEmpty();
  }

  @Test
  void anOversizedAddressIsNone() {
    assertThat(IpAddress.literal("0".repeat(61) + "::1")).isEmpty();
    assertThat(IpAddress.literal(":".repeat(100_000))).isEmpty();
    assertThat(IpAddress.literal("::1%" + "z".repeat(1000))).isPresent();
  }

  @Test
  void anAddressThatMapsAnIpv4OneIsThatOne() {
    assertThat(IpAddress.literal("::ffff:192.0.2.7")).contains(new byte[] {(byte) 192, 0, 2, 7});
  }
}
