package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Authentication;
import io.github.sallyport.Credential;
import io.github.sallyport.Credential.ApiKey.Place;
import io.github.sallyport.Refusal;
import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ForeignKey;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyConflictException;
import io.github.sallyport.key.KeyDigest;
import io.github.sallyport.key.KeyKind;
import io.github.sallyport.key.KeyQuery;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.Pepper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that another system issued. */
class ForeignKeysTest {
  private static final String TEXT = "an-old-key/of+20.characters~";
  private static final byte[] OLD =
      "the old system's secret of 32 bytes!".getBytes(StandardCharsets.UTF_8);
  private static final KeyTerms TERMS = KeyTerms.of("acme").scopes("orders:read").build();

  @TempDir Path folder;
  private Rooms rooms;

  @BeforeEach
  void open() {
    rooms = new Rooms(folder, settings(true, null), Rooms.CACHE);
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  @Test
  void aKeyThatWasImportedByItsTextIsGoodAsItIs() {
    assertThat(refusal(TEXT)).isEqualTo(Refusal.KEY_UNKNOWN);
    ApiKeyRecord imported = rooms.keys.importForeign(text(), TERMS, Rooms.ADMIN);
    assertThat(imported.terms()).isEqualTo(TERMS);
    assertThat(rooms.events()).containsExactly("key.imported " + imported.id() + " by admin");
    assertThat(rooms.application(new Secret(TEXT)).keyId()).isEqualTo(imported.id());
    assertThat(refusal(TEXT + "x")).isEqualTo(Refusal.KEY_UNKNOWN);
    assertThat(refusal(TEXT.toUpperCase(Locale.ROOT))).isEqualTo(Refusal.KEY_UNKNOWN);
    rooms.keys.revoke(imported.id(), null, Rooms.ADMIN);
    assertThat(refusal(TEXT)).isEqualTo(Refusal.KEY_REVOKED);
  }

  @Test
  void aKeyThatWasImportedByItsSha256IsKeptUnderThePepper() throws Exception {
    ApiKeyRecord imported =
        rooms.keys.importForeign(ForeignKey.ofSha256(sha256(TEXT)), TERMS, Rooms.ADMIN);
    assertThat(rooms.application(new Secret(TEXT)).keyId()).isEqualTo(imported.id());
    KeyDigest kept = rooms.record(imported.id()).digest();
    assertThat(kept.pepperId()).isNotEmpty();
    assertThat(kept.hex()).isNotEqualTo(sha256(TEXT));
    rooms.uses.write();
    assertThat(rooms.record(imported.id()).digest()).isEqualTo(kept);
  }

  @Test
  void aKeyThatWasImportedByItsHmacNeedsTheOldSecretUntilItsFirstUse() throws Exception {
    ForeignKey key = ForeignKey.ofHmac(oldSecretId(), hmac(TEXT));
    ApiKeyRecord imported = rooms.keys.importForeign(key, TERMS, Rooms.ADMIN);
    assertThat(imported.digest().of()).isEqualTo("hmac-" + oldSecretId());
    assertThat(rooms.application(new Secret(TEXT)).keyId()).isEqualTo(imported.id());
    rooms.uses.write();
    ApiKeyRecord used = rooms.record(imported.id());
    assertThat(used.digest().of()).isEqualTo("sha256");
    assertThat(used.version()).isEqualTo(1);
    rooms.close();
    rooms =
        new Rooms(
            folder,
            new KeySettings("sp", Rooms.KEYS.peppers(), null, true, null, Set.of()),
            Rooms.CACHE);
    assertThat(rooms.application(new Secret(TEXT)).keyId()).isEqualTo(imported.id());
    assertThatThrownBy(() -> rooms.keys.importForeign(text(), TERMS, Rooms.ADMIN))
        .isInstanceOf(KeyConflictException.class);
  }

  @Test
  void aKeyWhoseSecretLeftTheListBeforeItsFirstUseIsCountedAtStart() throws Exception {
    rooms.keys.importForeign(ForeignKey.ofHmac(oldSecretId(), hmac(TEXT)), TERMS, Rooms.ADMIN);
    rooms.keys.importForeign(
        ForeignKey.ofSha256(sha256("another-key-of-20-chars")), TERMS, Rooms.ADMIN);
    rooms.close();
    try (CapturedLog log = new CapturedLog("sallyport.key")) {
      rooms =
          new Rooms(
              folder,
              new KeySettings("sp", Rooms.KEYS.peppers(), null, true, null, Set.of()),
              Rooms.CACHE);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("imported with a secret, that sallyport.api-key.pepper no longer lists: 1;");
    }
    assertThat(refusal(TEXT)).isEqualTo(Refusal.KEY_UNKNOWN);
  }

  @Test
  void anHmacUnderASecretThatIsNotListedIsRefusedWithTheIdsThatAre() throws Exception {
    String hmac = hmac(TEXT);
    for (String id : List.of("", "0123456789abcdef")) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> rooms.keys.importForeign(ForeignKey.ofHmac(id, hmac), TERMS, Rooms.ADMIN))
          .withMessageContaining(oldSecretId());
    }
  }

  @Test
  void theSameTextComesInOnceInWhateverForm() throws Exception {
    List<ForeignKey> forms =
        List.of(
            text(),
            ForeignKey.ofSha256(sha256(TEXT)),
            ForeignKey.ofSha256(
                Base64.getUrlEncoder().encodeToString(HexFormat.of().parseHex(sha256(TEXT)))));
    for (ForeignKey first : forms) {
      ApiKeyRecord imported = rooms.keys.importForeign(first, TERMS, Rooms.ADMIN);
      for (ForeignKey again : forms) assertDuplicate(again);
      rooms.application(new Secret(TEXT));
      rooms.uses.write();
      for (ForeignKey again : forms) assertDuplicate(again);
      rooms.keys.revoke(imported.id(), null, Rooms.ADMIN);
      assertDuplicate(first); // a revoked key does not come back by the back door
      rooms.close();
      deleteAll();
    }
    ForeignKey hmac = ForeignKey.ofHmac(oldSecretId(), hmac(TEXT));
    rooms.keys.importForeign(hmac, TERMS, Rooms.ADMIN);
    assertDuplicate(hmac);
    assertDuplicate(text());
    rooms.application(new Secret(TEXT));
    rooms.uses.write();
    for (ForeignKey again : forms) assertDuplicate(again);
    assertDuplicate(hmac);
  }

  @Test // catalogue S06
  void ofTwoRowsWithTheSameTextNeitherIsGoodAndTheOperatorIsTold() throws Exception {
    ApiKeyRecord one =
        rooms.keys.importForeign(ForeignKey.ofHmac(oldSecretId(), hmac(TEXT)), TERMS, Rooms.ADMIN);
    // Its SHA-256 alone does not tell that it is the same text.
    ApiKeyRecord two =
        rooms.keys.importForeign(ForeignKey.ofSha256(sha256(TEXT)), TERMS, Rooms.ADMIN);
    try (CapturedLog log = new CapturedLog("sallyport.store")) {
      assertThat(refusal(TEXT)).isEqualTo(Refusal.KEY_UNKNOWN);
      assertThat(refusal(TEXT)).isEqualTo(Refusal.KEY_UNKNOWN);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("SEVERE the imported API keys")
          .contains(one.id(), two.id());
    }
  }

  @Test
  void itIsReadFromTheKeysHeaderAloneAndWhileTheSettingsSaySo() {
    rooms.keys.importForeign(text(), TERMS, Rooms.ADMIN);
    Credential.ApiKey asBearer =
        new Credential.ApiKey(new Secret(TEXT), Place.BEARER, Sender.UNKNOWN);
    assertThat(rooms.show(asBearer)).isInstanceOf(Authentication.No.class);
    assertThat(refusal(TEXT)).isNull();
    rooms.close();
    rooms = new Rooms(folder, settings(false, null), Rooms.CACHE);
    assertThat(refusal(TEXT)).isEqualTo(Refusal.KEY_UNKNOWN);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                rooms.keys.importForeign(
                    ForeignKey.ofText(new Secret("another-key-of-20-chars")), TERMS, Rooms.ADMIN))
        .withMessageStartingWith("sallyport.api-key.foreign is false");
  }

  @Test
  void itsEndLiesWithinTheAgeThatTheSettingsAllow() {
    rooms.close();
    Duration maxAge = Duration.ofDays(90);
    rooms =
        new Rooms(
            folder,
            new KeySettings("sp", Rooms.KEYS.peppers(), maxAge, true, null, Set.of()),
            Rooms.CACHE);
    KeyTerms.Builder edit = TERMS.edit().expiresAt(rooms.clock.now.plus(maxAge).plusMillis(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rooms.keys.importForeign(text(), edit.build(), Rooms.ADMIN))
        .withMessageStartingWith("expiresAt must be no later than PT2160H");
    KeyTerms latest = TERMS.edit().expiresAt(rooms.clock.now.plus(maxAge)).build();
    rooms.keys.importForeign(text(), latest, Rooms.ADMIN);
  }

  @Test
  void aPageCanNotHaveOne() {
    KeyTerms publishable =
        KeyTerms.of("acme").kind(KeyKind.PUBLISHABLE).origins("https://a.example").build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rooms.keys.importForeign(text(), publishable, Rooms.ADMIN))
        .withMessage("kind of an imported key must be secret");
  }

  @Test
  void itIsRotatedToAKeyOfOurs() {
    ApiKeyRecord imported = rooms.keys.importForeign(text(), TERMS, Rooms.ADMIN);
    IssuedKey next =
        rooms.keys.rotate(imported.id(), Duration.ofDays(1), Rooms.ADMIN).orElseThrow();
    assertThat(next.key().reveal()).startsWith("sp_live_");
    assertThat(rooms.application(next.key()).keyId()).isEqualTo(next.record().id());
    assertThat(rooms.application(new Secret(TEXT)).replaced()).isTrue();
  }

  @Test
  void theFirstAdministratorsKeyMayBeATextThatTheDeployerMade() throws Exception {
    rooms.close();
    rooms = new Rooms(folder, settings(false, sha256(TEXT)), Rooms.CACHE);
    ApiKeyRecord first = rooms.keys.importInitial(sha256(TEXT), TERMS, Rooms.ADMIN).orElseThrow();
    assertThat(rooms.keys.importInitial(sha256(TEXT), TERMS, Rooms.ADMIN)).isEmpty();
    assertThat(rooms.events()).containsExactly("key.imported " + first.id() + " by admin");
    assertThat(rooms.application(new Secret(TEXT)).keyId()).isEqualTo(first.id());
    assertThat(rooms.keys.list(KeyQuery.ALL, 10, null)).hasSize(1);
    String other = "another-key-of-20-chars";
    rooms.close();
    rooms = new Rooms(folder, settings(true, sha256(TEXT)), Rooms.CACHE);
    assertDuplicate(text());
    rooms.keys.importForeign(ForeignKey.ofText(new Secret(other)), TERMS, Rooms.ADMIN);
    assertThat(refusal(other)).isNull();
    rooms.close();
    rooms = new Rooms(folder, settings(false, sha256(TEXT)), Rooms.CACHE);
    assertThat(refusal(other)).isEqualTo(Refusal.KEY_UNKNOWN);
    assertThat(refusal(TEXT)).isNull();
  }

  private void assertDuplicate(ForeignKey key) {
    List<ApiKeyRecord> before = rooms.keys.list(KeyQuery.ALL, 10, null);
    rooms.events();
    assertThatThrownBy(() -> rooms.keys.importForeign(key, TERMS, Rooms.ADMIN))
        .isInstanceOf(KeyConflictException.class)
        .hasMessage("This key was imported already.");
    assertThat(rooms.keys.list(KeyQuery.ALL, 10, null)).hasSameSizeAs(before);
    assertThat(rooms.events()).isEmpty();
  }

  private void deleteAll() throws Exception {
    rooms.sql("DELETE FROM sallyport_key");
    rooms = new Rooms(folder, settings(true, null), Rooms.CACHE);
  }

  private @Nullable Refusal refusal(String text) {
    return rooms.refusal(new Secret(text));
  }

  /** The id of the old secret, as the answer to an import that names none tells it. */
  private String oldSecretId() {
    try {
      rooms.keys.importForeign(ForeignKey.ofHmac("none", "00".repeat(32)), TERMS, Rooms.ADMIN);
      throw new AssertionError("taken");
    } catch (IllegalArgumentException e) {
      Matcher ids = Pattern.compile("[0-9a-f]{16}").matcher(String.valueOf(e.getMessage()));
      List<String> found = new ArrayList<>();
      while (ids.find()) found.add(ids.group());
      return found.get(1);
    }
  }

  private static ForeignKey text() {
    return ForeignKey.ofText(new Secret(TEXT));
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String hmac(String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(OLD, "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static KeySettings settings(boolean foreign, @Nullable String initialDigest) {
    List<Pepper> peppers = new ArrayList<>(Rooms.KEYS.peppers());
    peppers.add(new Pepper(OLD));
    return new KeySettings("sp", peppers, null, foreign, initialDigest, Set.of());
  }
}
