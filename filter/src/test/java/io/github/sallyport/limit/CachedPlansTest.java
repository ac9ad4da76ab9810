package io.github.sallyport.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.ChangeSource;
import io.github.sallyport.cache.Changes;
import io.github.sallyport.store.Store;
import io.github.sallyport.store.StoreSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with copies of their own, on one store. */
class CachedPlansTest {
  private static final Actor ADMIN = Actor.part("admin");
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final Plan PRO = new Plan("pro", List.of(Limit.of(9, Duration.ofSeconds(1))));
  private static final Plan MORE = new Plan("pro", List.of(Limit.of(99, Duration.ofSeconds(1))));

  @TempDir Path folder;

  private Store store;
  private Node here;
  private Node there;

  @BeforeEach
  void open() {
    store =
        Store.open(
            new StoreSettings(
                new StoreSettings.Source.Embedded(folder), null, true, Duration.ofSeconds(10)));
    here = new Node();
    there = new Node();
  }

  @AfterEach
  void close() {
    here.caches.close();
    there.caches.close();
    store.close();
  }

  private final class Node implements ChangeSource, PlanStore {
    final AtomicLong nanos = new AtomicLong();
    final AtomicInteger read = new AtomicInteger();
    volatile boolean down;
    final Caches caches =
        Caches.open(
            new CacheSettings(Duration.ofMinutes(5), 100, Duration.ofMillis(20), GRACE),
            this,
            nanos::get);
    final Plans plans =
        new Plans(
            LimitSettings.NONE, new CachedPlans(this, caches), event -> {}, Clock.systemUTC());

    @Override
    public Changes read(long from, int limit) {
      if (down) throw new StoreUnavailableException("down");
      return store.feed().read(from, limit);
    }

    @Override
    public void prune(long upTo) {
      store.feed().prune(upTo);
    }

    @Override
    public PlanSet read() {
      read.incrementAndGet();
      if (down) throw new StoreUnavailableException("down");
      return store.plans().read();
    }

    @Override
    public List<String> seed(List<PlanRecord> wanted) {
      return store.plans().seed(wanted);
    }

    @Override
    public PlanSet change(String name, Function<Optional<PlanRecord>, Optional<PlanRecord>> step) {
      return store.plans().change(name, step);
    }

    Optional<Plan> pro() {
      return plans.all().find("pro").map(PlanRecord::plan);
    }
  }

  @Test
  void whereAuditHasNoRoomNothingIsChanged() {
    AuditSink full =
        new AuditSink() {
          @Override
          public void record(AuditEvent event) {
            throw new AssertionError("a change takes its place before");
          }

          @Override
          public Place reserve() {
            throw new StoreUnavailableException("no room");
          }
        };
    here.plans.put(PRO, OptionalLong.empty(), ADMIN);
    Plans unaudited = new Plans(LimitSettings.NONE, here, full, Clock.systemUTC());
    assertThatThrownBy(() -> unaudited.put(MORE, OptionalLong.empty(), ADMIN))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> unaudited.delete("pro", OptionalLong.empty(), name -> false, ADMIN))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(here.pro()).contains(PRO);
    assertThat(here.plans.delete("pro", OptionalLong.empty(), name -> false, ADMIN)).isTrue();
    assertThat(here.pro()).isEmpty();
  }

  @Test
  void aChangeBindsHereAtOnceAndThereByTheFeed() {
    assertThat(here.pro()).isEmpty();
    assertThat(there.pro()).isEmpty();

    here.plans.put(PRO, OptionalLong.empty(), ADMIN);
    assertThat(here.pro()).contains(PRO);
    await().until(there::pro, Optional.of(PRO)::equals);
    there.plans.put(MORE, OptionalLong.of(1), ADMIN);
    assertThat(there.pro()).contains(MORE);
    await().until(here::pro, Optional.of(MORE)::equals);
    here.plans.delete("pro", OptionalLong.empty(), name -> false, ADMIN);
    assertThat(here.pro()).isEmpty();
    await().until(there::pro, Optional.empty()::equals);
  }

  @Test
  void aRequestReadsNoPlanFromTheStore() {
    here.plans.put(PRO, OptionalLong.empty(), ADMIN);
    int before = here.read.get();

    for (int i = 0; i < 1_000; i++) assertThat(here.pro()).contains(PRO);

    assertThat(here.read.get() - before).isLessThan(5);
  }

  @Test
  void withoutTheStoreCopiesServeForTheGraceAndThenNothing() {
    here.plans.put(PRO, OptionalLong.empty(), ADMIN);
    assertThat(here.pro()).contains(PRO);
    here.down = true;

    assertThat(here.pro()).contains(PRO);
    here.nanos.addAndGet(GRACE.toNanos() + 1);
    await()
        .untilAsserted(
            () -> assertThatThrownBy(here::pro).isInstanceOf(StoreUnavailableException.class));
    here.down = false;
    await().ignoreExceptions().until(here::pro, Optional.of(PRO)::equals);
  }

  @Test
  void ofWhatNoPlanIsThereForTheLeastOfEverythingHolds() {
    PlanSet all =
        PlanSet.of(
            List.of(
                new Plan("a", List.of(Limit.of(5, Duration.ofSeconds(1))), null, 9),
                new Plan("b", List.of(), Quota.parse("3000/P1M@7"), 4),
                new Plan("c", List.of(), Quota.parse("50/P1D"), null)));

    assertThat(all.leastOfAll())
        .isEqualTo(
            new Plan(
                "unknown", List.of(Limit.of(5, Duration.ofSeconds(1))), Quota.parse("50/P1D"), 4));
    assertThat(PlanSet.of(List.of()).leastOfAll()).isNull();
  }
}
