package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sallyport.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7, 192.0.2.8",
    "192.0.2.0/24, 192.0.2.255, 192.0.3.0",
    "192.0.2.128/25, 192.0.2.128, 192.0.2.127",
    "192.0.2.6/31, 192.0.2.7, 192.0.2.8",
    "0.0.0.0/0, 255.255.255.255, ::1",
    "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
    "192.0.2.7/32, 192.0.2.7, 192.0.2.6",
    "2001:db8::/32, 2001:db8:ffff::1, 2001:db9::",
    "2001:db8::1, 2001:DB8:0:0:0:0:0:1, 2001:db8::2",
    "2001:db8::1/128, 2001:db8::1, 2001:db8::",
    "2001:db8:0:8000::/49, 2001:db8:0:ffff::1, 2001:db8:0:7fff::1",
    "::/0, fe80::1%eth0, 192.0.2.7",
    "::ffff:192.0.2.7, 192.0.2.7, 192.0.2.8",
    "::ffff:192.0.2.0/120, 192.0.2.9, 192.0.3.1",
    "192.0.2.0/24, ::ffff:192.0.2.9, ::ffff:192.0.3.9",
    "192.0.2.0/24, ::FFFF:c000:0209, ::c000:0209"
  })
  void itHoldsWhatLiesWithinAndNothingElse(String range, String inside, String outside) {
    assertThat(contains(range, inside)).as(inside).isTrue();
    assertThat(contains(range, outside)).as(outside).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "localhost",
        "example.com",
        "192.0.2",
        "192.0.2.7.8",
        "192.0.2.256",
        "010.0.0.1",
        "0x7f.0.0.1",
        "2130706433",
        "192.0.2.7/33",
        "192.0.2.7/-1",
        "192.0.2.0/",
        "192.0.2.0/024",
        "192.0.2.0/24/24",
        "/24",
        "192.0.2.0/x",
        " 192.0.2.7",
        "192.0.2.7\n",
        "1:2:3",
        "::1::",
        "2001:db8::/129",
        "g::1",
        "::ffff:192.0.2.0/95",
        "[::1]",
        "١٩٢.0.2.7",
        "192.0.2.7:80"
      })
  void anythingElseIsRefusedWithoutBeingLookedUp(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRange.of(text))
        .withMessageStartingWith("each of addresses must be an IP address or a range");
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.7/24", "10.0.0.1/8", "2001:db8::1/32", "0.0.0.1/0"})
  void bitsBeyondThePrefixAreRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRange.of(text))
        .withMessageContaining("beyond the prefix");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0/24, 192.0.2.0/24",
    "192.0.2.7/32, 192.0.2.7",
    "::ffff:192.0.2.7, 192.0.2.7",
    "2001:DB8::/32, 2001:db8:0:0:0:0:0:0/32",
    "0.0.0.0/0, 0.0.0.0/0"
  })
  void itIsWrittenInOneFormAndReadAgainTheSame(String text, String form) {
    AddressRange range = AddressRange.of(text);
    assertThat(range).hasToString(form);
    assertThat(AddressRange.of(form)).isEqualTo(range).hasSameHashCodeAs(range);
  }

  @Test
  void rangesThatDifferAreNotEqual() {
    AddressRange range = AddressRange.of("10.0.0.0/8");
    assertThat(range)
        .isNotEqualTo(AddressRange.of("10.0.0.0/9"))
        .isNotEqualTo(AddressRange.of("11.0.0.0/8"))
        .isNotEqualTo("10.0.0.0/8");
  }

  private static boolean contains(String range, String address) {
    return AddressRange.of(range).contains(IpAddress.literal(address).orElseThrow());
  }
}
