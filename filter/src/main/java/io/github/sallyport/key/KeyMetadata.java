package io.github.sallyport.key;

import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the deployer notes about a key: a JSON object that we keep and never read. At most {@value
 * #MAX_BYTES} bytes as JSON in UTF-8, and {@value #MAX_DEPTH} deep.
 *
 * @param members immutable; values are {@link String}, {@link Boolean}, {@link Number}, {@code
 *     null}, {@link List} and {@link Map}
 */
public record KeyMetadata(Map<String, @Nullable Object> members) {
  static final int MAX_BYTES = 4096;
  static final int MAX_DEPTH = 3;

  /** No notes. */
  public static final KeyMetadata NONE = new KeyMetadata(Map.of());

  /**
   * Copies the members.
   *
   * @throws IllegalArgumentException if they are too many or too deep, or no JSON
   */
  public KeyMetadata {
    if (depth(members) > MAX_DEPTH) {
      throw new IllegalArgumentException("metadata must be at most " + MAX_DEPTH + " deep");
    }
    byte[] json = Json.write(members).getBytes(StandardCharsets.UTF_8);
    if (json.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "metadata must have at most " + MAX_BYTES + " bytes as JSON in UTF-8");
    }
    members = parse(json); // a copy, immutable to its depth
  }

  /**
   * Reads what {@link #json()} wrote.
   *
   * @throws IllegalArgumentException if it is no JSON object, or too long or too deep
   */
  public static KeyMetadata ofJson(String json) {
    return new KeyMetadata(parse(json.getBytes(StandardCharsets.UTF_8)));
  }

  /** The members as a JSON object. */
  public String json() {
    return Json.write(members);
  }

  private static Map<String, @Nullable Object> parse(byte[] json) {
    try {
      return Json.readObject(json);
    } catch (JsonException e) {
      throw new IllegalArgumentException("metadata must be a JSON object: " + e.getMessage(), e);
    }
  }

  private static int depth(@Nullable Object value) {
    int below = 0;
    if (value instanceof Map<?, ?> map) {
      for (Object each : map.values()) below = Math.max(below, depth(each));
    } else if (value instanceof List<?> list) {
      for (Object each : list) below = Math.max(below, depth(each));
    } else {
      return 0;
    }
    return below + 1;
  }
}
