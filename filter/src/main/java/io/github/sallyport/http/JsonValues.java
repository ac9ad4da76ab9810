package io.github.sallyport.http;

import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Claims as values of Jakarta JSON Processing, where that and an implementation of it are. */
public final class JsonValues {
  private static final boolean THERE = find();

  private JsonValues() {}

  private static boolean find() {
    try {
      return Made.of(null) != null;
    } catch (LinkageError | RuntimeException e) {
      // No API, or nothing that implements it.
      return false;
    }
  }

  /** Tells whether {@link #of} can be asked. */
  public static boolean areThere() {
    return THERE;
  }

  /**
   * A claim as a {@code JsonValue}; the signature names none, for whoever has none.
   *
   * @param claim as {@link io.github.sallyport.Caller#claims()} has them; null: JSON's null
   */
  public static Object of(@Nullable Object claim) {
    return Made.of(claim);
  }

  /** Loaded only where it is asked. */
  private static final class Made {
    // Each look-up of it would read files.
    private static final JsonProvider JSON = JsonProvider.provider();

    static JsonValue of(@Nullable Object claim) {
      if (claim == null) return JsonValue.NULL;
      if (claim instanceof String text) return JSON.createValue(text);
      if (claim instanceof Boolean yes) return yes ? JsonValue.TRUE : JsonValue.FALSE;
      if (claim instanceof Long whole) return JSON.createValue(whole);
      if (claim instanceof BigInteger whole) return JSON.createValue(whole);
      if (claim instanceof BigDecimal decimal) return JSON.createValue(decimal);
      if (claim instanceof List<?> all) {
        JsonArrayBuilder array = JSON.createArrayBuilder();
        for (Object each : all) array.add(of(each));
        return array.build();
      }
      if (claim instanceof Map<?, ?> members) {
        JsonObjectBuilder object = JSON.createObjectBuilder();
        members.forEach((name, value) -> object.add((String) name, of(value)));
        return object.build();
      }
      throw new AssertionError("our reader of JSON makes no " + claim.getClass());
    }
  }
}
