package io.github.sallyport.json;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  /** Upstream takes it for well-formed; we refuse it, as RFC 8259 section 4 lets a reader do. */
  private static final List<String> REPEATED_NAMES =
      List.of("y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json");

  @TestFactory
  Stream<DynamicTest> theSuiteOfOthersIsReadAsAValueOfAnObject() throws Exception {
    return suite()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    text(each, "name"),
                    () -> {
                      String name = text(each, "name");
                      boolean read = reads(wrapped(bytes(each)));
                      if (name.startsWith("n_") || REPEATED_NAMES.contains(name)) {
                        assertThat(read).isFalse();
                      } else if (name.startsWith("y_")) {
                        assertThat(read).isTrue();
                      } // "i_": either, but never another exception
                    }));
  }

  @TestFactory
  Stream<DynamicTest> theSuiteOfOthersIsReadAsItStandsOnlyWhereItIsAnObject() throws Exception {
    return suite()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    text(each, "name"),
                    () -> {
                      String name = text(each, "name");
                      byte[] text = bytes(each);
                      boolean object = new String(text, StandardCharsets.UTF_8).startsWith("{");
                      boolean good =
                          name.startsWith("y_") && object && !REPEATED_NAMES.contains(name);
                      if (!name.startsWith("i_")) assertThat(reads(text)).isEqualTo(good);
                    }));
  }

  @Test
  void theSuiteOfOthersIsThere() throws Exception {
    assertThat(suite()).hasSize(214);
  }

  @Test
  void valuesComeInTheirKinds() throws Exception {
    Map<String, Object> read =
        read(
            "{\"t\":\"ü😀\",\"i\":1,\"b\":99999999999999999999,\"d\":1.50,\"e\":1e2,\"y\":true,"
                + "\"n\":false,\"z\":null,\"a\":[1,[]],\"o\":{\"x\":{}}}");
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("t", "ü😀");
    expected.put("i", 1L);
    expected.put("b", new BigInteger("99999999999999999999"));
    expected.put("d", new BigDecimal("1.50"));
    expected.put("e", new BigDecimal("1e2"));
    expected.put("y", true);
    expected.put("n", false);
    expected.put("z", null);
    expected.put("a", List.of(1L, List.of()));
    expected.put("o", Map.of("x", Map.of()));
    assertThat(read).isEqualTo(expected);
    assertThat(read.keySet()).containsExactlyElementsOf(expected.keySet());
  }

  @Test
  void whatWasReadCannotBeChanged() throws Exception {
    Map<String, Object> read = read("{\"o\":{},\"a\":[]}");
    assertThatThrownBy(() -> read.put("x", 1)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((Map<?, ?>) requireNonNull(read.get("o"))).clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> ((List<?>) requireNonNull(read.get("a"))).clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"x\":{\"a\":1,\"a\":1}}",
        "{\"x\":[{\"a\":1,\"b\":2,\"a\":1}]}",
      })
  void aNameTwiceInOneObjectIsRefused(String text) throws Exception {
    assertThat(reads(text)).isFalse();
    assertThat(reads("{\"a\":{\"a\":1},\"b\":{\"a\":1}}")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\uFEFF{}",
        "{} {}",
        "{}x",
        "{}\u0000",
        "\u0000{}",
        "{}]",
        "{},",
        "[]",
        "\"x\"",
        "1",
        "true",
        "null",
        "",
        " ",
        "{",
        "{\"a\":1",
        "{\"a\"}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1,}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":+1}",
        "{\"a\":01}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{/**/}",
        "{}//x",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":TRUE}",
        "{\"a\":undefined}",
        "{\"a\":,}"
      })
  void nothingButOneWellFormedObjectIsRead(String text) {
    assertThat(reads(text)).isFalse();
  }

  @Test
  void spaceAroundTheObjectIsAllowed() {
    assertThat(reads(" \t\r\n{ \"a\" : 1 } \t\r\n")).isTrue();
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    for (int[] bad :
        new int[][] {
          {0xff}, {0x80}, {0xc0, 0xaf}, {0xe2, 0x82}, {0xed, 0xa0, 0x80}, {0xf4, 0x90, 0x80, 0x80}
        }) {
      assertThat(reads(withBytes(bad))).as(Arrays.toString(bad)).isFalse();
    }
    assertThat(reads(withBytes(0xc3, 0xbc))).isTrue();
  }

  @Test
  void otherEncodingsOfUnicodeAreRefused() {
    assertThat(reads("{}".getBytes(StandardCharsets.UTF_16BE))).isFalse();
    assertThat(reads("{}".getBytes(StandardCharsets.UTF_16LE))).isFalse();
    assertThat(reads("{}".getBytes(StandardCharsets.UTF_16))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud800", "\\udc00", "\\ud800x", "\\udc00\\ud800", "x\\ud83d"})
  void aLoneSurrogateIsRefusedInValuesAndNames(String surrogate) {
    assertThat(reads("{\"a\":\"" + surrogate + "\"}")).isFalse();
    assertThat(reads("{\"" + surrogate + "\":1}")).isFalse();
    assertThat(reads("{\"\\ud83d\\ude00\":\"\\ud83d\\ude00\"}")).isTrue();
  }

  @Test
  void depthIsBounded() {
    assertThat(reads("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}")).isTrue();
    for (int depth : new int[] {32, 500, 1000, 100_000}) {
      assertThat(reads("{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}")).isFalse();
      assertThat(reads("{\"a\":".repeat(depth) + "{}" + "}".repeat(depth))).isFalse();
    }
  }

  @Test
  void numbersAreBoundedInLengthAndExponent() {
    assertThat(reads("{\"a\":" + "1".repeat(128) + "}")).isTrue();
    assertThat(reads("{\"a\":" + "1".repeat(129) + "}")).isFalse();
    assertThat(reads("{\"a\":" + "1".repeat(100_000) + "}")).isFalse();
    assertThat(reads("{\"a\":1e1000}")).isTrue();
    for (String huge :
        List.of(
            "1e1001",
            "1e-1001",
            "1e999999999",
            "-1E-999999999",
            "1e99999999999",
            "0e2147483648",
            "1e-99999999999999999999")) {
      assertThat(reads("{\"a\":" + huge + "}")).as(huge).isFalse();
    }
  }

  @Test
  void namesAreBounded() {
    assertThat(reads("{\"" + "n".repeat(1024) + "\":1}")).isTrue();
    assertThat(reads("{\"" + "n".repeat(1025) + "\":1}")).isFalse();
  }

  @Test
  void theMessageHoldsNothingOfTheText() {
    for (String text :
        List.of(
            "{\"hunter2\":1,\"hunter2\":2}", "{\"a\":hunter2}", "hunter2", "{\"a\":\"hunter2")) {
      assertThatThrownBy(() -> read(text))
          .isInstanceOf(JsonException.class)
          .hasNoCause()
          .message()
          .doesNotContain("hunter2");
    }
  }

  @Test
  void changedBytesEndInAnAnswerOrARefusalAndNeverInAnotherException() {
    Random random = new Random(7);
    byte[] good =
        "{\"a\":[1,2.5e3,\"\\u00e9\",{\"b\":null,\"c\":true}],\"d\":-0.1}"
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      reads(bytes);
    }
  }

  @Test
  void writtenTextIsOneLineAndReadsBackTheSame() throws Exception {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("a\nb", "line\r\n\u0001\"\\\u001b[31m");
    value.put("n", null);
    value.put("list", List.of(1L, new BigDecimal("1.5"), true, Map.of("x", "ü😀")));
    String text = Json.write(value);
    assertThat(text).doesNotContain("\n", "\r", "\u001b");
    assertThat(read(text)).isEqualTo(value);
  }

  @Test
  void noControlCharacterAndNoLineBreakOfUnicodeIsWritten() throws Exception {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 0x2100; c++) all.append(c);
    String text = Json.write(Map.of(all.toString().substring(0, 0xb0), all.toString()));
    assertThat(text.chars())
        .noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
    assertThat(text).contains("\\u007F", "\\u009B", "\\u2028", "é");
    assertThat(read(text).values()).containsExactly(all.toString());
  }

  @Test
  void writingTakesSetsAndNamesAnythingElseByItsText() {
    assertThat(Json.write(new java.util.TreeSet<>(List.of("b", "a")))).isEqualTo("[\"a\",\"b\"]");
    assertThat(Json.write(Map.of("at", java.time.Instant.EPOCH)))
        .isEqualTo("{\"at\":\"1970-01-01T00:00:00Z\"}");
    assertThat(Json.write(null)).isEqualTo("null");
  }

  private static Stream<Map<?, ?>> suite() throws IOException, JsonException {
    try (InputStream in = JsonTest.class.getResourceAsStream("/vectors/json_parsing.open.json")) {
      List<Map<?, ?>> tests = new ArrayList<>();
      for (Object each :
          (List<?>) requireNonNull(Json.readObject(in.readAllBytes()).get("tests"))) {
        tests.add((Map<?, ?>) each);
      }
      return tests.stream();
    }
  }

  private static String text(Map<?, ?> test, String member) {
    return requireNonNull(test.get(member), member).toString();
  }

  private static byte[] bytes(Map<?, ?> test) {
    return Base64.getDecoder().decode(text(test, "bytes_b64"));
  }

  private static byte[] wrapped(byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("{\"v\":".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(value);
    out.write('}');
    return out.toByteArray();
  }

  private static byte[] withBytes(int... inside) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('"');
    for (int each : inside) out.write(each);
    out.write('"');
    return wrapped(out.toByteArray());
  }

  private static Map<String, Object> read(String text) throws JsonException {
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean reads(String text) {
    return reads(text.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean reads(byte[] utf8) {
    try {
      Json.readObject(utf8);
      return true;
    } catch (JsonException e) {
      return false;
    }
  }
}
