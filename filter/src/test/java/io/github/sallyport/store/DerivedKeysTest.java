package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Credential;
import io.github.sallyport.Credential.ApiKey.Place;
import io.github.sallyport.Refusal;
import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyConflictException;
import io.github.sallyport.key.KeyEdit;
import io.github.sallyport.key.KeyTerms;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DerivedKeysTest {
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final KeyTerms TERMS =
      KeyTerms.of("acme")
          .name("parent")
          .description("d")
          .scopes("orders:read", "orders:write")
          .roles("clerk")
          .plan("pro")
          .addresses("192.0.2.0/24")
          .build();
  private static final Sender INSIDE = new Sender("192.0.2.7", null);

  @TempDir Path folder;
  private Rooms rooms;
  private IssuedKey parent;

  @BeforeEach
  void open() {
    rooms = new Rooms(folder);
    parent = rooms.keys.issue(TERMS, Rooms.ADMIN);
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  @Test
  void aDerivedKeyMayDoLessAndSharesTheRest() {
    rooms.events();
    IssuedKey derived = derive("orders:read");
    assertThat(derived.record().terms())
        .isEqualTo(
            TERMS
                .edit()
                .name(null)
                .description(null)
                .scopes("orders:read")
                .roles()
                .expiresAt(rooms.clock.now.plus(QUARTER))
                .build());
    assertThat(derived.record().lineage().id()).isEqualTo(parent.record().id());
    assertThat(derived.record().lineage().parent()).isEqualTo(parent.record().id());
    assertThat(rooms.refusal(derived.key(), INSIDE)).isNull();
    assertThat(rooms.refusal(derived.key(), new Sender("198.51.100.1", null)))
        .isEqualTo(Refusal.ADDRESS_REFUSED);
    Authentication shown =
        rooms.show(new Credential.ApiKey(derived.key(), Place.KEY_HEADER, INSIDE));
    assertThat(((Authentication.Known) shown).caller().scopes()).containsExactly("orders:read");
    assertThat(rooms.record(parent.record().id())).isEqualTo(parent.record());
    assertThat(rooms.events()).containsExactly("key.derived " + parent.record().id() + " by admin");
  }

  @Test
  void itEndsAfterItsTimeAndNoLaterThanItsParent() {
    IssuedKey derived = derive("orders:read");
    rooms.clock.now = rooms.clock.now.plus(QUARTER).minusMillis(1);
    assertThat(rooms.refusal(derived.key(), INSIDE)).isNull();
    rooms.clock.now = rooms.clock.now.plusMillis(1);
    assertThat(rooms.refusal(derived.key(), INSIDE)).isEqualTo(Refusal.KEY_EXPIRED);
    IssuedKey shortLived =
        rooms.keys.issue(Rooms.between(null, rooms.clock.now.plusSeconds(60)), Rooms.ADMIN);
    IssuedKey child =
        rooms.keys.derive(shortLived.record().id(), Set.of(), QUARTER, Rooms.ADMIN).orElseThrow();
    assertThat(child.record().terms().expiresAt()).isEqualTo(rooms.clock.now.plusSeconds(60));
  }

  @Test
  void itIsRefusedAsSoonAsItsParentIs() {
    IssuedKey derived = derive("orders:read");
    rooms.keys.setEnabled(parent.record().id(), false, Rooms.ADMIN);
    assertThat(rooms.refusal(derived.key(), INSIDE)).isEqualTo(Refusal.KEY_DISABLED);
    rooms.keys.setEnabled(parent.record().id(), true, Rooms.ADMIN);
    assertThat(rooms.refusal(derived.key(), INSIDE)).isNull();
    change(terms -> terms.expiresAt(rooms.clock.now.plusSeconds(1)));
    rooms.clock.now = rooms.clock.now.plusSeconds(1);
    assertThat(rooms.refusal(derived.key(), INSIDE)).isEqualTo(Refusal.KEY_EXPIRED);
    change(terms -> terms.expiresAt(null));
    assertThat(rooms.refusal(derived.key(), INSIDE)).isNull();
    rooms.keys.revoke(parent.record().id(), "leaked", Rooms.ADMIN);
    assertThat(rooms.refusal(derived.key(), INSIDE)).isEqualTo(Refusal.KEY_REVOKED);
  }

  @Test
  void itIsRefusedWhereItsParentsRowIsGone() throws Exception {
    IssuedKey derived = derive("orders:read");
    rooms.sql("DELETE FROM sallyport_key WHERE id = '" + parent.record().id() + "'");
    rooms.sql("UPDATE sallyport_feed SET position = position + 1");
    await()
        .untilAsserted(
            () -> assertThat(rooms.refusal(derived.key(), INSIDE)).isEqualTo(Refusal.KEY_REVOKED));
  }

  @Test
  void aKeyThatSomebodyMadeItsOwnParentIsRefused() throws Exception {
    IssuedKey derived = derive("orders:read");
    assertThat(rooms.refusal(derived.key(), INSIDE)).isNull();
    rooms.sql("UPDATE sallyport_key SET parent = id WHERE parent IS NOT NULL");
    rooms.sql("UPDATE sallyport_feed SET position = position + 1");
    await()
        .untilAsserted(
            () -> assertThat(rooms.refusal(derived.key(), INSIDE)).isEqualTo(Refusal.KEY_REVOKED));
  }

  @Test
  void whatItsParentLosesItLosesToo() {
    Secret derived = derive("orders:read", "orders:write").key();
    change(terms -> terms.scopes("orders:write", "more").addresses("192.0.2.7"));
    Application application =
        ((Authentication.Known)
                rooms.show(
                    new Credential.ApiKey(derived, Credential.ApiKey.Place.KEY_HEADER, INSIDE)))
            .caller()
            .application()
            .orElseThrow();
    assertThat(application.scopes()).containsExactly("orders:write");
    assertThat(rooms.refusal(derived, new Sender("192.0.2.8", null)))
        .isEqualTo(Refusal.ADDRESS_REFUSED);
  }

  @Test
  void moreThanTheParentHasIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> derive("orders:delete"))
        .withMessage("scopes must be some of the parent's");
    for (Duration wrong :
        new Duration[] {Duration.ZERO, Duration.ofMillis(-1), ApiKeys.MAX_DERIVED.plusMillis(1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rooms.keys.derive(parent.record().id(), Set.of(), wrong, Rooms.ADMIN))
          .withMessageStartingWith("ttl must be");
    }
    assertThat(rooms.keys.derive(parent.record().id(), Set.of(), ApiKeys.MAX_DERIVED, Rooms.ADMIN))
        .isPresent();
    assertThat(rooms.keys.derive("0000000000aaaa", Set.of(), QUARTER, Rooms.ADMIN)).isEmpty();
  }

  @Test
  void fromADerivedOrUnusableKeyNoneIsDerived() {
    String derived = derive("orders:read").record().id();
    assertConflict(derived);
    rooms.keys.setEnabled(parent.record().id(), false, Rooms.ADMIN);
    assertConflict(parent.record().id());
  }

  @Test
  void itsTermsCanNotBeChangedButItCanBeDisabled() {
    String id = derive("orders:read").record().id();
    assertThatThrownBy(
            () ->
                rooms.keys.change(
                    id,
                    OptionalLong.empty(),
                    edit -> new KeyEdit(edit.terms().edit().expiresAt(null).build(), true),
                    Rooms.ADMIN))
        .isInstanceOf(KeyConflictException.class)
        .hasMessageContaining("derived key");
    assertThat(rooms.keys.setEnabled(id, false, Rooms.ADMIN)).isTrue();
  }

  private void assertConflict(String id) {
    assertThatThrownBy(() -> rooms.keys.derive(id, Set.of(), QUARTER, Rooms.ADMIN))
        .isInstanceOf(KeyConflictException.class);
  }

  private IssuedKey derive(String... scopes) {
    return rooms
        .keys
        .derive(parent.record().id(), Set.of(scopes), QUARTER, Rooms.ADMIN)
        .orElseThrow();
  }

  private void change(UnaryOperator<KeyTerms.Builder> change) {
    rooms.keys.change(
        parent.record().id(),
        OptionalLong.empty(),
        edit -> new KeyEdit(change.apply(edit.terms().edit()).build(), edit.enabled()),
        Rooms.ADMIN);
  }
}
