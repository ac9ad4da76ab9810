package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a million attempts come to. The seeds are fixed: each run makes the same attempts. */
@Tag("slow")
class KeyTextPropertiesTest {
  private static final int MILLION = 1_000_000;
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String OTHERS = DIGITS + "_-.~+/= \u0000é";
  private static final byte[] ID_KEY =
      "an id key of thirty-two bytes!!!".getBytes(StandardCharsets.UTF_8);

  private final KeyFormat format = new KeyFormat("sp", ID_KEY);
  private final KeyDigests digests =
      new KeyDigests(
          List.of(new Pepper("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8))));
  private final SecureRandom secure = new SecureRandom();

  @ParameterizedTest
  @EnumSource(KeyKind.class)
  void ofAMillionMutationsOfValidKeysNoneAuthenticates(KeyKind kind) {
    Random random = new Random(20261122);
    KeyText[] keys = new KeyText[64];
    KeyDigest[] kept = new KeyDigest[keys.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = format.make("live", kind, secure);
      kept[i] = digests.of(keys[i].whole());
    }
    int authenticated = 0;
    int mutated = 0;
    for (int i = 0; i < MILLION; i++) {
      int one = random.nextInt(keys.length);
      String text = keys[one].whole().reveal();
      String other = keys[random.nextInt(keys.length)].whole().reveal();
      String mutation = mutate(text, other, random);
      if (mutation.equals(text) || mutation.equals(other)) continue;
      mutated++;
      // As the authenticator does it: the text leads to an id, and the id to a digest.
      Secret shown = new Secret(mutation);
      boolean stands =
          format
              .parse(shown)
              .filter(read -> read.id().equals(keys[one].id()))
              .filter(read -> digests.matches(kept[one], read.whole()))
              .isPresent();
      if (stands) authenticated++;
    }
    assertThat(mutated).isGreaterThan(MILLION / 10 * 9);
    assertThat(authenticated).isZero();
    for (int i = 0; i < keys.length; i++) {
      assertThat(digests.matches(kept[i], format.parse(keys[i].whole()).orElseThrow().whole()))
          .isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(KeyKind.class)
  void ofAMillionInventedIdsAtMostThreePassTheTag(KeyKind kind) {
    Random random = new Random(kind.mark().length());
    String start = "sp_" + kind.mark() + "live_";
    int passed = 0;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < MILLION; i++) {
      text.setLength(0);
      text.append(start);
      append(text, random, 14);
      text.append('_');
      append(text, random, 32);
      CRC32 crc = new CRC32();
      crc.update(text.toString().getBytes(StandardCharsets.ISO_8859_1));
      Base62.append(text, crc.getValue(), 6); // whoever invents one can count that
      if (format.parse(new Secret(text.toString())).isPresent()) passed++;
    }
    assertThat(passed).isLessThanOrEqualTo(3);
  }

  private static String mutate(String text, String other, Random random) {
    int at = random.nextInt(text.length());
    int to = random.nextInt(text.length());
    char c = OTHERS.charAt(random.nextInt(OTHERS.length()));
    return switch (random.nextInt(9)) {
      case 0 -> text.substring(0, at) + c + text.substring(at + 1);
      case 1 -> text.substring(0, at) + text.substring(at + 1);
      case 2 -> text.substring(0, at) + c + text.substring(at);
      case 3 -> swapped(text, at, to);
      case 4 ->
          text.substring(0, at)
              + (random.nextBoolean()
                  ? text.substring(at).toUpperCase(Locale.ROOT)
                  : text.substring(at).toLowerCase(Locale.ROOT));
      case 5 -> text.substring(0, at);
      case 6 -> text + c;
      case 7 -> text.substring(0, at) + other.substring(Math.min(at, other.length()));
      default -> c + text;
    };
  }

  private static String swapped(String text, int one, int other) {
    char[] chars = text.toCharArray();
    chars[one] = text.charAt(other);
    chars[other] = text.charAt(one);
    return new String(chars);
  }

  private static void append(StringBuilder text, Random random, int digits) {
    for (int i = 0; i < digits; i++) text.append(DIGITS.charAt(random.nextInt(62)));
  }
}
