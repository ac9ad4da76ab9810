package io.github.sallyport.cdi;

import io.github.sallyport.http.JsonValues;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The types that a claim is injected as (MicroProfile JWT 2.1, 7.1.2). A claim of another type is
 * converted where nothing is lost by it, and is a fault else: it is never taken for absent.
 */
enum ClaimType {
  TEXT("a String", String.class) {
    @Override
    @Nullable Object of(Object claim) {
      return claim instanceof String || claim instanceof Number || claim instanceof Boolean
          ? claim.toString()
          : null;
    }
  },
  WHOLE("a Long", Long.class) {
    @Override
    @Nullable Object of(Object claim) {
      try {
        if (claim instanceof BigDecimal decimal) return decimal.longValueExact();
        if (claim instanceof BigInteger whole) return whole.longValueExact();
      } catch (ArithmeticException e) {
        return null;
      }
      return claim instanceof Long ? claim : null;
    }
  },
  YES("a Boolean", Boolean.class) {
    @Override
    @Nullable Object of(Object claim) {
      return claim instanceof Boolean ? claim : null;
    }
  },
  TEXTS("a Set<String>", Set.class) {
    @Override
    @Nullable Object of(Object claim) {
      if (claim instanceof String one) return Set.of(one);
      if (!(claim instanceof Collection<?> all)) return null;
      Set<String> texts = new LinkedHashSet<>();
      for (Object each : all) {
        if (!(each instanceof String text)) return null;
        texts.add(text);
      }
      return Collections.unmodifiableSet(texts);
    }

    @Override
    boolean is(Type type) {
      return type instanceof ParameterizedType set
          && set.getRawType() == Set.class
          && set.getActualTypeArguments()[0] == String.class;
    }
  },
  JSON("a JsonValue", JsonValue.class) {
    @Override
    @Nullable Object of(Object claim) {
      return json(claim);
    }
  },
  JSON_TEXT("a JsonString", JsonString.class) {
    @Override
    @Nullable Object of(Object claim) {
      return json(claim) instanceof JsonString text ? text : null;
    }
  },
  JSON_NUMBER("a JsonNumber", JsonNumber.class) {
    @Override
    @Nullable Object of(Object claim) {
      return json(claim) instanceof JsonNumber number ? number : null;
    }
  },
  JSON_ARRAY("a JsonArray", JsonArray.class) {
    @Override
    @Nullable Object of(Object claim) {
      return json(claim) instanceof JsonArray array ? array : null;
    }
  },
  JSON_OBJECT("a JsonObject", JsonObject.class) {
    @Override
    @Nullable Object of(Object claim) {
      return json(claim) instanceof JsonObject object ? object : null;
    }
  };

  private final String words;
  private final Class<?> type;

  ClaimType(String words, Class<?> type) {
    this.words = words;
    this.type = type;
  }

  /** The one of these that an injection point of this type takes; empty: none. */
  static Optional<ClaimType> find(Type type) {
    return Arrays.stream(values()).filter(each -> each.is(type)).findAny();
  }

  /**
   * Converts a claim.
   *
   * @param claim as the token has it
   * @return null if it can't be
   */
  abstract @Nullable Object of(Object claim);

  boolean is(Type asked) {
    return asked instanceof Class<?> plain
        && MethodType.methodType(plain).wrap().returnType() == type;
  }

  /** As a sentence has it, with its article. */
  String words() {
    return words;
  }

  private static Object json(Object claim) {
    return JsonValues.of(claim instanceof Set<?> groups ? List.copyOf(groups) : claim);
  }
}
