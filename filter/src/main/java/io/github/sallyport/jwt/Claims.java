package io.github.sallyport.jwt;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token, read by type. A claim that is there with another type, {@code null}
 * included, is a fault and never taken for absent.
 */
final class Claims {
  /** 9999-12-31T23:59:59Z. Beyond are milliseconds taken for seconds, and overflows. */
  private static final BigDecimal LAST_SECOND = BigDecimal.valueOf(253_402_300_799L);

  private final Map<String, @Nullable Object> claims;

  Claims(Map<String, @Nullable Object> claims) {
    this.claims = claims;
  }

  Map<String, @Nullable Object> all() {
    return claims;
  }

  /**
   * Finds the value at a path: the claim of exactly this name, for names like {@code
   * https://example.org/roles}; else one object deeper for each {@code /}.
   */
  Optional<Object> find(String path) throws TokenFault {
    if (claims.containsKey(path)) return Optional.of(notNull(path, claims.get(path)));
    Object value = claims;
    for (String name : path.split("/", -1)) {
      if (!(value instanceof Map<?, ?> object)) throw wrongType(path);
      if (!object.containsKey(name)) return Optional.empty();
      value = notNull(path, object.get(name));
    }
    return Optional.of(value);
  }

  /** The string at a path. */
  Optional<String> text(String path) throws TokenFault {
    Optional<Object> value = find(path);
    if (value.isEmpty()) return Optional.empty();
    if (value.get() instanceof String text) return Optional.of(text);
    throw wrongType(path);
  }

  /**
   * A NumericDate (RFC 7519 section 2): seconds since 1970, fractions allowed, from then to the end
   * of the year 9999.
   */
  Optional<Instant> date(String name) throws TokenFault {
    Optional<Object> value = find(name);
    if (value.isEmpty()) return Optional.empty();
    BigDecimal seconds = decimal(value.get()).orElseThrow(() -> wrongType(name));
    if (seconds.signum() < 0 || seconds.compareTo(LAST_SECOND) > 0) {
      throw TokenFault.invalid("The token's claim " + name + " is out of range.");
    }
    BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
    int nanos = seconds.subtract(whole).movePointRight(9).intValue();
    return Optional.of(Instant.ofEpochSecond(whole.longValueExact(), nanos));
  }

  private static Optional<BigDecimal> decimal(Object value) {
    if (value instanceof Long whole) return Optional.of(BigDecimal.valueOf(whole));
    if (value instanceof BigInteger whole) return Optional.of(new BigDecimal(whole));
    if (value instanceof BigDecimal decimal) return Optional.of(decimal);
    return Optional.empty();
  }

  /** Words: an array of them, or one string that separates them by spaces (RFC 6749 s3.3). */
  Optional<Set<String>> words(String path) throws TokenFault {
    Optional<Object> value = find(path);
    if (value.isEmpty()) return Optional.empty();
    Set<String> words = new LinkedHashSet<>();
    if (value.get() instanceof String text) {
      for (String word : text.split(" ", -1)) if (!word.isEmpty()) words.add(word);
    } else if (value.get() instanceof List<?> list) {
      for (Object each : list) words.add(word(path, each));
    } else {
      throw wrongType(path);
    }
    return Optional.of(words);
  }

  /** A string, or an array of strings, as {@code aud} is (RFC 7519 section 4.1.3). */
  Optional<List<String>> textOrTexts(String name) throws TokenFault {
    Optional<Object> value = find(name);
    if (value.isEmpty()) return Optional.empty();
    if (value.get() instanceof String text) return Optional.of(List.of(text));
    if (!(value.get() instanceof List<?> list)) throw wrongType(name);
    for (Object each : list) if (!(each instanceof String)) throw wrongType(name);
    return Optional.of(list.stream().map(String.class::cast).toList());
  }

  private static String word(String path, @Nullable Object value) throws TokenFault {
    if (value instanceof String text && !text.isEmpty()) return text;
    throw wrongType(path);
  }

  private static Object notNull(String path, @Nullable Object value) throws TokenFault {
    if (value == null) throw wrongType(path);
    return value;
  }

  /**
   * @param path as our settings have it, not as the token does
   */
  private static TokenFault wrongType(String path) {
    return TokenFault.invalid("The token's claim " + path + " has the wrong type.");
  }

  /** Hides the claims. */
  @Override
  public String toString() {
    return "Claims[…]";
  }
}
