package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Refusal;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyConflictException;
import io.github.sallyport.key.KeyEdit;
import io.github.sallyport.key.KeyKind;
import io.github.sallyport.key.KeyQuery;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.KeyVersionException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyChangesTest {
  private static final OptionalLong ANY = OptionalLong.empty();

  @TempDir Path folder;
  private Rooms rooms;
  private IssuedKey issued;

  @BeforeEach
  void open() {
    rooms = new Rooms(folder);
    issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    rooms.events();
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  @Test
  void aChangeBindsAtOnceAndIsOneEventAndOneVersion() {
    assertThat(rooms.application(issued.key()).scopes()).containsExactly("orders:read");
    rooms.clock.now = rooms.clock.now.plusSeconds(7);
    ApiKeyRecord changed =
        rooms
            .keys
            .change(id(), OptionalLong.of(1), terms(t -> t.scopes("a", "b")), Actor.part("root"))
            .orElseThrow();
    assertThat(changed.version()).isEqualTo(2);
    assertThat(changed.changedAt()).isEqualTo(rooms.clock.now);
    assertThat(changed.changedBy()).isEqualTo("root");
    assertThat(changed.createdBy()).isEqualTo("admin");
    assertThat(rooms.application(issued.key()).scopes()).containsExactlyInAnyOrder("a", "b");
    assertThat(rooms.record(id())).isEqualTo(changed);
    assertThat(rooms.events()).containsExactly("key.changed " + id() + " by root");
  }

  @Test
  void whatStaysAsItWasIsNoChange() {
    ApiKeyRecord same = rooms.keys.change(id(), ANY, edit -> edit, Rooms.ADMIN).orElseThrow();
    assertThat(same.version()).isEqualTo(1);
    assertThat(rooms.keys.setEnabled(id(), true, Rooms.ADMIN)).isTrue();
    assertThat(rooms.events()).isEmpty();
    assertThat(rooms.store.feed().read(0, 0).newest()).isEqualTo(1);
  }

  @Test
  void aChangeMeantForAnotherVersionIsRefusedAndChangesNothing() {
    rooms.keys.change(id(), OptionalLong.of(1), terms(t -> t.name("one")), Rooms.ADMIN);
    rooms.events();
    for (long wrong : new long[] {1, 3, 0}) {
      assertThatThrownBy(
              () ->
                  rooms.keys.change(
                      id(), OptionalLong.of(wrong), terms(t -> t.name("two")), Rooms.ADMIN))
          .isInstanceOf(KeyVersionException.class);
    }
    assertThat(rooms.record(id()).terms().name()).isEqualTo("one");
    assertThat(rooms.events()).isEmpty();
  }

  @Test
  void termsAndStatusChangeTogetherAndDisablingAloneIsCalledThat() {
    rooms.keys.change(id(), ANY, edit -> new KeyEdit(edit.terms(), false), Rooms.ADMIN);
    rooms.keys.change(id(), ANY, edit -> new KeyEdit(edit.terms(), true), Rooms.ADMIN);
    rooms.keys.change(
        id(), ANY, edit -> new KeyEdit(edit.terms().edit().name("n").build(), false), Rooms.ADMIN);
    assertThat(rooms.events())
        .containsExactly(
            "key.disabled " + id() + " by admin",
            "key.enabled " + id() + " by admin",
            "key.changed " + id() + " by admin");
    assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_DISABLED);
  }

  @Test
  void ownerEnvironmentAndKindStay() {
    List<KeyTerms> others =
        List.of(
            KeyTerms.of("other").build(),
            KeyTerms.of("acme").environment("test").build(),
            KeyTerms.of("acme").kind(KeyKind.PUBLISHABLE).origins("https://a.example").build());
    for (KeyTerms other : others) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> rooms.keys.change(id(), ANY, e -> new KeyEdit(other, true), Rooms.ADMIN))
          .withMessageStartingWith("owner, environment and kind can't be changed");
    }
    assertThat(rooms.record(id())).isEqualTo(issued.record());
  }

  @Test
  void aRevokedKeyStaysAsItIs() {
    rooms.keys.revoke(id(), "lost", Rooms.ADMIN);
    assertThatThrownBy(() -> rooms.keys.change(id(), ANY, terms(t -> t.name("n")), Rooms.ADMIN))
        .isInstanceOf(KeyConflictException.class);
    rooms.keys.revoke(id(), "another reason", Rooms.ADMIN);
    assertThat(rooms.record(id()).revokedBecause()).isEqualTo("lost");
    assertThat(rooms.events()).containsExactly("key.revoked " + id() + " by admin");
  }

  @Test
  void theReasonOfARevocationIsKeptAndAuditedAndHasBounds() {
    for (String wrong : List.of("", "r".repeat(201), "a\nb")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rooms.keys.revoke(id(), wrong, Rooms.ADMIN))
          .withMessageStartingWith("reason must have");
    }
    assertThat(rooms.refusal(issued.key())).isNull();
    assertThat(rooms.keys.revoke(id(), "r".repeat(200), Rooms.ADMIN)).isTrue();
    assertThat(rooms.record(id()).revokedBecause()).isEqualTo("r".repeat(200));
    assertThat(rooms.audited)
        .singleElement()
        .extracting(e -> e.detail())
        .isEqualTo("r".repeat(200));
  }

  @Test
  void whatIsNotThereCanNotBeChanged() {
    for (String id : List.of("0000000000aaaa", "no id", "' OR 1=1")) {
      assertThat(rooms.keys.change(id, ANY, edit -> edit, Rooms.ADMIN)).isEmpty();
      assertThat(rooms.keys.setEnabled(id, false, Rooms.ADMIN)).isFalse();
      assertThat(rooms.keys.revoke(id, null, Rooms.ADMIN)).isFalse();
      assertThat(rooms.keys.find(id)).isEmpty();
    }
    assertThat(rooms.events()).isEmpty();
  }

  @Test
  void anEndLaterThanTheAgeThatTheSettingsAllowIsRefusedAlsoInAChange() {
    rooms.close();
    rooms =
        new Rooms(
            folder, Rooms.keySettings(Rooms.KEYS.peppers(), Duration.ofDays(10)), Rooms.CACHE);
    Instant latest = issued.record().createdAt().plus(Duration.ofDays(10));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                rooms.keys.change(
                    id(), ANY, terms(t -> t.expiresAt(latest.plusMillis(1))), Rooms.ADMIN));
    assertThat(rooms.keys.change(id(), ANY, terms(t -> t.expiresAt(latest)), Rooms.ADMIN))
        .isPresent();
    assertThat(
            rooms.keys.change(
                id(), ANY, terms(t -> t.expiresAt(latest.minusSeconds(5))), Rooms.ADMIN))
        .isPresent();
    assertThat(rooms.application(issued.key()).expiresAt()).isEqualTo(latest.minusSeconds(5));
  }

  @Test
  void nobodyIsCalledWhatNoOwnerCanBe() {
    KeyQuery hostile = new KeyQuery(null, null, null, "a\u0000b", null, null);
    assertThat(rooms.keys.list(hostile, 10, null)).isEmpty();
    assertThat(rooms.keys.list(new KeyQuery(null, null, null, "ACM", null, null), 10, null))
        .hasSize(1);
    assertThat(rooms.keys.list(KeyQuery.ALL, 1000, null)).hasSize(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rooms.keys.list(KeyQuery.ALL, 1001, null));
  }

  @Test
  void aListReadsOnPastRowsThatCanNotBeRead() throws Exception {
    List<String> ids = new ArrayList<>(List.of(id()));
    for (int i = 0; i < 5; i++) {
      ids.add(rooms.keys.issue(Rooms.request(), Rooms.ADMIN).record().id());
    }
    ids.sort(null);
    for (String damaged : List.of(ids.remove(2), ids.remove(0), ids.remove(0))) {
      rooms.sql("UPDATE sallyport_key SET status = 'MAYBE' WHERE id = '" + damaged + "'");
    }
    assertThat(rooms.keys.list(KeyQuery.ALL, 2, null))
        .extracting(ApiKeyRecord::id)
        .containsExactly(ids.get(0), ids.get(1));
    assertThat(rooms.keys.list(KeyQuery.ALL, 2, ids.get(1)))
        .extracting(ApiKeyRecord::id)
        .containsExactly(ids.get(2));
  }

  @Test
  void whoHasNoNameIsKeptAsNobody() {
    Actor nameless = new Actor(null, "r1", "192.0.2.7", "POST", "/x");
    ApiKeyRecord key = rooms.keys.issue(Rooms.request(), nameless).record();
    assertThat(key.createdBy()).isEqualTo("nobody");
    assertThat(rooms.events()).containsExactly("key.issued " + key.id() + " by null");
  }

  private String id() {
    return issued.record().id();
  }

  private static UnaryOperator<KeyEdit> terms(UnaryOperator<KeyTerms.Builder> change) {
    return edit -> new KeyEdit(change.apply(edit.terms().edit()).build(), edit.enabled());
  }
}
