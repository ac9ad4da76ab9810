package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyDigestsTest {
  private static final Secret TEXT = new Secret("sp_live_7Qm2Xc9Ra4TbV1_" + "x".repeat(38));
  private static final Secret OTHER = new Secret("sp_live_7Qm2Xc9Ra4TbV1_" + "y".repeat(38));

  private final Pepper old = pepper(1);
  private final Pepper young = pepper(2);

  @Test
  void theNewestPepperWritesAndEveryOneVerifies() {
    KeyDigest before = new KeyDigests(List.of(old)).of(TEXT);
    KeyDigests both = new KeyDigests(List.of(young, old));
    assertThat(both.matches(before, TEXT)).isTrue();
    assertThat(both.matches(before, OTHER)).isFalse();
    assertThat(both.of(TEXT)).isEqualTo(new KeyDigests(List.of(young)).of(TEXT));
    assertThat(both.of(TEXT).pepperId()).isNotEqualTo(before.pepperId());
  }

  @Test
  void aDigestUnderAPepperThatWasTakenOffTheListMatchesNothing() {
    KeyDigest before = new KeyDigests(List.of(old)).of(TEXT);
    assertThat(new KeyDigests(List.of(young)).matches(before, TEXT)).isFalse();
    assertThat(new KeyDigests(List.of()).matches(before, TEXT)).isFalse();
  }

  @Test
  void withoutAPepperADigestIsSha256AndGoesOnVerifyingWhenOneIsAdded()
      throws NoSuchAlgorithmException {
    KeyDigests none = new KeyDigests(List.of());
    KeyDigest kept = none.of(TEXT);
    byte[] sha256 =
        MessageDigest.getInstance("SHA-256")
            .digest(TEXT.reveal().getBytes(StandardCharsets.US_ASCII));
    assertThat(kept.hex()).isEqualTo(HexFormat.of().formatHex(sha256));
    assertThat(kept.pepperId()).isEmpty();
    assertThat(none.peppered()).isFalse();
    assertThat(new KeyDigests(List.of(young)).matches(kept, TEXT)).isTrue();
    assertThat(new KeyDigests(List.of(young)).matches(kept, OTHER)).isFalse();
  }

  @Test
  void neitherDigestNorPepperIdIsComputedWithThePepperItself() {
    KeyDigest kept = new KeyDigests(List.of(old)).of(TEXT);
    byte[] direct =
        new HmacSha256(old.bytes()).of(TEXT.reveal().getBytes(StandardCharsets.US_ASCII));
    assertThat(kept.hex()).isNotEqualTo(HexFormat.of().formatHex(direct));
    assertThat(kept.pepperId()).matches("[0-9a-f]{16}");
    assertThat(HexFormat.of().formatHex(old.bytes())).doesNotContain(kept.pepperId());
  }

  @Test
  void anOldDigestIsToldApartAndRenewedUnderTheNewestPepper() {
    KeyDigests both = new KeyDigests(List.of(young, old));
    KeyDigest before = new KeyDigests(List.of(old)).of(TEXT);
    assertThat(both.isOld(before)).isTrue();
    assertThat(both.isOld(new KeyDigests(List.of()).of(TEXT))).isTrue();
    KeyDigest renewed = both.renewed(before, TEXT);
    assertThat(renewed).isEqualTo(both.of(TEXT));
    assertThat(both.isOld(renewed)).isFalse();
  }

  @Test
  void aForeignTextIsFoundUnderEachPepperAndByEachOldSystemsDigest() {
    KeyDigests both = new KeyDigests(List.of(young, old));
    List<KeyDigest> all = both.ofForeign(TEXT);
    // SHA-256 and two HMACs, each under two peppers and under none.
    assertThat(all).hasSize(9).doesNotHaveDuplicates();
    assertThat(all).allMatch(kept -> both.matches(kept, TEXT));
    assertThat(all).noneMatch(kept -> both.matches(kept, OTHER));
    assertThat(all.get(0).of()).isEqualTo("sha256");
    assertThat(all.get(0).pepperId()).isEqualTo(both.of(TEXT).pepperId());
    assertThat(both.isOld(all.get(0))).isFalse();
    for (KeyDigest kept : all.subList(1, 9)) {
      assertThat(both.isOld(kept)).isTrue();
      assertThat(both.renewed(kept, TEXT)).isEqualTo(all.get(0));
    }
  }

  @Test
  void aForeignDigestIsNeverThatOfATextOfOurs() {
    KeyDigests both = new KeyDigests(List.of(young, old));
    for (KeyDigest kept : both.ofForeign(TEXT)) {
      if (kept.pepperId().isEmpty()) continue; // a plain SHA-256 is one
      assertThat(both.matches(new KeyDigest(kept.pepperId(), "text", kept.hex()), TEXT)).isFalse();
    }
    KeyDigest ours = both.of(TEXT);
    assertThat(both.matches(new KeyDigest(ours.pepperId(), "sha256", ours.hex()), TEXT)).isFalse();
    assertThat(both.matches(new KeyDigest(ours.pepperId(), "magic", ours.hex()), TEXT)).isFalse();
    assertThat(both.matches(new KeyDigest(ours.pepperId(), "hmac-none", ours.hex()), TEXT))
        .isFalse();
  }

  @Test
  void aDigestPrintsNothingOfItself() {
    KeyDigest kept = new KeyDigests(List.of(old)).of(TEXT);
    assertThat(kept).hasToString("KeyDigest[…]");
  }

  private static Pepper pepper(int fill) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) fill);
    return new Pepper(bytes);
  }
}
