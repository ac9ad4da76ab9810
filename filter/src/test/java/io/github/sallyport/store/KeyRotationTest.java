package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Refusal;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyConflictException;
import io.github.sallyport.key.KeyMetadata;
import io.github.sallyport.key.KeyQuery;
import io.github.sallyport.key.KeyTerms;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotationTest {
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path folder;
  private Rooms rooms;

  @BeforeEach
  void open() {
    rooms = new Rooms(folder);
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  @Test
  void theSuccessorHasAllThatTheKeyHadAndTheSameLineage() {
    KeyTerms terms =
        Rooms.request()
            .edit()
            .description("nightly")
            .addresses("192.0.2.0/24")
            .origins("https://app.example.com")
            .notBefore(rooms.clock.now.minusSeconds(1))
            .expiresAt(rooms.clock.now.plus(Duration.ofDays(300)))
            .metadata(KeyMetadata.ofJson("{\"team\":7}"))
            .build();
    IssuedKey old = rooms.keys.issue(terms, Rooms.ADMIN);
    rooms.clock.now = rooms.clock.now.plus(DAY);
    IssuedKey next = rotate(old, DAY);
    assertThat(next.record().terms()).isEqualTo(terms.edit().notBefore(null).build());
    assertThat(next.record().lineage().id()).isEqualTo(old.record().id());
    assertThat(next.record().lineage().predecessor()).isEqualTo(old.record().id());
    assertThat(next.record().createdAt()).isEqualTo(rooms.clock.now);
    assertThat(next.record().version()).isEqualTo(1);
    assertThat(rooms.store.apiKeys().find(next.record().id())).contains(next.record());
    ApiKeyRecord replaced = rooms.record(old.record().id());
    assertThat(replaced.lineage().successor()).isEqualTo(next.record().id());
    assertThat(replaced.lineage().overlap()).isEqualTo(DAY);
    assertThat(replaced.version()).isEqualTo(2);
    assertThat(replaced.changedAt()).isEqualTo(rooms.clock.now);
    assertThat(replaced.changedBy()).isEqualTo("admin");
    IssuedKey third = rotate(next, DAY);
    assertThat(third.record().lineage().id()).isEqualTo(old.record().id());
  }

  @Test
  void theOldKeyIsGoodUntilTheOverlapHasPassedSinceTheFirstUseOfTheNew() {
    IssuedKey old = issue();
    IssuedKey next = rotate(old, DAY);
    assertThat(rooms.application(old.key()).replaced()).isTrue();
    rooms.uses.write();
    rooms.clock.now = rooms.clock.now.plus(Duration.ofDays(10));
    assertThat(rooms.refusal(old.key())).isNull(); // nobody used the new one yet, but this use:
    rooms.events();
    assertThat(rooms.application(next.key()).replaced()).isFalse();
    Instant firstUse = rooms.clock.now;
    rooms.clock.now = rooms.clock.now.plusSeconds(30);
    rooms.uses.write();
    rooms.uses.write();
    assertThat(rooms.events())
        .containsExactly("key.overlap-begun " + old.record().id() + " by sallyport");
    assertThat(rooms.application(old.key()).expiresAt()).isEqualTo(firstUse.plus(DAY));
    assertThat(rooms.record(old.record().id()).lineage().overlap()).isNull();
    rooms.clock.now = firstUse.plus(DAY).minusMillis(1);
    assertThat(rooms.refusal(old.key())).isNull();
    rooms.application(next.key()); // a later use begins nothing anew
    rooms.uses.write();
    assertThat(rooms.events()).isEmpty();
    rooms.clock.now = firstUse.plus(DAY);
    assertThat(rooms.refusal(old.key())).isEqualTo(Refusal.KEY_EXPIRED);
    assertThat(rooms.refusal(next.key())).isNull();
  }

  @Test
  void withoutAnyUseOfTheNewTheOldEndsAfterThirtyDays() {
    IssuedKey old = issue();
    rotate(old, DAY);
    Instant cap = rooms.clock.now.plus(ApiKeys.MAX_OVERLAP);
    rooms.clock.now = cap.minusMillis(1);
    assertThat(rooms.refusal(old.key())).isNull();
    rooms.clock.now = cap;
    assertThat(rooms.refusal(old.key())).isEqualTo(Refusal.KEY_EXPIRED);
  }

  @Test
  void theCapHoldsAlsoWhereTheNewIsUsedLate() {
    IssuedKey old = issue();
    IssuedKey next = rotate(old, ApiKeys.MAX_OVERLAP);
    Instant cap = rooms.clock.now.plus(ApiKeys.MAX_OVERLAP);
    rooms.clock.now = rooms.clock.now.plus(DAY);
    rooms.application(next.key());
    rooms.uses.write();
    assertThat(rooms.application(old.key()).expiresAt()).isEqualTo(cap);
  }

  @Test
  void anEarlierEndThatWasAgreedStays() {
    Instant end = rooms.clock.now.plus(Duration.ofHours(1));
    IssuedKey old = rooms.keys.issue(Rooms.between(null, end), Rooms.ADMIN);
    IssuedKey next = rotate(old, DAY);
    assertThat(rooms.application(old.key()).expiresAt()).isEqualTo(end);
    rooms.application(next.key());
    rooms.uses.write();
    assertThat(rooms.application(old.key()).expiresAt()).isEqualTo(end);
  }

  @Test
  void withoutAnOverlapTheOldEndsAtOnce() {
    IssuedKey old = issue();
    IssuedKey next = rotate(old, Duration.ZERO);
    assertThat(rooms.refusal(old.key())).isEqualTo(Refusal.KEY_EXPIRED);
    assertThat(rooms.refusal(next.key())).isNull();
    assertThat(rooms.record(old.record().id()).lineage().overlap()).isNull();
  }

  @Test
  void aKeyThatIsNotValidYetIsNotBegunByRotatingIt() {
    Instant begin = rooms.clock.now.plus(DAY.multipliedBy(40));
    for (Duration overlap : List.of(Duration.ZERO, DAY)) {
      IssuedKey old = rooms.keys.issue(Rooms.between(begin, null), Rooms.ADMIN);
      IssuedKey next = rotate(old, overlap);
      assertThat(rooms.refusal(old.key())).isEqualTo(Refusal.KEY_EXPIRED);
      assertThat(rooms.refusal(next.key())).isEqualTo(Refusal.KEY_NOT_YET_VALID);
      assertThat(next.record().terms().notBefore()).isEqualTo(begin);
    }
    IssuedKey soon = rooms.keys.issue(Rooms.between(rooms.clock.now.plus(DAY), null), Rooms.ADMIN);
    IssuedKey next = rotate(soon, DAY);
    assertThat(rooms.refusal(soon.key())).isEqualTo(Refusal.KEY_NOT_YET_VALID);
    rooms.clock.now = rooms.clock.now.plus(DAY);
    assertThat(rooms.refusal(soon.key())).isNull();
    assertThat(rooms.refusal(next.key())).isNull();
  }

  @Test
  void aRevokedKeyStaysAsItIsWhenItsSuccessorIsUsed() {
    IssuedKey old = issue();
    IssuedKey next = rotate(old, DAY);
    rooms.keys.revoke(old.record().id(), "leaked", Rooms.ADMIN);
    ApiKeyRecord revoked = rooms.record(old.record().id());
    rooms.events();
    rooms.application(next.key());
    rooms.uses.write();
    assertThat(rooms.record(old.record().id())).isEqualTo(revoked);
    assertThat(rooms.events()).isEmpty();
    assertThat(rooms.record(next.record().id()).lastUse()).isNotNull();
  }

  @Test
  void whoMayNotHaveTheNewKeyChangesNothing() {
    IssuedKey old = issue();
    rooms.events();
    assertThatThrownBy(
            () ->
                rooms.keys.rotate(
                    old.record().id(),
                    DAY,
                    terms -> {
                      assertThat(terms).isEqualTo(old.record().terms());
                      throw new SecurityException("no");
                    },
                    Rooms.ADMIN))
        .isInstanceOf(SecurityException.class)
        .hasMessage("no");
    assertThat(rooms.record(old.record().id())).isEqualTo(old.record());
    assertThat(rooms.keys.list(KeyQuery.ALL, 10, null)).hasSize(1);
    assertThat(rooms.events()).isEmpty();
  }

  @Test
  void anOverlapThatCanNotBeIsRefused() {
    IssuedKey old = issue();
    for (Duration wrong : List.of(Duration.ofMillis(-1), ApiKeys.MAX_OVERLAP.plusMillis(1))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> rotate(old, wrong))
          .withMessage("overlap must be PT0S to P30D");
    }
    assertThat(rooms.record(old.record().id())).isEqualTo(old.record());
  }

  @Test
  void whatMayNotBeUsedMayNotBeRotated() {
    IssuedKey rotated = issue();
    rotate(rotated, DAY);
    assertConflict(rotated, "rotated already");
    IssuedKey disabled = issue();
    rooms.keys.setEnabled(disabled.record().id(), false, Rooms.ADMIN);
    assertConflict(disabled, "disabled or has ended");
    IssuedKey revoked = issue();
    rooms.keys.revoke(revoked.record().id(), null, Rooms.ADMIN);
    assertConflict(revoked, "disabled or has ended");
    IssuedKey derived =
        rooms
            .keys
            .derive(issue().record().id(), Set.of(), Duration.ofMinutes(1), Rooms.ADMIN)
            .orElseThrow();
    assertConflict(derived, "derived key");
    IssuedKey expired =
        rooms.keys.issue(Rooms.between(null, rooms.clock.now.plusSeconds(1)), Rooms.ADMIN);
    rooms.clock.now = rooms.clock.now.plusSeconds(1);
    assertConflict(expired, "disabled or has ended");
    assertThat(rooms.keys.rotate("0000000000aaaa", DAY, Rooms.ADMIN)).isEmpty();
    assertThat(rooms.keys.rotate("no id", DAY, Rooms.ADMIN)).isEmpty();
  }

  @Test
  void ofTwoRotationsAtOnceOneWins() throws Exception {
    IssuedKey old = issue();
    rooms.events();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Callable<Optional<IssuedKey>>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) all.add(() -> Optional.of(rotate(old, DAY)));
    int won = 0;
    try {
      for (Future<Optional<IssuedKey>> each : threads.invokeAll(all)) {
        try {
          if (each.get().isPresent()) won++;
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(KeyConflictException.class);
        }
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(won).isEqualTo(1);
    assertThat(rooms.events()).containsExactly("key.rotated " + old.record().id() + " by admin");
    assertThat(rooms.keys.list(KeyQuery.ALL, 10, null)).hasSize(2);
  }

  private void assertConflict(IssuedKey key, String sentence) {
    rooms.events();
    assertThatThrownBy(() -> rotate(key, DAY))
        .isInstanceOf(KeyConflictException.class)
        .hasMessageContaining(sentence);
    assertThat(rooms.events()).isEmpty();
  }

  private IssuedKey issue() {
    return rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
  }

  private IssuedKey rotate(IssuedKey key, Duration overlap) {
    return rooms.keys.rotate(key.record().id(), overlap, Rooms.ADMIN).orElseThrow();
  }
}
