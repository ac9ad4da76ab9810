package io.github.sallyport.config;

import io.github.sallyport.Secret;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Parses what was set into values. A text that can't be read is noted as a mistake, and the default
 * goes on in its place, so that the other mistakes are found too.
 */
final class Values {
  /** A hundred years: more is a typing error, and milliseconds of it still fit. */
  static final Duration LONGEST = Duration.ofDays(36_500);

  static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  private final Sources sources;
  private final Mistakes mistakes;
  private final @Nullable String name;

  Values(Sources sources, Mistakes mistakes) {
    this(sources, mistakes, null);
  }

  private Values(Sources sources, Mistakes mistakes, @Nullable String name) {
    this.sources = sources;
    this.mistakes = mistakes;
    this.name = name;
  }

  /** The values of one issuer or path rule. */
  Values named(String name) {
    return new Values(sources, mistakes, name);
  }

  /** The name under which a property is looked up here. */
  String path(Property property) {
    return name == null ? property.path() : property.path(name);
  }

  void mistake(Property property, String sentence) {
    mistakes.add(path(property), sentence);
  }

  /** Notes that a value which is no secret can't be read. */
  private void unreadable(Property property, String value, String expected) {
    if (property.isSecret()) throw new AssertionError("a secret would be echoed");
    mistake(property, "\"" + Mistakes.echo(value) + "\" is not " + expected);
  }

  /** Tells whether a property is set, to whatever. */
  boolean isSet(Property property) {
    try {
      return sources.find(path(property)).isPresent();
    } catch (Sources.UnresolvableException e) {
      return true;
    }
  }

  /** What was set, as it is; empty if nothing was, or nothing that can be used. */
  private Optional<String> raw(Property property) {
    try {
      Optional<String> raw = sources.find(path(property));
      if (raw.isPresent() && raw.get().isBlank()) {
        mistake(property, "is set but empty; give it a value or remove it");
        return Optional.empty();
      }
      return raw;
    } catch (Sources.UnresolvableException e) {
      mistake(property, "its ${…} can't be resolved");
      return Optional.empty();
    }
  }

  /** A text without the space around it; empty if it is not set. */
  Optional<String> text(Property property) {
    return raw(property).map(String::strip);
  }

  /** A text of a given form, else the default. */
  String text(Property property, Pattern form, String expected) {
    String value = textOrDefault(property);
    if (form.matcher(value).matches()) return value;
    unreadable(property, value, expected);
    return property.fallback();
  }

  /** A secret to the letter: space at its ends may belong to a password. */
  Optional<Secret> secret(Property property) {
    return raw(property).map(Secret::new);
  }

  private String textOrDefault(Property property) {
    return text(property).orElse(property.fallback());
  }

  boolean flag(Property property) {
    String value = textOrDefault(property);
    if (!value.equals("true") && !value.equals("false")) {
      unreadable(property, value, "true or false");
      value = property.fallback();
    }
    return value.equals("true");
  }

  /**
   * @param least at least 0
   */
  int number(Property property, int least) {
    String value = textOrDefault(property);
    if (NUMBER.matcher(value).matches() && Integer.parseInt(value) >= least) {
      return Integer.parseInt(value);
    }
    unreadable(property, value, "a whole number from " + least + " to 999999999");
    return Integer.parseInt(property.fallback());
  }

  /** A duration that has a default. */
  Duration duration(Property property, Duration least, Duration most) {
    return optionalDuration(property, least, most)
        .orElseGet(() -> Duration.parse(property.fallback()));
  }

  /** A duration that may be absent. */
  Optional<Duration> optionalDuration(Property property, Duration least, Duration most) {
    Optional<String> value = text(property);
    if (value.isEmpty()) return Optional.empty();
    try {
      return between(property, Duration.parse(value.get()), least, most);
    } catch (DateTimeParseException e) {
      unreadable(property, value.get(), "an ISO-8601 duration, such as PT30S");
      return Optional.empty();
    }
  }

  /** Whole seconds, as MicroProfile JWT writes durations. */
  Optional<Duration> seconds(Property property, Duration least, Duration most) {
    Optional<String> value = text(property);
    if (value.isEmpty()) return Optional.empty();
    if (!NUMBER.matcher(value.get()).matches()) {
      unreadable(property, value.get(), "a whole number of seconds");
      return Optional.empty();
    }
    Duration seconds = Duration.ofSeconds(Integer.parseInt(value.get()));
    return between(property, seconds, least, most);
  }

  private Optional<Duration> between(
      Property property, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) return Optional.of(value);
    mistake(property, value + " is not from " + least + " to " + most);
    return Optional.empty();
  }

  /** One of the constants, written in lower case. */
  <E extends Enum<E>> E word(Property property, Class<E> words) {
    String value = textOrDefault(property);
    return constant(words, value)
        .orElseGet(
            () -> {
              unreadable(property, value, "one of " + String.join(", ", written(words)));
              return constant(words, property.fallback()).orElseThrow();
            });
  }

  private static <E extends Enum<E>> Optional<E> constant(Class<E> words, String value) {
    return Stream.of(words.getEnumConstants()).filter(c -> written(c).equals(value)).findFirst();
  }

  private static <E extends Enum<E>> List<String> written(Class<E> words) {
    return Stream.of(words.getEnumConstants()).map(Values::written).toList();
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** A comma list without the space around its elements; empty if it is not set. */
  Set<String> list(Property property) {
    return raw(property).map(raw -> elements(property, raw)).orElse(Set.of());
  }

  /** A comma list whose elements have a form; the others are noted and left out. */
  Set<String> list(Property property, Pattern form, String expected) {
    Set<String> good = new LinkedHashSet<>();
    for (String element : list(property)) {
      if (form.matcher(element).matches()) good.add(element);
      else unreadable(property, element, expected);
    }
    return good;
  }

  /** A comma list of constants, written as they are; the default if it is not set. */
  <E extends Enum<E>> Set<E> constants(Property property, Class<E> constants, String expected) {
    Set<E> good = new LinkedHashSet<>();
    Set<String> elements =
        isSet(property) || property.fallback().isEmpty()
            ? list(property)
            : Set.of(property.fallback());
    for (String element : elements) {
      Optional<E> constant =
          Stream.of(constants.getEnumConstants()).filter(c -> c.name().equals(element)).findFirst();
      if (constant.isPresent()) good.add(constant.get());
      else unreadable(property, element, expected);
    }
    return good;
  }

  private Set<String> elements(Property property, String raw) {
    Set<String> elements = new LinkedHashSet<>();
    for (String part : raw.split(",", -1)) {
      String element = part.strip();
      if (element.isEmpty()) mistake(property, "has an empty element; remove the comma");
      else if (!elements.add(element)) mistake(property, "names an element twice");
    }
    return elements;
  }
}
