package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyMetadataTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":null,\"b\":true,\"c\":1,\"d\":2.50,\"e\":\"Zoë 😀\",\"f\":[1,[2]]}",
        "{\"a\":{\"b\":{\"c\":1}}}",
        "{\"a\":[[1]]}"
      })
  void whatIsInOrderComesBackAsItWas(String json) {
    assertThat(KeyMetadata.ofJson(json).json()).isEqualTo(json);
    assertThat(KeyMetadata.ofJson(json)).isEqualTo(KeyMetadata.ofJson(json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"a\":{\"b\":{\"c\":{}}}}", "{\"a\":[[[]]]}", "{\"a\":[{\"b\":[]}]}"})
  void whatIsFourDeepIsRefused(String json) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyMetadata.ofJson(json))
        .withMessage("metadata must be at most 3 deep");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "null", "{\"a\":1,\"a\":2}", "{\"secret\":\"\\ud800\"}"})
  void whatIsNoJsonObjectIsRefusedWithoutAnEcho(String json) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyMetadata.ofJson(json))
        .withMessageStartingWith("metadata must be a JSON object")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
  }

  @Test
  void theBoundIsInBytesOfUtf8() {
    String ascii = "x".repeat(KeyMetadata.MAX_BYTES - "{\"a\":\"\"}".length());
    assertThat(new KeyMetadata(Map.of("a", ascii)).members()).containsEntry("a", ascii);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeyMetadata(Map.of("a", ascii + "x")))
        .withMessage("metadata must have at most 4096 bytes as JSON in UTF-8");
    String half = "é".repeat(ascii.length() / 2);
    new KeyMetadata(Map.of("a", half));
    assertThatIllegalArgumentException().isThrownBy(() -> new KeyMetadata(Map.of("a", half + "é")));
  }

  @Test
  void itIsACopyThatNobodyCanChange() {
    List<Object> list = new ArrayList<>(List.of("a"));
    Map<String, Object> map = new HashMap<>(Map.of("list", list));
    KeyMetadata metadata = new KeyMetadata(map);
    list.add("b");
    map.put("more", 1);
    assertThat(metadata.json()).isEqualTo("{\"list\":[\"a\"]}");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> metadata.members().put("x", 1));
    assertThat(KeyMetadata.NONE.members()).isEmpty();
  }
}
