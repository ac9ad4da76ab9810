package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.claims;
import static io.github.sallyport.jwt.Bench.invalid;
import static io.github.sallyport.jwt.Bench.issuer;
import static io.github.sallyport.jwt.Bench.open;
import static io.github.sallyport.jwt.Bench.show;
import static io.github.sallyport.jwt.Bench.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Authentication;
import io.github.sallyport.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One token has one text, and what is signed correctly is still read strictly. */
class TokenEncodingTest {
  private static final Signer RSA = Bench.RSA;
  private static final Signer EC = Bench.EC;
  private static final String URL_ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private final JwtAuthenticator authenticator = open(issuer());
  private final String good = RSA.token(claims());

  @AfterEach
  void theGoodTokenIsAccepted() {
    assertThat(user(authenticator, good).subject()).isEqualTo("u-17");
  }

  @Test
  void onlyThreePartsThatAreNotEmptyAreAToken() { // C01
    String[] s = good.split("\\.", -1);
    for (String text :
        List.of(
            "",
            "x",
            ".",
            "..",
            "...",
            s[0],
            s[0] + "." + s[1],
            good + ".",
            "." + good,
            good + ".AAAA",
            good + ".AAAA.AAAA",
            good + ".AAAA.AAAA.AAAA",
            "." + s[1] + "." + s[2],
            s[0] + ".." + s[2],
            s[0] + "." + s[1] + ".",
            ".." + s[2])) {
      invalid(authenticator, text);
    }
  }

  @Test
  void theJsonFormsOfAJwsAreNoBearerToken() { // C02
    String[] s = good.split("\\.", -1);
    String signature = "\"protected\":\"" + s[0] + "\",\"signature\":\"" + s[2] + "\"";
    invalid(authenticator, "{\"payload\":\"" + s[1] + "\"," + signature + "}");
    invalid(authenticator, "{\"payload\":\"" + s[1] + "\",\"signatures\":[{" + signature + "}]}");
  }

  @Test
  void paddingIsRefusedInEachPart() { // C03; java-jwt lets it pass
    String[] s = good.split("\\.", -1);
    invalid(authenticator, good + "=");
    invalid(authenticator, good + "==");
    for (String padding : List.of("=", "==")) {
      invalid(authenticator, RSA.signed(s[0] + padding + "." + s[1]));
      invalid(authenticator, RSA.signed(s[0] + "." + s[1] + padding));
    }
  }

  @Test
  void aSecondSpellingOfTheLastCharacterIsRefused() { // C05; java-jwt lets it pass
    // 256 and 64 bytes leave 4 bits of the last character unused: 15 more spellings each.
    for (String token : List.of(good, EC.token(claims()))) {
      int last = URL_ALPHABET.indexOf(token.charAt(token.length() - 1));
      assertThat(last % 16).isZero();
      for (int bits = 1; bits < 16; bits++) {
        String twin = token.substring(0, token.length() - 1) + URL_ALPHABET.charAt(last + bits);
        assertThat(invalid(authenticator, twin)).isEqualTo("A part of the token is not base64url.");
      }
      user(authenticator, token);
    }
  }

  @Test
  void theOtherAlphabetIsRefused() { // C07
    String token = good;
    for (int i = 0; !(token.contains("-") && token.contains("_")); i++) {
      token = RSA.token(Bench.claims("jti", "t-" + i));
    }
    user(authenticator, token);
    invalid(authenticator, token.replace('-', '+'));
    invalid(authenticator, token.replace('_', '/'));
  }

