package io.github.sallyport.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a period begins and ends. */
class QuotaTest {

  @ParameterizedTest
  @CsvSource({
    "5/P1M, 2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z, 2026-02-01T00:00:00Z",
    "5/P1M, 2026-01-31T23:59:59.999999999Z, 2026-01-01T00:00:00Z, 2026-02-01T00:00:00Z",
    "5/P1M, 2026-12-31T12:00:00Z, 2026-12-01T00:00:00Z, 2027-01-01T00:00:00Z",
    // leap years: 2028 is one, 2100 is none
    "5/P1M@29, 2028-02-29T00:00:00Z, 2028-02-29T00:00:00Z, 2028-03-29T00:00:00Z",
    "5/P1M@29, 2100-02-28T00:00:00Z, 2100-02-28T00:00:00Z, 2100-03-29T00:00:00Z",
    // a day that a month lacks is its last, and the next month's is its own again
    "5/P1M@31, 2026-02-15T00:00:00Z, 2026-01-31T00:00:00Z, 2026-02-28T00:00:00Z",
    "5/P1M@31, 2026-02-28T00:00:00Z, 2026-02-28T00:00:00Z, 2026-03-31T00:00:00Z",
    "5/P1M@31, 2026-04-29T23:59:59Z, 2026-03-31T00:00:00Z, 2026-04-30T00:00:00Z",
    "5/P1M@31, 2026-04-30T00:00:00Z, 2026-04-30T00:00:00Z, 2026-05-31T00:00:00Z",
    "5/P1M@30, 2028-02-29T10:00:00Z, 2028-02-29T00:00:00Z, 2028-03-30T00:00:00Z",
    // in a zone: midnight there
    "5/P1M@15[Europe/Zurich], 2026-01-14T22:59:59Z, 2025-12-14T23:00:00Z, 2026-01-14T23:00:00Z",
    "5/P1M@15[Europe/Zurich], 2026-01-14T23:00:00Z, 2026-01-14T23:00:00Z, 2026-02-14T23:00:00Z",
    "5/P1M@15[Europe/Zurich], 2026-04-01T00:00:00Z, 2026-03-14T23:00:00Z, 2026-04-14T22:00:00Z",
    "5/P1M[Pacific/Auckland], 2026-06-30T12:00:00Z, 2026-06-30T12:00:00Z, 2026-07-31T12:00:00Z",
    "5/P1M[+05:30], 2026-06-30T18:30:00Z, 2026-06-30T18:30:00Z, 2026-07-31T18:30:00Z",
    // days: 23 and 25 hours where clocks are changed
    "5/P1D, 2026-03-29T12:00:00Z, 2026-03-29T00:00:00Z, 2026-03-30T00:00:00Z",
    "5/P1D[Europe/Zurich], 2026-03-29T12:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z",
    "5/P1D[Europe/Zurich], 2026-10-25T12:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z",
    // clocks skip midnight: the day begins at one o'clock
    "5/P1D[America/Asuncion], 2024-10-06T12:00:00Z, 2024-10-06T04:00:00Z, 2024-10-07T03:00:00Z",
    // clocks go back at midnight, so that it comes twice: the first counts
    "5/P1D[America/Havana], 2026-11-01T04:30:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
    "5/P1D[America/Havana], 2026-11-01T05:30:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z"
  })
  void aPeriodIsTheCalendars(String quota, Instant now, Instant start, Instant end) {
    assertThat(Quota.parse(quota).periodAt(now)).isEqualTo(new Period(start, end));
  }

  /**
   * Whatever the zone, the day and the instant: periods follow each other without gap or overlap.
   */
  @Test
  void everyInstantIsInExactlyOnePeriod() {
    Random random = new Random(7);
    List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
    for (int i = 0; i < 20_000; i++) {
      ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
      Quota quota =
          random.nextInt(4) == 0
              ? new Quota(5, Quota.Cycle.DAY, 1, zone)
              : new Quota(5, Quota.Cycle.MONTH, 1 + random.nextInt(31), zone);
      Instant now = Instant.ofEpochSecond(random.nextLong(4_102_444_800L), random.nextInt(1000));

      Period period = quota.periodAt(now);

      assertThat(period.contains(now)).isTrue();
      assertThat(quota.periodAt(period.start())).isEqualTo(period);
      assertThat(quota.periodAt(period.end().minusNanos(1))).isEqualTo(period);
      assertThat(quota.periodAt(period.end()).start()).isEqualTo(period.end());
      LocalDate first = period.start().atZone(zone).toLocalDate();
      if (quota.cycle() == Quota.Cycle.MONTH) {
        assertThat(first.getDayOfMonth()).isEqualTo(Math.min(quota.day(), first.lengthOfMonth()));
        assertThat(period.length()).isBetween(Duration.ofDays(27), Duration.ofDays(33));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1/P1M",
        "999999999999999/P1D",
        "5/P1M@15[Europe/Zurich]",
        "5/P1M@31",
        "5/P1D[Asia/Kolkata]",
        "5/P1M[+05:30]"
      })
  void itsTextIsReadAsTheSame(String text) {
    assertThat(Quota.parse(text).text()).isEqualTo(text);
    assertThat(Quota.parse(Quota.parse(text).text())).isEqualTo(Quota.parse(text));
  }

  @Test
  void theFirstOfTheMonthInUtcNeedsNoWord() {
    assertThat(Quota.parse("5/P1M@1[Z]")).isEqualTo(Quota.of(5, Quota.Cycle.MONTH));
    assertThat(Quota.parse("5/P1M@01").zone()).isEqualTo(ZoneOffset.UTC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "5/",
        "/P1M",
        "0/P1M",
        "-1/P1M",
        "5/P2M",
        "5/PT1M",
        "5/P1Y",
        "5/P1W",
        "5/P1M@0",
        "5/P1M@32",
        "5/P1M@",
        "5/P1D@1",
        "5/P1M[]",
        "5/P1M[Nowhere/Land]",
        "5/P1M[../etc]",
        "5/P1M@1[UTC]x",
        "1000000000000000/P1M",
        "5/P1M ",
        "٣/P1M",
        "5/P1M,6/P1D",
        "5/P1M[a\nb]"
      })
  void whatIsNoQuotaIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Quota.parse(text));
  }
}
