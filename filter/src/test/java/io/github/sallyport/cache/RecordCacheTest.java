package io.github.sallyport.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What every provider must make true. */
@ParameterizedClass
@EnumSource(CacheProvider.class)
@Timeout(30)
class RecordCacheTest {
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final Duration GRACE = Duration.ofHours(1);
  private static final String ID = "a";

  private final CacheProvider provider;
  private final HandFeed feed = new HandFeed();
  private final Map<String, Thing> table = new ConcurrentHashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Caches caches;
  private RecordCache<Thing> cache;

  private record Thing(long version) {}

  RecordCacheTest(CacheProvider provider) {
    this.provider = provider;
  }

  @BeforeEach
  void open() {
    caches =
        Caches.open(
            new CacheSettings(TTL, 1000, Duration.ofHours(1), GRACE, provider, null),
            feed,
            feed.nanos::get);
    cache = caches.records("things", "thing", Thing::version);
    table.put(ID, new Thing(1));
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    caches.close();
  }

  @Test
  void aRecordIsReadOnceAndThenServedByReference() {
    Thing first = find().orElseThrow();
    assertThat(find()).containsSame(first);
    assertThat(reads).hasValue(1);
  }

  @Test
  void anIdThatTheStoreDoesNotKnowIsAskedForAgainAfterSeconds() {
    table.clear();
    assertThat(find()).isEmpty();
    assertThat(find()).isEmpty();
    assertThat(reads).hasValue(1);
    table.put(ID, new Thing(1)); // past us, and past the feed
    feed.pass(Duration.ofSeconds(5));
    assertThat(find()).isEmpty();
    feed.pass(Duration.ofNanos(1));
    assertThat(find()).contains(new Thing(1));
  }

  @Test
  void anUnknownIdThatIsIssuedHereIsKnownAtOnce() {
    table.clear();
    assertThat(find()).isEmpty();
    change(1);
    assertThat(find()).contains(new Thing(1));
  }

  @Test
  void anUnknownIdThatIsIssuedElsewhereIsKnownWithTheFeed() {
    table.clear();
    assertThat(find()).isEmpty();
    put(1);
    told(1);
    assertThat(find()).contains(new Thing(1));
  }

  @Test
  void anIdThatIsIssuedWhileItIsLookedForIsNotTakenForUnknown() throws Exception {
    table.clear();
    Pause pause = new Pause();
    Future<Optional<Thing>> found = threads.submit(() -> find(pause));
    pause.reached();
    change(1);
    pause.go();
    assertThat(found.get()).contains(new Thing(1));
    assertThat(find()).contains(new Thing(1));
  }

  @Test
  void aLookUpThatLedNowhereIsMadeAgainWhenAnythingOfItsKindChanges() {
    RecordCache<String> lookUps = caches.lookUps("other keys", "thing");
    AtomicInteger asked = new AtomicInteger();
    Function<String, Optional<String>> nowhere =
        key -> {
          asked.incrementAndGet();
          return Optional.empty();
        };
    lookUps.find("text", nowhere);
    lookUps.find("text", nowhere);
    assertThat(asked).hasValue(1);
    told(1);
    assertThat(lookUps.find("text", key -> Optional.of(ID))).contains(ID);
    told(2);
    assertThat(lookUps.find("text", nowhere)).contains(ID); // where it leads never changes
    lookUps.find("another", nowhere);
    lookUps.forgetUnknown();
    lookUps.find("another", nowhere);
    assertThat(asked).hasValue(3);
  }

  @Test // catalogue G21
  void aFloodOfUnknownIdsIsKeptSmallAndDrivesNoRecordOut() {
    find();
    for (int i = 0; i < 20_000; i++) cache.find("unknown" + i, id -> Optional.empty());
    assertThat(find()).contains(new Thing(1));
    assertThat(reads).hasValue(1);
    AtomicInteger again = new AtomicInteger();
    for (int i = 0; i < 20_000; i++) {
      cache.find(
          "unknown" + i,
          id -> {
            again.incrementAndGet();
            return Optional.empty();
          });
    }
    assertThat(again.get()).isGreaterThanOrEqualTo(19_000);
  }

