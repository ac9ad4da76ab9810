package io.github.sallyport.limit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much a caller may in a period of the calendar. Unlike a {@link Limit} it says nothing about
 * how fast, and nothing comes back before the next period begins.
 *
 * @param permits 1 to {@value #MOST}
 * @param cycle how long a period is
 * @param day of the month on which one begins, 1 to 31; where a month has no such day, on its last.
 *     1 where a period is a day
 * @param zone in which days begin
 */
public record Quota(long permits, Cycle cycle, int day, ZoneId zone) implements Allowance {
  /** The most permits that a quota may have: what a number of RFC 9651 can say. */
  public static final long MOST = 999_999_999_999_999L;

  private static final Pattern FORM =
      Pattern.compile(
          "\\A([0-9]{1,15})/(P1D|P1M)(?:@([0-9]{1,2}))?(?:\\[([A-Za-z0-9/_+:-]{1,64})\\])?");

  /** How long a period is. */
  public enum Cycle {
    DAY("P1D", "1day"),
    MONTH("P1M", "1mo");

    private final String text;
    private final String shortText;

    Cycle(String text, String shortText) {
      this.text = text;
      this.shortText = shortText;
    }
  }

  public Quota {
    if (permits < 1 || permits > MOST) {
      throw new IllegalArgumentException("permits must be 1 to " + MOST + ", was " + permits);
    }
    Objects.requireNonNull(cycle, "cycle");
    Objects.requireNonNull(zone, "zone");
    if (day < 1 || day > 31 || (cycle == Cycle.DAY && day != 1)) {
      throw new IllegalArgumentException("day must be 1 to 31, and goes with P1M, was " + day);
    }
  }

  /** A quota whose periods are the calendar's, in UTC. */
  public static Quota of(long permits, Cycle cycle) {
    return new Quota(permits, cycle, 1, ZoneOffset.UTC);
  }

  /**
   * Reads {@code 1000000/P1M}, {@code 1000000/P1M@15[Europe/Zurich]} or {@code 5000/P1D}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Quota parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) throw new IllegalArgumentException("not of the form of a quota");
    Cycle cycle = parts.group(2).equals("P1D") ? Cycle.DAY : Cycle.MONTH;
    if (cycle == Cycle.DAY && parts.group(3) != null) {
      throw new IllegalArgumentException("a day of the month goes with P1M");
    }
    try {
      return new Quota(
          Long.parseLong(parts.group(1)),
          cycle,
          parts.group(3) == null ? 1 : Integer.parseInt(parts.group(3)),
          parts.group(4) == null ? ZoneOffset.UTC : ZoneId.of(parts.group(4)));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("the zone is not known", e);
    }
  }

  /** The text that {@link #parse} reads. */
  public String text() {
    return permits
        + "/"
        + cycle.text
        + (day == 1 ? "" : "@" + day)
        + (zone.equals(ZoneOffset.UTC) ? "" : "[" + zone.getId() + "]");
  }

  @Override
  public String shortWindow() {
    return cycle.shortText;
  }

  /** The period in which an instant falls. Every instant is in exactly one. */
  public Period periodAt(Instant now) {
    if (cycle == Cycle.DAY) {
      LocalDate today = now.atZone(zone).toLocalDate();
      return period(now, startOf(today), startOf(today.plusDays(1)));
    }
    YearMonth month = YearMonth.from(now.atZone(zone));
    // By instants, not by dates: where clocks go back at midnight a date comes twice.
    if (now.isBefore(startOf(month))) month = month.minusMonths(1);
    return period(now, startOf(month), startOf(month.plusMonths(1)));
  }

  private static Period period(Instant now, Instant start, Instant end) {
    if (now.isBefore(start) || !now.isBefore(end)) throw new AssertionError("periods have a gap");
    return new Period(start, end);
  }

  private Instant startOf(YearMonth month) {
    return startOf(month.atDay(Math.min(day, month.lengthOfMonth())));
  }

  /**
   * Where clocks skip midnight the day begins when they do; where it comes twice, the first time.
   */
  private Instant startOf(LocalDate date) {
    return date.atStartOfDay(zone).toInstant();
  }
}
