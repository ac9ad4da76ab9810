package io.github.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.LogCapture;
import java.io.Serializable;
import org.junit.jupiter.api.Test;

/** What a secret shows of itself: nothing. */
class SecretTest {
  private final String text = KnownSecrets.add("open-sesame-open-sesame");

  @Test
  void itsTextLeavesWhereSomebodyAsksForIt() {
    assertThat(new Secret(text).reveal()).isEqualTo(text);
  }

  @Test
  void noToStringOfACredentialShowsIt() {
    Credential.ApiKey key = new Credential.ApiKey(new Secret(text));
    Credential.Bearer token = new Credential.Bearer(new Secret(text));

    assertThat(new Secret(text)).hasToString("Secret[…]");
    LogCapture.assertNoSecretIn("ApiKey", key.toString());
    LogCapture.assertNoSecretIn("Bearer", token.toString());
    LogCapture.assertNoSecretIn("Both", new Credential.Both(key, token).toString());
  }

  @Test
  void itIsNotComparedByItsTextAndNotSerialized() {
    assertThat(new Secret(text)).isNotEqualTo(new Secret(text)).isNotInstanceOf(Serializable.class);
  }
}