  @Test // catalogue S11
  void aProviderThatFailsCostsQueriesAndNeverServesAnOldRecord() {
    FailingCache provider = new FailingCache();
    RecordCache<Thing> failing = over(provider);
    assertThat(failing.find(ID, this::read)).contains(new Thing(1));
    assertThat(failing.find(ID, this::read)).contains(new Thing(1));
    assertThat(reads).hasValue(1);
    try (CapturedLog log = new CapturedLog("sallyport.cache")) {
      provider.failsToRead = true;
      assertThat(failing.find(ID, this::read)).contains(new Thing(1));
      assertThat(reads).hasValue(2);
      provider.failsToRead = false;
      provider.failsToWrite = true;
      put(2);
      failing.changed(ID, 2); // the old copy can't be taken away
      assertThat(failing.find(ID, this::read)).contains(new Thing(2));
      provider.failsToWrite = false;
      assertThat(failing.find(ID, this::read)).contains(new Thing(2));
      feed.pass(Duration.ofNanos(1));
      failing.find(ID, this::read);
      int before = reads.get();
      assertThat(failing.find(ID, this::read)).contains(new Thing(2));
      assertThat(reads).hasValue(before);
      assertThat(log.lines())
          .containsExactly("WARNING a copy can't be read, and is read from the store");
    }
  }

  @Test // catalogue S12
  void whatIsNoCopyOfOursIsNone() {
    FailingCache provider = new FailingCache();
    provider.entries.put(ID, "the old serial form");
    assertThat(over(provider).find(ID, this::read)).contains(new Thing(1));
  }

