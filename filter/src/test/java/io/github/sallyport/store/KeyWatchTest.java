package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.key.KeyEdit;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.KeyWatch;
import io.github.sallyport.key.LastUse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of keys that near their end, and of those that nobody uses. */
class KeyWatchTest {
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path folder;
  private Rooms rooms;
  private final List<AuditEvent> told = new ArrayList<>();

  @BeforeEach
  void open() {
    rooms = new Rooms(folder);
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  @Test
  void anEndIsToldThirtySevenAndOneDaysBeforeAndOnceEachByOneOfTheNodes() {
    Instant end = rooms.clock.now.plus(Duration.ofDays(40));
    String id = issue(end);
    KeyWatch one = watch(null);
    KeyWatch other = watch(null);
    for (int day = 0; day < 42; day++) {
      one.look();
      other.look();
      rooms.clock.now = rooms.clock.now.plus(DAY);
    }
    assertThat(told)
        .extracting(e -> e.action() + " " + e.target() + " " + e.detail() + " " + left(e, end))
        .containsExactly(
            "key.ends-soon " + id + " ends " + end + " 30",
            "key.ends-soon " + id + " ends " + end + " 7",
            "key.ends-soon " + id + " ends " + end + " 1");
    assertThat(told).allMatch(e -> "sallyport".equals(e.by().name()));
  }

  @Test
  void ofAKeyThatIsIssuedWithLessAheadOnlyTheNearestIsTold() {
    issue(rooms.clock.now.plus(Duration.ofDays(5)));
    watch(null).look();
    watch(null).look();
    assertThat(told).hasSize(1);
  }

  @Test
  void anotherEndIsToldAnew() {
    String id = issue(rooms.clock.now.plus(Duration.ofHours(12)));
    watch(null).look();
    assertThat(told).hasSize(1);
    Instant end = rooms.clock.now.plus(Duration.ofDays(20));
    rooms.keys.change(
        id,
        OptionalLong.empty(),
        edit -> new KeyEdit(edit.terms().edit().expiresAt(end).build(), true),
        Rooms.ADMIN);
    watch(null).look();
    assertThat(told).extracting(AuditEvent::detail).contains("ends " + end).hasSize(2);
  }

  @Test
  void theEndByAgeIsToldToo() {
    String id = issue(null);
    Instant end = rooms.clock.now.plus(Duration.ofDays(30));
    watch(Duration.ofDays(31)).look();
    assertThat(told).isEmpty();
    watch(Duration.ofDays(30)).look();
    assertThat(told)
        .extracting(e -> e.target() + " " + e.detail())
        .containsExactly(id + " ends " + end);
  }

  @Test
  void ofKeysThatMayNotBeUsedAndOfDerivedOnesNothingIsTold() {
    Instant soon = rooms.clock.now.plus(Duration.ofHours(1));
    rooms.keys.setEnabled(issue(soon), false, Rooms.ADMIN);
    rooms.keys.revoke(issue(soon), null, Rooms.ADMIN);
    rooms.keys.derive(issue(null), Set.of(), Duration.ofMinutes(1), Rooms.ADMIN);
    issue(rooms.clock.now.minusSeconds(1));
    watch(null).look();
    assertThat(told).isEmpty();
  }

  @Test
  void aKeyThatNobodyUsedForNinetyDaysIsToldOnceAndAnewAfterAUse() {
    String id = issue(null);
    Instant issued = rooms.clock.now;
    rooms.clock.now = issued.plus(Duration.ofDays(90)).minusMillis(1);
    watch(null).look();
    assertThat(told).isEmpty();
    rooms.clock.now = issued.plus(Duration.ofDays(90));
    watch(null).look();
    watch(null).look();
    assertThat(told)
        .extracting(e -> e.action() + " " + e.target() + " " + e.detail())
        .containsExactly("key.unused " + id + " unused since " + issued);
    Instant used = rooms.clock.now;
    rooms.store.apiKeys().noteUse(id, new LastUse(used, null));
    watch(null).look();
    rooms.clock.now = used.plus(Duration.ofDays(90));
    watch(null).look();
    assertThat(told).extracting(AuditEvent::detail).hasSize(2).contains("unused since " + used);
  }

  @Test
  void ofAKeyThatHasEndedItIsNotToldThatNobodyUsesIt() {
    Instant issued = rooms.clock.now;
    issue(issued.plus(Duration.ofDays(80)));
    String good = issue(issued.plus(Duration.ofDays(200)));
    rooms.clock.now = issued.plus(Duration.ofDays(90));
    watch(null).look();
    assertThat(told)
        .extracting(e -> e.action() + " " + e.target())
        .containsExactly("key.unused " + good);
    issue(null);
    told.clear();
    rooms.clock.now = rooms.clock.now.plus(Duration.ofDays(90));
    watch(Duration.ofDays(90)).look();
    assertThat(told).isEmpty();
  }

  @Test
  void closingEndsTheThread() {
    KeyWatch watch = watch(null).start();
    assertThat(threads()).contains("sallyport-key-watch");
    watch.close();
    watch.close();
    await().untilAsserted(() -> assertThat(threads()).doesNotContain("sallyport-key-watch"));
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }

  private String issue(@Nullable Instant end) {
    return rooms.keys.issue(KeyTerms.of("acme").expiresAt(end).build(), Rooms.ADMIN).record().id();
  }

  private KeyWatch watch(@Nullable Duration maxAge) {
    return new KeyWatch(
        Rooms.keySettings(Rooms.KEYS.peppers(), maxAge),
        rooms.store.apiKeys(),
        told::add,
        rooms.clock);
  }

  private static long left(AuditEvent event, Instant end) {
    return Duration.between(event.time(), end).toDays();
  }
}
