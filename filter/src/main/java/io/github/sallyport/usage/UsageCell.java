package io.github.sallyport.usage;

import io.github.sallyport.Refusal;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is counted together. Each part comes from a closed set, the configuration or the keys that
 * were issued: a stranger can make none up.
 *
 * @param keyId the key's public name; {@link #NO_KEY} where none was established
 * @param hour since the epoch, in UTC
 * @param rule the name of the path's rule
 * @param outcome the class of the status, {@code 2xx}, or the code of a refusal of ours
 */
public record UsageCell(String keyId, long hour, String rule, String outcome) {
  /** The key of requests that no key made, or none that stood. */
  public static final String NO_KEY = "-";

  /** The key of those for which there was no room. */
  public static final String REST = "*";

  /** The outcome of an answer whose status is of no class. */
  public static final String OTHER = "other";

  private static final long HOUR_MILLIS = 3_600_000;
  private static final int MOST_CHARS = 100;

  public UsageCell {
    Objects.requireNonNull(keyId, "keyId");
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(outcome, "outcome");
  }

  /**
   * The cell of a request.
   *
   * @param keyId null: no key was established
   * @param why the request was refused by us; null: it was not
   * @param status of the answer
   */
  static UsageCell of(
      @Nullable String keyId, Instant at, String rule, @Nullable Refusal why, int status) {
    return new UsageCell(
        keyId == null ? NO_KEY : keyId,
        hourOf(at),
        rule.length() > MOST_CHARS ? rule.substring(0, MOST_CHARS) : rule,
        why == null ? classOf(status) : why.code());
  }

  UsageCell withoutKey() {
    return new UsageCell(REST, hour, rule, outcome);
  }

  /** The hour that this instant is in. */
  public static long hourOf(Instant at) {
    return Math.floorDiv(at.toEpochMilli(), HOUR_MILLIS);
  }

  /** The instant at which an hour begins. */
  public static Instant beginOf(long hour) {
    return Instant.ofEpochMilli(hour * HOUR_MILLIS);
  }

  private static String classOf(int status) {
    return switch (status / 100) {
      case 1 -> "1xx";
      case 2 -> "2xx";
      case 3 -> "3xx";
      case 4 -> "4xx";
      case 5 -> "5xx";
      default -> OTHER;
    };
  }
}