  @Test // catalogue S03
  void aRecordThatCanNotBeReadKeepsNoOtherFromBeingRead() {
    cache.find("b", id -> Optional.of(new Thing(1)));
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> cache.find(ID, RecordCacheTest::down));
    assertThat(cache.find("b", RecordCacheTest::down)).contains(new Thing(1));
    assertThat(find()).contains(new Thing(1)); // and leaves nothing behind
  }

  @Test // catalogue S21: a pause of the JVM, where nothing is decided yet
  void aPauseWhileACopyIsFetchedIsNoTimeInWhichItMayBeTrusted() {
    FailingCache provider = new FailingCache();
    RecordCache<Thing> pausing = over(provider);
    pausing.find(ID, this::read);
    provider.duringRead = () -> feed.pass(GRACE);
    assertThat(pausing.find(ID, this::read)).contains(new Thing(1));
    provider.duringRead = () -> feed.pass(Duration.ofNanos(1));
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> pausing.find(ID, this::read));
    assertThat(reads).hasValue(2); // the first, and the one of a copy that was too old
    provider.duringRead = () -> {};
    caches.feed().poll();
    assertThat(pausing.find(ID, this::read)).contains(new Thing(1));
  }

  @Test // catalogue S22
  void anErrorWhileARecordIsReadPassesOnAndLeavesNothingBehind() {
    assertThatExceptionOfType(OutOfMemoryError.class)
        .isThrownBy(
            () ->
                cache.find(
                    ID,
                    id -> {
                      throw new OutOfMemoryError("as if");
                    }));
    assertThat(find()).contains(new Thing(1));
  }

  private RecordCache<Thing> over(FailingCache provider) {
    return over(provider, new FailingCache());
  }

  private RecordCache<Thing> over(FailingCache provider, FailingCache unknown) {
    return new RecordCache<>(
        provider.proxy(),
        unknown.proxy(),
        RecordCache.Keys.IDS,
        caches.feed(),
        TTL,
        feed.nanos::get,
        Thing::version);
  }

  @Test
  void aChangeElsewhereDropsThatCopyAndNoOther() {
    find();
    cache.find("b", id -> Optional.of(new Thing(1)));
    put(2);
    told(2);
    assertThat(find()).contains(new Thing(2));
    assertThat(cache.find("b", RecordCacheTest::down)).contains(new Thing(1));
  }

  @Test
  void whatTheFeedSaysOfOurOwnChangeCostsNoRead() {
    find();
    change(2);
    told(2);
    assertThat(find()).contains(new Thing(2));
    assertThat(reads).hasValue(1);
  }

  @Test
  void aChangeElsewhereWhileTheRecordIsReadHasItReadAgain() throws Exception {
    Pause pause = new Pause();
    Future<Optional<Thing>> found = threads.submit(() -> find(pause));
    pause.reached();
    put(2);
    told(2);
    pause.go();
    assertThat(found.get()).contains(new Thing(2));
    assertThat(find()).contains(new Thing(2));
  }

  @Test
  void aChangeElsewhereThatIsHeardOfBeforeOurOlderOneHasEndedStays() throws Exception {
    Pause pause = new Pause();
    Future<?> slow =
        threads.submit(
            () ->
                cache.change(
                    ID,
                    () -> {
                      Thing made = put(2);
                      pause.here();
                      return made;
                    },
                    made -> made));
    pause.reached();
    put(3);
    told(3);
    pause.go();
    slow.get();
    assertThat(find()).contains(new Thing(3));
  }

  @Test // catalogue G27
  void manyWhoMissTheSameIdShareOneRead() throws Exception {
    Pause pause = new Pause();
    List<Future<Optional<Thing>>> found = new ArrayList<>();
    found.add(threads.submit(() -> find(pause)));
    pause.reached();
    for (int i = 0; i < 50; i++) found.add(threads.submit(() -> find(pause)));
    await().until(this::othersWait);
    pause.go();
    for (Future<Optional<Thing>> each : found) assertThat(each.get()).contains(new Thing(1));
    assertThat(reads).hasValue(1);
  }

  @Test
  void whoMissedBeforeAnotherReadAndTookItsTurnAfterThatReadsNothing() {
    for (Optional<Thing> there : List.of(Optional.of(new Thing(1)), Optional.<Thing>empty())) {
      FailingCache unknown = new FailingCache();
      RecordCache<Thing> slow = over(new FailingCache(), unknown);
      table.clear();
      there.ifPresent(thing -> table.put(ID, thing));
      reads.set(0);
      // Between the one's look, which finds nothing, and its turn another comes and goes.
      unknown.duringRead =
          () -> {
            unknown.duringRead = () -> {};
            assertThat(slow.find(ID, this::read)).isEqualTo(there);
          };
      assertThat(slow.find(ID, this::read)).isEqualTo(there);
      assertThat(reads).hasValue(1);
    }
  }

  @Test
  void aChangeBetweenAnothersReadAndOnesOwnTurnHasTheRecordReadAgain() {
    FailingCache provider = new FailingCache();
    FailingCache unknown = new FailingCache();
    RecordCache<Thing> slow = over(provider, unknown);
    // The other comes, and its record is changed when the one has it in hand and thinks of ending.
    unknown.duringRead =
        () -> {
          unknown.duringRead = () -> {};
          slow.find(ID, this::read);
          provider.afterRead =
              () -> {
                provider.afterRead = () -> {};
                put(2);
                slow.changed(ID, 2);
              };
        };
    assertThat(slow.find(ID, this::read)).contains(new Thing(2));
    assertThat(slow.find(ID, this::read)).contains(new Thing(2));
  }

  @Test
  void aChangeWhileTheRecordIsReadForTheFirstTimeHasItReadAgain() throws Exception {
    Pause pause = new Pause();
    Future<Optional<Thing>> found = threads.submit(() -> find(pause));
    pause.reached();
    change(2);
    pause.go();
    assertThat(found.get()).contains(new Thing(2));
    assertThat(find()).contains(new Thing(2));
    assertThat(reads).hasValue(2);
  }

  @Test
  void aChangeWhileACopyThatIsTooOldIsReadAgainIsSeenByAllWhoWaitForIt() throws Exception {
    for (boolean elsewhere : List.of(true, false)) {
      table.put(ID, new Thing(1));
      cache.clear();
      find();
      feed.pass(TTL.plusNanos(1));
      Pause pause = new Pause();
      Future<Optional<Thing>> first = threads.submit(() -> find(pause));
      pause.reached();
      Future<Optional<Thing>> second = threads.submit(() -> find());
      await().until(this::othersWait);
      if (elsewhere) {
        put(2);
        told(2);
      } else {
        change(2);
      }
      pause.go();
      assertThat(first.get()).contains(new Thing(2));
      assertThat(second.get()).contains(new Thing(2));
      assertThat(find()).contains(new Thing(2));
    }
  }

  @Test
  void aRecordThatWentWhileItWasReadIsNotPublished() throws Exception {
    Pause pause = new Pause();
    Future<Optional<Thing>> found = threads.submit(() -> find(pause));
    pause.reached();
    cache.change(ID, () -> table.remove(ID), gone -> null);
    pause.go();
    assertThat(found.get()).isEmpty();
    assertThat(find()).isEmpty();
  }

  @Test
  void anEmptyingWhileTheRecordIsReadHasItReadAgain() throws Exception {
    Pause pause = new Pause();
    Future<Optional<Thing>> found = threads.submit(() -> find(pause));
    pause.reached();
    table.put(ID, new Thing(2)); // another node's change
    feed.position.incrementAndGet();
    caches.feed().poll();
    pause.go();
    assertThat(found.get()).contains(new Thing(2));
    assertThat(find()).contains(new Thing(2));
  }

  @Test
  void anEmptyingDropsEveryCopy() {
    find();
    table.put(ID, new Thing(2));
    assertThat(find()).contains(new Thing(1));
    feed.position.incrementAndGet();
    caches.feed().poll();
    assertThat(find()).contains(new Thing(2));
  }

  @Test
  void aChangeOfOurOwnTakesTheCopysPlaceWithoutARead() {
    find();
    change(2);
    assertThat(find()).contains(new Thing(2));
    assertThat(reads).hasValue(1);
  }

  @Test
  void ofTwoChangesTheHigherVersionStaysInWhateverOrderTheyEnd() throws Exception {
    Pause pause = new Pause();
    Future<?> slow =
        threads.submit(
            () ->
                cache.change(
                    ID,
                    () -> {
                      Thing made = put(2);
                      pause.here();
                      return made;
                    },
                    made -> made));
    pause.reached();
    change(3);
    pause.go();
    slow.get();
    assertThat(find()).contains(new Thing(3));
  }

  @Test
  void aChangeThatAnEmptyingOvertookLeavesNoCopy() throws Exception {
    Pause pause = new Pause();
    Future<?> slow =
        threads.submit(
            () ->
                cache.change(
                    ID,
                    () -> {
                      Thing made = put(2);
                      pause.here();
                      return made;
                    },
                    made -> made));
    pause.reached();
    put(3); // another node's change, which the emptying is for
    feed.position.incrementAndGet();
    caches.feed().poll();
    pause.go();
    slow.get();
    assertThat(find()).contains(new Thing(3));
  }

  @Test
  void aChangeOfWhichNobodyKnowsWhetherItWasCommittedLeavesNoCopy() {
    find();
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(
            () ->
                cache.change(
                    ID,
                    () -> {
                      put(2);
                      throw new StoreUnavailableException("cut off at the commit");
                    },
                    made -> new Thing(1)));
    assertThat(find()).contains(new Thing(2));
  }

  @Test
  void aFailedReadFailsAllWhoWaitForItAndNobodyElse() throws Exception {
    Pause pause = new Pause();
    Future<Optional<Thing>> first = threads.submit(() -> cache.find(ID, id -> fail(pause)));
    pause.reached();
    Future<Optional<Thing>> second = threads.submit(() -> find());
    await().until(this::othersWait);
    pause.go();
    assertThat(first).failsWithin(Duration.ofSeconds(5));
    assertThat(second)
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableThat()
        .withCauseInstanceOf(StoreUnavailableException.class);
    assertThat(find()).contains(new Thing(1));
  }

  @Test
  void aCopyOlderThanItsTimeIsReadAgain() {
    find();
    table.put(ID, new Thing(2)); // written past us, without a word in the feed
    feed.pass(TTL);
    assertThat(find()).contains(new Thing(1));
    feed.pass(Duration.ofNanos(1));
    assertThat(find()).contains(new Thing(2));
  }

  @Test // catalogue S02
  void aCopyOlderThanItsTimeServesWhileTheStoreIsAwayButNotBeyondTheGrace() {
    find();
    feed.pass(TTL.plusNanos(1));
    assertThat(cache.find(ID, RecordCacheTest::down)).contains(new Thing(1));

    feed.down = true;
    caches.feed().poll();
    assertThat(find()).contains(new Thing(1));
    assertThat(reads).as("a store known to be away is not asked").hasValue(1);

    feed.pass(GRACE.minus(TTL));
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(this::find);
  }

  @Test
  void aCopyIsNotServedIfTheGraceEndedWhileTheStoreWasWaitedFor() {
    find();
    feed.pass(TTL.plusNanos(1));
    Duration left = GRACE.minus(TTL).minusNanos(1);
    assertThat(findDownAfter(left)).contains(new Thing(1));
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> findDownAfter(Duration.ofNanos(1)))
        .withMessageContaining("sallyport.store.grace");
  }

  private Optional<Thing> findDownAfter(Duration wait) {
    return cache.find(
        ID,
        id -> {
          feed.pass(wait);
          return down(id);
        });
  }

  @Test
  void beyondTheGraceNothingIsServedAndTheStoreIsNotAskedForWhatHasNoCopy() {
    feed.pass(GRACE.plusNanos(1));
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(this::find);
    assertThat(reads).hasValue(0);
    caches.feed().poll();
    assertThat(find()).contains(new Thing(1));
  }

  @Test // catalogue S01
  void withoutACopyAStoreThatIsAwayIsAFaultAndNotAnUnknownId() {
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> cache.find(ID, RecordCacheTest::down));
    assertThat(find()).contains(new Thing(1));
  }

  @Test
  void readersAndWritersInATumbleNeverSeeAnOlderRecordThanWasWrittenBeforeTheyAsked()
      throws Exception {
    Supplier<Optional<Thing>> held = cache.held(ID, this::read);
    List<Future<?>> all = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      boolean writes = t == 0;
      boolean empties = t == 1;
      all.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 20_000; i++) {
                  if (writes) change(i + 2);
                  if (empties && i % 50 == 0) {
                    feed.position.incrementAndGet();
                    caches.feed().poll();
                  }
                  long atLeast = written;
                  assertThat(find().orElseThrow().version()).isGreaterThanOrEqualTo(atLeast);
                  atLeast = written;
                  assertThat(held.get().orElseThrow().version()).isGreaterThanOrEqualTo(atLeast);
                }
                return null;
              }));
    }
    for (Future<?> each : all) each.get();
  }

  @Test
  void whatIsHeldIsReadOnceAndGivesWayToEveryChange() {
    Supplier<Optional<Thing>> held = cache.held(ID, this::read);
    assertThat(held.get()).contains(new Thing(1));
    Optional<Thing> hold = held.get();
    assertThat(held.get()).as("the very one, so that no provider was asked").isSameAs(hold);
    assertThat(reads).hasValue(1);

    change(2);
    assertThat(held.get()).contains(new Thing(2));
    assertThat(held.get()).contains(new Thing(2));
    put(3);
    told(3);
    assertThat(held.get()).contains(new Thing(3));
    put(4); // past us, and past the feed
    assertThat(held.get()).contains(new Thing(3));
    feed.position.incrementAndGet();
    caches.feed().poll();
    assertThat(held.get()).contains(new Thing(4));
    put(5);
    feed.pass(TTL);
    caches.feed().poll();
    assertThat(held.get()).contains(new Thing(4));
    feed.pass(Duration.ofNanos(1));
    assertThat(held.get()).contains(new Thing(5));
    cache.change(ID, () -> table.remove(ID), gone -> null);
    assertThat(held.get()).isEmpty();
  }

  @Test
  void whatIsHeldServesForTheGraceAndNoLonger() {
    Supplier<Optional<Thing>> held = cache.held(ID, this::read);
    assertThat(held.get()).contains(new Thing(1));
    feed.pass(TTL);
    caches.feed().poll();

    feed.pass(GRACE);
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(
            () -> {
              feed.pass(Duration.ofNanos(1));
              held.get();
            });
  }

  // Written by the one writer of the tumble; a change counts when change() has returned.
  private volatile long written;

  private void change(long version) {
    cache.change(ID, () -> put(version), made -> made);
    written = version;
  }

  /** The feed tells of a change, as if another node had made it. */
  private void told(long version) {
    feed.change("thing", ID, version);
    caches.feed().poll();
  }

  private Thing put(long version) {
    Thing made = new Thing(version);
    table.put(ID, made);
    return made;
  }

  private Optional<Thing> find() {
    return cache.find(ID, this::read);
  }

  /** Finds, and pauses in the first read, when it has its answer and has not given it yet. */
  private Optional<Thing> find(Pause pause) {
    return cache.find(
        ID,
        id -> {
          Optional<Thing> read = read(id);
          pause.here();
          return read;
        });
  }

  private Optional<Thing> read(String id) {
    reads.incrementAndGet();
    return Optional.ofNullable(table.get(id));
  }

  private static Optional<Thing> down(String id) {
    throw new StoreUnavailableException("down");
  }

  private static Optional<Thing> fail(Pause pause) {
    pause.here();
    return down(ID);
  }

  /** Tells whether somebody waits for another's load. */
  private boolean othersWait() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Stream::of)
        .anyMatch(
            frame ->
                frame.getMethodName().equals("await")
                    && frame.getClassName().startsWith(RecordCache.class.getName()));
  }

  /** Holds the first who comes until it may go. */
  private static final class Pause {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    void here() {
      reached.countDown();
      hold(go);
    }

    void reached() {
      hold(reached);
    }

    void go() {
      go.countDown();
    }

    private static void hold(CountDownLatch latch) {
      try {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
