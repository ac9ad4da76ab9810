package io.github.sallyport.key;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PepperCipherTest {
  private static final Pepper OLD =
      new Pepper("0123456789abcdef0123456789abcdef".getBytes(US_ASCII));
  private static final Pepper NEW =
      new Pepper("abcdef0123456789abcdef0123456789".getBytes(US_ASCII));
  private static final byte[] KEY = "a key's bytes".getBytes(US_ASCII);
  private static final byte[] ABOUT = "1 kid".getBytes(US_ASCII);

  private static PepperCipher under(Pepper... newestFirst) {
    return PepperCipher.of(settings(newestFirst)).orElseThrow();
  }

  private static KeySettings settings(Pepper... peppers) {
    return new KeySettings("sp", List.of(peppers), null, false, null, Set.of());
  }

  @Test
  void withoutAPepperThereIsNone() {
    assertThat(PepperCipher.of(settings())).isEmpty();
  }

  @Test
  void theNewestSealsAndEveryListedOneOpens() {
    PepperCipher before = under(OLD);
    byte[] sealed = before.seal(KEY, ABOUT);
    PepperCipher after = under(NEW, OLD);

    assertThat(after.open(before.newest(), sealed, ABOUT)).isEqualTo(KEY);
    assertThat(after.newest()).isEqualTo(NEW.id()).isNotEqualTo(before.newest());
    assertThat(under(NEW).open(after.newest(), after.seal(KEY, ABOUT), ABOUT)).isEqualTo(KEY);
  }

  @Test
  void noTwoSealsAreTheSameAndNoneShowsWhatIsInIt() {
    PepperCipher cipher = under(NEW);
    byte[] one = cipher.seal(KEY, ABOUT);
    byte[] other = cipher.seal(KEY, ABOUT);

    assertThat(Arrays.copyOf(one, 12)).isNotEqualTo(Arrays.copyOf(other, 12));
    assertThat(one).hasSize(12 + KEY.length + 16);
    assertThat(new String(one, US_ASCII)).doesNotContain("key's");
  }

  @Test
  void underAPepperThatIsNotListedNothingOpens() {
    byte[] sealed = under(OLD).seal(KEY, ABOUT);
    assertThatThrownBy(() -> under(NEW).open(under(OLD).newest(), sealed, ABOUT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("it was sealed under a pepper that sallyport.api-key.pepper does not list");
    refused(under(NEW, OLD), under(NEW).newest(), sealed, ABOUT);
  }

  @Test
  void whatWasAlteredOrBelongsElsewhereDoesNotOpen() {
    PepperCipher cipher = under(NEW);
    byte[] sealed = cipher.seal(KEY, ABOUT);
    for (int i = 0; i < sealed.length; i++) {
      byte[] altered = sealed.clone();
      altered[i] = (byte) (altered[i] ^ 1);
      refused(cipher, cipher.newest(), altered, ABOUT);
      refused(cipher, cipher.newest(), Arrays.copyOf(sealed, i), ABOUT);
    }
    refused(cipher, cipher.newest(), Arrays.copyOf(sealed, sealed.length + 1), ABOUT);
    refused(cipher, cipher.newest(), sealed, "2 kid".getBytes(US_ASCII));
    assertThat(cipher.open(cipher.newest(), sealed, ABOUT)).isEqualTo(KEY);
  }

  private static void refused(PepperCipher cipher, String id, byte[] sealed, byte[] about) {
    assertThatThrownBy(() -> cipher.open(id, sealed, about))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("what was sealed was altered, or belongs elsewhere")
        .hasNoCause();
  }
}
