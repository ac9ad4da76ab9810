package io.github.sallyport.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Strict JSON (RFC 8259): one object, valid UTF-8 without a byte order mark, no name twice in an
 * object (section 4 leaves that open, and two readers that differ are an attack), nothing after it,
 * and limits on depth, numbers and names.
 *
 * <p>Values are {@link String}, {@link Boolean}, {@code null}, {@link Number} (a {@link Long} or
 * {@link java.math.BigInteger} for integers, {@link java.math.BigDecimal} else), {@link List} and
 * {@link Map}, all unmodifiable.
 */
public final class Json {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NUMBER_CHARS = 128;
  private static final int MAX_EXPONENT = 1000;
  private static final int MAX_NAME_CHARS = 1024;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  .maxNameLength(MAX_NAME_CHARS)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // Names come from strangers: a table of them, shared by all readers, is theirs to fill.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // The default pool is a thread-local, which outlives a redeployment on pooled threads.
          .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
          .build();

  private static final ControlEscapes ESCAPES = new ControlEscapes();

  private Json() {}

  /**
   * Reads one object.
   *
   * @param utf8 the whole text; the caller bounds its length
   * @throws JsonException if it is anything but one object by the rules above
   */
  public static Map<String, @Nullable Object> readObject(byte[] utf8) throws JsonException {
    try (JsonParser parser = FACTORY.createParser(decode(utf8))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) throw new JsonException("not an object");
      Map<String, @Nullable Object> object = object(parser);
      if (parser.nextToken() != null) throw new JsonException("text after the object");
      return object;
    } catch (CharacterCodingException e) {
      throw new JsonException("not UTF-8");
    } catch (IOException | NumberFormatException e) {
      // Jackson's message may quote the text: it stays here. An exponent that no int holds comes as
      // the second kind.
      throw new JsonException("not well-formed, or beyond the limits");
    }
  }

  /** Decodes strictly: the parser's own decoder would let overlong and replaced forms pass. */
  private static String decode(byte[] utf8) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(ByteBuffer.wrap(utf8))
        .toString();
  }

  private static Map<String, @Nullable Object> object(JsonParser parser)
      throws IOException, JsonException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = scalarText(parser.currentName());
      parser.nextToken();
      object.put(name, value(parser));
    }
    return Collections.unmodifiableMap(object);
  }

  private static List<@Nullable Object> array(JsonParser parser) throws IOException, JsonException {
    List<@Nullable Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) array.add(value(parser));
    return Collections.unmodifiableList(array);
  }

  private static @Nullable Object value(JsonParser parser) throws IOException, JsonException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> scalarText(parser.getText());
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? parser.getBigIntegerValue()
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> bounded(parser.getDecimalValue());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new JsonException("not well-formed");
    };
  }

  /** Refuses {@code 1e999999999}: ten characters here, a gigabyte when somebody makes it whole. */
  private static BigDecimal bounded(BigDecimal number) throws JsonException {
    if (Math.abs((long) number.scale()) > MAX_EXPONENT) {
      throw new JsonException("a number beyond the limits");
    }
    return number;
  }

  /** Refuses a lone surrogate, which no text can hold and no other reader would agree about. */
  private static String scalarText(String text) throws JsonException {
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i); // half a pair stands for itself
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        throw new JsonException("a lone surrogate");
      }
      i += Character.charCount(c);
    }
    return text;
  }

  /**
   * Writes a value: maps in their own order, control characters and line breaks escaped, so that
   * the result is one line.
   *
   * @param value of the kinds that {@link #readObject} returns, and any {@link Iterable}; anything
   *     else is written as its {@code toString()}
   */
  public static String write(@Nullable Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      generator.setCharacterEscapes(ESCAPES);
      write(generator, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      generator.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        generator.writeFieldName(String.valueOf(entry.getKey()));
        write(generator, entry.getValue());
      }
      generator.writeEndObject();
    } else if (value instanceof Iterable<?> values) {
      generator.writeStartArray();
      for (Object each : values) write(generator, each);
      generator.writeEndArray();
    } else if (value == null) {
      generator.writeNull();
    } else if (value instanceof Boolean flag) {
      generator.writeBoolean(flag);
    } else if (value instanceof Number number) {
      generator.writeNumber(number.toString());
    } else {
      generator.writeString(value.toString());
    }
  }
}
