package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Secret;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.CachedApiKeys;
import io.github.sallyport.store.StoreSettings.Source;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever becomes of the network to the database, the answer comes soon, and as soon as the
 * network is well again so are we. One class for each server runs it.
 */
@Timeout(60)
abstract class NetworkContract {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  // A statement's time-out, a second in which the database may say so, and a slow machine.
  private static final Duration SOON = Duration.ofSeconds(4);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  abstract int port();

  /** An empty database that nobody else uses. */
  abstract Source.Url newDatabase() throws SQLException;

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test // catalogue S01
  void aDatabaseThatGoesAwayIsAFaultUntilItIsBack() throws Exception {
    try (Cable cable = new Cable(port());
        Store store = Store.open(settings(over(cable)))) {
      ApiKeyRecord key = StoreContract.issue(store, "acme", null).record();
      cable.cut();
      for (int i = 0; i < 3; i++) unavailableSoon(() -> store.apiKeys().find(key.id()));
      unavailableSoon(() -> StoreContract.issue(store, "acme", null));
      unavailableSoon(() -> store.feed().read(0, 0).newest());
      cable.mend();
      wellAgain(store, key);
    }
  }

  @Test // catalogue S04
  void aNetworkThatSwallowsEverythingHoldsNobodyUp() throws Exception {
    try (Cable cable = new Cable(port());
        Store store = Store.open(settings(over(cable)))) {
      ApiKeyRecord key = StoreContract.issue(store, "acme", null).record();
      cable.swallow();
      // More than the pool has connections: those get none, which is the same fault.
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < 15; i++) {
        callers.add(threads.submit(() -> unavailableSoon(() -> store.apiKeys().find(key.id()))));
      }
      for (Future<?> caller : callers) caller.get();
      cable.mend();
      wellAgain(store, key);
    }
  }

  @Test // catalogue S04: whoever waits for the store holds up nobody whose key has a copy
  void aKeyThatHasACopyIsFoundAtOnceWhileManyWaitForAStoreThatIsSilent() throws Exception {
    CacheSettings cache =
        new CacheSettings(Duration.ofHours(1), 100, Duration.ofHours(1), Duration.ofHours(2));
    try (Cable cable = new Cable(port());
        Store store = Store.open(settings(over(cable)));
        Caches caches = Caches.open(cache, store.feed())) {
      CachedApiKeys keys = new CachedApiKeys(store.apiKeys(), caches);
      ApiKeyRecord cached = StoreContract.issue(store, "acme", null).record();
      ApiKeyRecord other = StoreContract.issue(store, "acme", null).record();
      assertThat(keys.find(cached.id())).contains(cached);
      cable.swallow();
      List<Future<?>> callers = new ArrayList<>();
      for (int i = 0; i < 15; i++) {
        callers.add(threads.submit(() -> unavailableSoon(() -> keys.find(other.id()))));
      }
      for (int i = 0; i < 1000; i++) assertThat(keys.find(cached.id())).contains(cached);
      assertThat(callers).as("still waiting").noneMatch(Future::isDone);
      for (Future<?> caller : callers) caller.get();
      cable.mend();
      wellAgain(store, cached);
      assertThat(keys.find(other.id())).contains(other);
    }
  }

  @Test // catalogue S23
  void aStartWhileTheDatabaseIsAwayOrSilentIsAFaultAndSoon() throws Exception {
    try (Cable cable = new Cable(port())) {
      Source.Url database = over(cable);
      cable.cut();
      unavailableSoon(() -> Store.open(settings(database)));
      cable.mend();
      cable.swallow();
      unavailableSoon(() -> Store.open(settings(database)));
      cable.mend();
      Store.open(settings(database)).close();
    }
  }

  private Source.Url over(Cable cable) throws SQLException {
    Source.Url database = newDatabase();
    String url = database.url().reveal().replace(":" + port(), ":" + cable.port());
    return new Source.Url(new Secret(url), database.username(), null);
  }

  private static StoreSettings settings(Source source) {
    return new StoreSettings(source, null, true, TIMEOUT);
  }

  private static void unavailableSoon(ThrowingCallable call) {
    long began = System.nanoTime();
    assertThatThrownBy(call).isInstanceOf(StoreUnavailableException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(SOON);
  }

  private static void wellAgain(Store store, ApiKeyRecord key) {
    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
        .untilAsserted(() -> assertThat(store.apiKeys().find(key.id())).contains(key));
    assertThat(StoreContract.issue(store, "acme", null)).isNotNull();
  }
}
