package io.github.sallyport.limit;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often one caller may. A token bucket: it holds {@code burst} permits, is full at first, and
 * is refilled evenly with {@code permits} in each window, not all at once at its end. So no more
 * than {@code burst + permits} are ever granted in any time as long as a window.
 *
 * @param permits how many are put in over a window, 1 to {@value #MOST}
 * @param window whole seconds, {@code PT1S} to {@code PT24H}
 * @param burst how many the bucket holds, 1 to {@value #MOST}
 */
public record Limit(long permits, Duration window, long burst) implements Allowance {
  /** The most permits that a limit may have. */
  public static final int MOST = 999_999_999;

  private static final Pattern FORM =
      Pattern.compile("\\A([0-9]{1,9})/([^;]{1,40})(?:;burst=([0-9]{1,9}))?");
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  // More is a quota. A bucket that takes longer to fill would rarely be full when a node restarts.
  private static final Duration LONGEST = Duration.ofDays(1);

  public Limit {
    if (permits < 1 || permits > MOST) {
      throw new IllegalArgumentException("permits must be 1 to " + MOST + ", was " + permits);
    }
    if (burst < 1 || burst > MOST) {
      throw new IllegalArgumentException("burst must be 1 to " + MOST + ", was " + burst);
    }
    Objects.requireNonNull(window, "window");
    if (window.compareTo(SHORTEST) < 0
        || window.compareTo(LONGEST) > 0
        || !window.equals(window.truncatedTo(ChronoUnit.SECONDS))) {
      throw new IllegalArgumentException(
          "window must be whole seconds, PT1S to PT24H, was " + window);
    }
  }

  /** A limit whose bucket holds the permits of one window. */
  public static Limit of(long permits, Duration window) {
    return new Limit(permits, window, permits);
  }

  /**
   * Reads {@code 100/PT1M} or {@code 100/PT1M;burst=20}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Limit parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) throw new IllegalArgumentException("not of the form of a limit");
    try {
      Duration window = Duration.parse(parts.group(2));
      long permits = Long.parseLong(parts.group(1));
      String burst = parts.group(3);
      return new Limit(permits, window, burst == null ? permits : Long.parseLong(burst));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("the window is no duration", e);
    }
  }

  /** The text that {@link #parse} reads. */
  public String text() {
    return permits + "/" + window + (burst == permits ? "" : ";burst=" + burst);
  }

  /** The window in the fewest letters: {@code 1s}, {@code 90s}, {@code 15m}, {@code 1h}. */
  @Override
  public String shortWindow() {
    long seconds = window.toSeconds();
    if (seconds % 86_400 == 0) return seconds / 86_400 + "d";
    if (seconds % 3_600 == 0) return seconds / 3_600 + "h";
    if (seconds % 60 == 0) return seconds / 60 + "m";
    return seconds + "s";
  }
}