  @ParameterizedTest // C08
  @ValueSource(
      strings = {
        " ",
        "\t",
        "\r",
        "\n",
        "\r\n",
        "?",
        "#",
        "%",
        "\u0000",
        "ä",
        "\uD83D\uDE00",
        ",",
        "="
      })
  void noOtherCharacterIsAllowedAnywhere(String stray) {
    String[] s = good.split("\\.", -1);
    for (int part = 0; part < 3; part++) {
      for (int at : new int[] {0, 1, s[part].length() / 2, s[part].length()}) {
        String[] changed = s.clone();
        changed[part] = s[part].substring(0, at) + stray + s[part].substring(at);
        invalid(authenticator, String.join(".", changed));
      }
    }
    invalid(authenticator, RSA.signed(s[0] + stray + "." + s[1]));
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() { // C11; java-jwt replaces and accepts
    byte[] payload = Json.write(claims()).getBytes(StandardCharsets.UTF_8);
    byte[] header = Json.write(RSA.header()).getBytes(StandardCharsets.UTF_8);
    for (int bad : new int[] {0x80, 0xff, 0xc0}) {
      byte[] changed = payload.clone();
      changed[indexOf(changed, "u-17")] = (byte) bad;
      assertThat(invalid(authenticator, RSA.token(header, changed)))
          .isEqualTo("The token's payload is not an acceptable JSON object.");
    }
  }

  @Test
  void aByteOrderMarkIsRefused() { // C13
    invalid(authenticator, RSA.token(Json.write(RSA.header()), "\uFEFF" + Json.write(claims())));
    invalid(authenticator, RSA.token("\uFEFF" + Json.write(RSA.header()), Json.write(claims())));
  }

  @ParameterizedTest // C14, C15: java-jwt throws NullPointerException at null
  @ValueSource(strings = {"[]", "\"x\"", "1", "true", "null", "", " ", "[{}]"})
  void onlyAnObjectIsClaimsOrAHeader(String json) {
    invalid(authenticator, RSA.token(Json.write(RSA.header()), json));
    invalid(authenticator, RSA.token(json, Json.write(claims())));
  }

  @ParameterizedTest // C17: java-jwt accepts what trails
  @ValueSource(strings = {"{}", "x", "\u0000", ",", "}", "]", "//", "#", "{\"sub\":\"admin\"}"})
  void nothingMayFollowTheObject(String trailing) {
    String header = Json.write(RSA.header());
    String payload = Json.write(claims());
    invalid(authenticator, RSA.token(header, payload + trailing));
    invalid(authenticator, RSA.token(header + trailing, payload));
  }

  @ParameterizedTest // C18
  @ValueSource(
      strings = {
        "/**/",
        "'x':1,",
        "\"x\":NaN,",
        "x:1,",
        "\"x\":+1,",
        "\"x\":01,",
        "\"x\":1,,",
        ","
      })
  void onlyStrictJsonIsRead(String inside) {
    String payload = Json.write(claims());
    invalid(
        authenticator, RSA.token(Json.write(RSA.header()), "{" + inside + payload.substring(1)));
    invalid(authenticator, RSA.token(Json.write(RSA.header()), payload.replace("}", ",}")));
  }

  @Test
  void aLoneSurrogateIsRefused() { // C20
    String payload = Json.write(claims()).replace("u-17", "\\ud800");
    invalid(authenticator, RSA.token(Json.write(RSA.header()), payload));
    String pair = Json.write(claims()).replace("u-17", "\\ud83d\\ude00");
    assertThat(user(authenticator, RSA.token(Json.write(RSA.header()), pair)).subject())
        .isEqualTo("😀");
  }

  @Test
  void oneBitChangedAnywhereIsRefused() { // C21
    for (String token : List.of(good, EC.token(claims()))) {
      for (int at = 0; at < token.length(); at++) {
        for (int bit = 0; bit < 7; bit++) {
          char changed = (char) (token.charAt(at) ^ (1 << bit));
          String text = token.substring(0, at) + changed + token.substring(at + 1);
          assertThat(show(authenticator, text))
              .as("%d %d", at, bit)
              .isInstanceOf(Authentication.No.class);
        }
      }
    }
  }

  @Test
  void deepNestingAndLongNumbersAreRefused() { // E02, E04
    String header = Json.write(RSA.header());
    String payload = Json.write(claims());
    for (String inside :
        List.of(
            "\"x\":" + "[".repeat(100_000) + "]".repeat(100_000),
            "\"x\":" + "{\"a\":".repeat(1000) + "1" + "}".repeat(1000),
            "\"x\":" + "9".repeat(100_000),
            "\"x\":1e999999999")) {
      invalid(authenticator, RSA.token(header, "{" + inside + "," + payload.substring(1)));
      invalid(authenticator, RSA.token("{" + inside + "," + header.substring(1), payload));
    }
  }

  @Test
  void garbageIsRefusedAndNeverThrows() {
    Random random = new Random(11);
    String alphabet = URL_ALPHABET + "..=+/ {}\"";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(60); n >= 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      invalid(authenticator, text.toString());
    }
  }

  @Test
  void textsOfATokenAreHiddenWhereItIsPrinted() throws Exception {
    Map<String, Object> claims = Bench.claims("secret", "hunter2");
    String token = RSA.token(claims);
    assertThat(Jws.read(token).toString()).isEqualTo("Jws[…]");
    assertThat(new Claims(claims).toString()).isEqualTo("Claims[…]");
    assertThat(show(authenticator, token).toString())
        .doesNotContain("hunter2")
        .doesNotContain(token);
  }

  private static int indexOf(byte[] bytes, String ascii) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(bytes);
    return out.toString(StandardCharsets.ISO_8859_1).indexOf(ascii);
  }
}
