package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Credential;
import io.github.sallyport.Credential.ApiKey.Place;
import io.github.sallyport.Refusal;
import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyConflictException;
import io.github.sallyport.key.KeyEdit;
import io.github.sallyport.key.KeyKind;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.KeyTerms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that are fenced: to pages, to addresses, and to what the settings let a page's key do. */
class PublishableKeysTest {
  private static final KeyTerms TERMS =
      KeyTerms.of("acme")
          .kind(KeyKind.PUBLISHABLE)
          .scopes("search", "suggest")
          .origins("https://app.example.com", "http://localhost:3000")
          .build();

  @TempDir Path folder;
  private Rooms rooms;

  @BeforeEach
  void open() {
    rooms = new Rooms(folder, settings("search", "suggest"), Rooms.CACHE);
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.com",
        "https://app.example.com/",
        "https://app.example.com:443/page?x=1#y",
        "HTTPS://APP.EXAMPLE.COM/Page",
        "http://localhost:3000/"
      })
  void aPageOfANamedOriginMayShowIt(String page) {
    IssuedKey issued = rooms.keys.issue(TERMS, Rooms.ADMIN);
    assertThat(issued.key().reveal()).startsWith("sp_pub_live_").hasSize(65);
    assertThat(rooms.refusal(issued.key(), on(page))).isNull();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "null",
        "https://app.example.com.evil.org",
        "https://evil.org/https://app.example.com",
        "https://app.example.com@evil.org",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://example.com",
        "https://www.app.example.com",
        "http://localhost",
        "https:\\\\app.example.com",
        "app.example.com"
      })
  void anyOtherPageMayNot(@Nullable String page) {
    IssuedKey issued = rooms.keys.issue(TERMS, Rooms.ADMIN);
    assertThat(rooms.refusal(issued.key(), on(page))).isEqualTo(Refusal.ORIGIN_REFUSED);
    assertThat(rooms.refusal(issued.key(), on("https://app.example.com"))).isNull();
  }

  @Test
  void itCarriesNothingThatTheSettingsDoNotName() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                rooms.keys.issue(TERMS.edit().scopes("search", "orders:read").build(), Rooms.ADMIN))
        .withMessage(
            "scopes of a publishable key must be among sallyport.api-key.publishable-scopes");
    IssuedKey issued = rooms.keys.issue(TERMS, Rooms.ADMIN);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                rooms.keys.change(
                    issued.record().id(),
                    OptionalLong.empty(),
                    edit -> new KeyEdit(edit.terms().edit().scopes("orders:read").build(), true),
                    Rooms.ADMIN));
    rooms.close();
    rooms = new Rooms(folder, settings("suggest"), Rooms.CACHE);
    Authentication shown =
        rooms.show(
            new Credential.ApiKey(issued.key(), Place.BEARER, on("https://app.example.com")));
    Application page = ((Authentication.Known) shown).caller().application().orElseThrow();
    assertThat(page.scopes()).containsExactly("suggest");
    assertThat(page.publishable()).isTrue();
    IssuedKey secret = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    assertThat(rooms.application(secret.key()).publishable()).isFalse();
  }

  @Test
  void whatTheSettingsNoLongerNameStaysInItsTermsWithoutEffect() {
    IssuedKey issued = rooms.keys.issue(TERMS, Rooms.ADMIN);
    rooms.close();
    rooms = new Rooms(folder, settings("search"), Rooms.CACHE);
    String id = issued.record().id();
    KeyEdit named = new KeyEdit(TERMS.edit().name("n").build(), true);
    assertThat(rooms.keys.change(id, OptionalLong.empty(), e -> named, Rooms.ADMIN)).isPresent();
    Sender page = on("https://app.example.com");
    Credential.ApiKey shown = new Credential.ApiKey(issued.key(), Place.KEY_HEADER, page);
    assertThat(((Authentication.Known) rooms.show(shown)).caller().scopes())
        .containsExactly("search");
    KeyEdit without = new KeyEdit(TERMS.edit().scopes("search").build(), true);
    rooms.keys.change(id, OptionalLong.empty(), e -> without, Rooms.ADMIN);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                rooms.keys.change(
                    id, OptionalLong.empty(), e -> new KeyEdit(TERMS, true), Rooms.ADMIN))
        .withMessageStartingWith("scopes of a publishable key");
  }

  @Test
  void noneIsDerivedFromItAndASecretKeyMayCarryWhatItMayNot() {
    IssuedKey issued = rooms.keys.issue(TERMS, Rooms.ADMIN);
    assertThatThrownBy(
            () ->
                rooms.keys.derive(
                    issued.record().id(), Set.of(), Duration.ofMinutes(1), Rooms.ADMIN))
        .isInstanceOf(KeyConflictException.class);
    assertThat(rooms.keys.issue(Rooms.request(), Rooms.ADMIN)).isNotNull();
  }

  @Test
  void itsTextWithoutTheMarkIsNoKey() {
    String text = rooms.keys.issue(TERMS, Rooms.ADMIN).key().reveal();
    assertThat(
            rooms.refusal(
                new Secret(text.replace("sp_pub_", "sp_")), on("https://app.example.com")))
        .isEqualTo(Refusal.KEY_UNKNOWN);
  }

  @Test
  void aKeyBoundToAddressesIsRefusedFromElsewhere() {
    KeyTerms terms =
        KeyTerms.of("acme").addresses("192.0.2.0/24", "2001:db8::/32", "198.51.100.7").build();
    Secret key = rooms.keys.issue(terms, Rooms.ADMIN).key();
    for (String inside :
        new String[] {
          "192.0.2.0",
          "192.0.2.255",
          "::ffff:192.0.2.7",
          "2001:db8::1",
          "2001:DB8:0:0::1%eth0",
          "198.51.100.7"
        }) {
      assertThat(rooms.refusal(key, new Sender(inside, null))).as(inside).isNull();
    }
    for (String outside :
        new String[] {
          "192.0.3.0",
          "2001:db9::1",
          "198.51.100.8",
          "localhost",
          "",
          "192.0.2",
          "0300.0.2.1",
          "::192.0.2.7"
        }) {
      assertThat(rooms.refusal(key, new Sender(outside, null)))
          .as(outside)
          .isEqualTo(Refusal.ADDRESS_REFUSED);
    }
    assertThat(rooms.refusal(key, Sender.UNKNOWN)).isEqualTo(Refusal.ADDRESS_REFUSED);
  }

  private static Sender on(@Nullable String page) {
    return new Sender("192.0.2.7", page);
  }

  private static KeySettings settings(String... publishable) {
    return new KeySettings("sp", Rooms.KEYS.peppers(), null, false, null, Set.of(publishable));
  }
}
