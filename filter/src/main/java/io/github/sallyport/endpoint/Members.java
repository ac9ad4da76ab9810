package io.github.sallyport.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The members of a JSON object that somebody sent, each read as what it must be. */
final class Members {
  private final Map<String, @Nullable Object> json;

  /**
   * @param known the names that it may have
   */
  Members(Map<String, @Nullable Object> json, Set<String> known) {
    if (!known.containsAll(json.keySet())) {
      throw ProblemException.malformed(
          "The body has a member that is not known. Known are "
              + String.join(", ", new TreeSet<>(known))
              + ".");
    }
    this.json = json;
  }

  boolean has(String member) {
    return json.get(member) != null;
  }

  @Nullable String text(String member) {
    Object value = json.get(member);
    if (value == null || value instanceof String) return (String) value;
    throw ProblemException.malformed("The member \"" + member + "\" must be a string.");
  }

  String neededText(String member) {
    String text = text(member);
    if (text == null) {
      throw ProblemException.malformed("The member \"" + member + "\" is missing.");
    }
    return text;
  }

  /** A whole number from 1 on; null where there is none. */
  @Nullable Integer count(String member, int most) {
    Object value = json.get(member);
    if (value == null) return null;
    if (value instanceof Long number && number >= 1 && number <= most) return number.intValue();
    throw ProblemException.malformed(
        "The member \"" + member + "\" must be a whole number from 1 to " + most + ".");
  }

  Set<String> texts(String member) {
    return json.get(member) == null ? Set.of() : neededTexts(member);
  }

  Set<String> neededTexts(String member) {
    if (!(json.get(member) instanceof List<?> list)) {
      throw ProblemException.malformed(
          "The member \"" + member + "\" must be an array of strings, if only an empty one.");
    }
    Set<String> texts = new LinkedHashSet<>();
    for (Object each : list) {
      if (!(each instanceof String text)) {
        throw ProblemException.malformed(
            "The member \"" + member + "\" must be an array of strings.");
      }
      texts.add(text);
    }
    return texts;
  }

  @SuppressWarnings("unchecked") // what the reader makes of an object
  Map<String, @Nullable Object> object(String member) {
    Object value = json.get(member);
    if (value == null) return Map.of();
    if (value instanceof Map<?, ?> map) return (Map<String, @Nullable Object>) map;
    throw ProblemException.malformed("The member \"" + member + "\" must be an object.");
  }

  @Nullable Instant time(String member) {
    return time("member", member, text(member));
  }

  static @Nullable Instant time(String what, String name, @Nullable String text) {
    if (text == null) return null;
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw ProblemException.malformed(
          "The " + what + " \"" + name + "\" must be a time of RFC 3339, as 2027-01-31T12:00:00Z.");
    }
  }

  Duration duration(String member, Duration fallback) {
    String text = text(member);
    if (text == null) return fallback;
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException | ArithmeticException e) {
      throw ProblemException.malformed(
          "The member \"" + member + "\" must be a duration of ISO 8601, as PT24H or P7D.");
    }
  }
}
