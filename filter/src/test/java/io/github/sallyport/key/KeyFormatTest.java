package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Secret;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFormatTest {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final byte[] ID_KEY = new byte[32];

  private final KeyFormat format = new KeyFormat("sp", ID_KEY);
  private final SecureRandom random = fixed(1);

  @Test
  void aKeyLooksAsTheContractSays() {
    KeyText key = format.make("live", KeyKind.SECRET, random);
    String text = key.whole().reveal();
    assertThat(text).hasSize(61).matches("sp_live_[0-9A-Za-z]{14}_[0-9A-Za-z]{38}");
    assertThat(text).contains("_" + key.id() + "_");
    assertThat(KeyFormat.isId(key.id())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"live", "test", "a", "stagingx"})
  void aKeyThatWasMadeIsReadAgain(String environment) {
    for (int i = 0; i < 1000; i++) {
      KeyText made = format.make(environment, KeyKind.SECRET, random);
      assertThat(format.parse(made.whole()).orElseThrow().id()).isEqualTo(made.id());
    }
  }

  @Test
  void tagAndChecksumAreThoseOfAPlainComputation() throws GeneralSecurityException {
    for (int i = 0; i < 1000; i++) {
      String text = format.make("live", KeyKind.SECRET, random).whole().reveal();
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(ID_KEY, "HmacSHA256"));
      byte[] tag = mac.doFinal(text.substring(0, 18).getBytes(StandardCharsets.US_ASCII));
      BigInteger number = new BigInteger(1, Arrays.copyOf(tag, 8));
      assertThat(text.substring(18, 22)).isEqualTo(base62(number, 4));

      CRC32 crc = new CRC32();
      crc.update(text.substring(0, 55).getBytes(StandardCharsets.US_ASCII));
      assertThat(text.substring(55)).isEqualTo(base62(BigInteger.valueOf(crc.getValue()), 6));
    }
  }

  @Test
  void everyDigitOfIdAndSecretIsAsLikelyAsAnyOther() {
    int[] seen = new int[128];
    int keys = 5000;
    for (int i = 0; i < keys; i++) {
      String text = format.make("live", KeyKind.SECRET, random).whole().reveal();
      (text.substring(8, 18) + text.substring(23, 55)).chars().forEach(c -> seen[c]++);
    }
    double expected = keys * 42 / 62.0;
    for (char digit : DIGITS.toCharArray()) {
      // Modulo 62 of a byte would give the first eight digits a quarter more.
      assertThat(seen[digit] / expected).as("share of %s", digit).isBetween(0.9, 1.1);
    }
  }

  @Test
  void aKeyOfAnotherPrefixEnvironmentOrStoreIsNotOurs() {
    Secret ours = format.make("live", KeyKind.SECRET, random).whole();
    byte[] otherIdKey = new byte[32];
    otherIdKey[31] = 1;
    assertThat(new KeyFormat("spx", ID_KEY).parse(ours)).isEmpty();
    assertThat(new KeyFormat("sp", otherIdKey).parse(ours)).isEmpty();
    // The environment moved, and the checksum made to fit: the tag still knows.
    String moved = ours.reveal().replace("sp_live_", "sp_test_").substring(0, 55);
    CRC32 crc = new CRC32();
    crc.update(moved.getBytes(StandardCharsets.US_ASCII));
    String fitting = moved + base62(BigInteger.valueOf(crc.getValue()), 6);
    assertThat(format.parse(new Secret(fitting))).isEmpty();
    assertThat(format.parse(ours)).isPresent();
  }

  static List<String> nonsense() {
    return List.of(
        "",
        "x",
        "sp_",
        "sp_live_",
        "sp__7Qm2Xc9Ra4TbV1_" + "0".repeat(38),
        "sp_live_7Qm2Xc9Ra4TbV1_" + "0".repeat(38),
        "sp_live_7Qm2Xc9Ra4TbV1_" + "0".repeat(38) + "\r\n",
        "_".repeat(61),
        "0".repeat(61),
        "0".repeat(4096),
        "0".repeat(65536),
        "sp_live_" + "\0".repeat(53),
        "sp_live_" + "é".repeat(53),
        "\ud83d\ude00".repeat(30),
        "${jndi:ldap://x/a}",
        "' OR '1'='1",
        "sp_environment_7Qm2Xc9Ra4TbV1_" + "0".repeat(38));
  }

  @ParameterizedTest
  @MethodSource("nonsense") // catalogue G11, G12, G14
  void whatHasNotTheFormIsNoKey(String text) {
    assertThat(format.parse(new Secret(text))).isEmpty();
  }

  @Test // catalogue G08, G10, G13
  void aCharacterChangedAtAnyPositionIsNoticed() {
    String text = format.make("live", KeyKind.SECRET, random).whole().reveal();
    String others = DIGITS + "_-.+/=\0 \u00e9\uff10\uff21\uff41\u212a";
    for (int at = 0; at < text.length(); at++) {
      for (char other : others.toCharArray()) {
        if (other == text.charAt(at)) continue;
        String changed = text.substring(0, at) + other + text.substring(at + 1);
        assertThat(format.parse(new Secret(changed))).as("position %d", at).isEmpty();
      }
    }
    assertThat(format.parse(new Secret(text))).isPresent();
  }

  @Test
  void ofManyMutationsOfManyKeysNoneHasTheDigest() {
    Random mutations = new Random(20261122);
    KeyDigests digests = new KeyDigests(List.of(new Pepper(new byte[32])));
    int parsed = 0;
    for (int i = 0; i < 200_000; ) {
      KeyText key = format.make("live", KeyKind.SECRET, random);
      KeyDigest kept = digests.of(key.whole());
      assertThat(digests.matches(kept, key.whole())).isTrue();
      for (int j = 0; j < 1000; j++, i++) {
        String text = mutate(key.whole().reveal(), mutations);
        if (text.equals(key.whole().reveal())) continue;
        Secret shown = new Secret(text);
        if (format.parse(shown).isPresent()) parsed++;
        if (digests.matches(kept, shown)) {
          throw new AssertionError("a mutation of a key authenticates");
        }
      }
    }
    // The checksum lets one in 2^32 through, and finds all bursts within 32 bits.
    assertThat(parsed).isZero();
  }

  private static String mutate(String text, Random random) {
    StringBuilder out = new StringBuilder(text);
    int at = random.nextInt(text.length());
    switch (random.nextInt(6)) {
      case 0 -> out.setCharAt(at, DIGITS.charAt(random.nextInt(62)));
      case 1 -> out.deleteCharAt(at);
      case 2 -> out.insert(at, DIGITS.charAt(random.nextInt(62)));
      case 3 -> {
        int other = random.nextInt(text.length());
        char held = out.charAt(at);
        out.setCharAt(at, out.charAt(other));
        out.setCharAt(other, held);
      }
      case 4 -> {
        char c = out.charAt(at);
        out.setCharAt(
            at, Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c));
      }
      default -> {
        for (int i = 0; i < 5; i++) {
          out.setCharAt(random.nextInt(text.length()), DIGITS.charAt(random.nextInt(62)));
        }
      }
    }
    return out.toString();
  }

  private static String base62(BigInteger number, int digits) {
    StringBuilder out = new StringBuilder();
    BigInteger base = BigInteger.valueOf(62);
    for (int i = 0; i < digits; i++) {
      out.insert(0, DIGITS.charAt(number.mod(base).intValue()));
      number = number.divide(base);
    }
    return out.toString();
  }

  private static SecureRandom fixed(long seed) {
    try {
      SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
      random.setSeed(seed);
      return random;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
