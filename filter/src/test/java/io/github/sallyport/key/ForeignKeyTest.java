package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sallyport.Secret;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignKeyTest {
  private static final String HEX = "fbff".repeat(16);

  @Test
  void aDigestIsReadInHexAndBothBase64s() {
    byte[] bytes = HexFormat.of().parseHex(HEX);
    String url = Base64.getUrlEncoder().encodeToString(bytes);
    for (String form :
        new String[] {
          HEX,
          HEX.toUpperCase(Locale.ROOT),
          Base64.getEncoder().encodeToString(bytes),
          url,
          url.replace("=", "")
        }) {
      ForeignKey.Digest read = (ForeignKey.Digest) ForeignKey.ofSha256(form);
      assertThat(read.of()).isEqualTo("sha256");
      assertThat(read.hex().reveal()).isEqualTo(HEX);
    }
    assertThat(((ForeignKey.Digest) ForeignKey.ofHmac("id", HEX)).of()).isEqualTo("hmac-id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fb", "fbfffbff", "x", "é", "AAAA"})
  void whatIsNoDigestIsRefusedWithoutAnEcho(String text) {
    for (String wrong : new String[] {text, HEX + "0" + text, HEX.substring(1) + "x"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ForeignKey.ofSha256(wrong))
          .withMessage("a digest must have 32 bytes, in hex, base64 or base64url");
      assertThatIllegalArgumentException().isThrownBy(() -> ForeignKey.ofHmac("id", wrong));
    }
  }

  @Test
  void aTextHasBounds() {
    ForeignKey.ofText(new Secret("x".repeat(20)));
    ForeignKey.ofText(new Secret("x".repeat(512)));
    ForeignKey.ofText(new Secret("aZ09-._~+/aZ09-._~+/=="));
    for (String wrong :
        new String[] {
          "",
          "x".repeat(19),
          "x".repeat(513),
          "x".repeat(20) + " ",
          "x".repeat(20) + "é",
          "=".repeat(20),
          "x=x=x=x=x=x=x=x=x=x=x",
          "x".repeat(20) + ","
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ForeignKey.ofText(new Secret(wrong)))
          .withMessageStartingWith("a foreign key must have 20 to 512");
    }
  }

  @Test
  void nothingPrintsItself() {
    assertThat(ForeignKey.ofText(new Secret("an-old-key-of-20-chars")).toString())
        .doesNotContain("an-old");
    assertThat(ForeignKey.ofSha256(HEX).toString()).doesNotContain("fbff");
  }
}
