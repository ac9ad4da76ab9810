package io.github.sallyport.client;

import static io.github.sallyport.client.Callers.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Secret;
import io.github.sallyport.testing.HandClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** When a token is fetched; each fetch ends when the test says so. */
class RenewedTokenTest {
  private static final Duration LIFE = Duration.ofSeconds(100);

  private final HandClock clock = new HandClock(NOW);
  private final List<CompletableFuture<Granted>> fetches = new CopyOnWriteArrayList<>();
  private boolean answers = true;
  private final RenewedToken token =
      new RenewedToken(
          () -> {
            CompletableFuture<Granted> fetch = new CompletableFuture<>();
            fetches.add(fetch);
            if (answers) give(fetches.size());
            return fetch;
          },
          clock);

  /** Ends the fetch of this number, from 1 on, with a token that is called as the number. */
  private void give(int number) {
    fetches.get(number - 1).complete(new Granted(new Secret("t" + number), LIFE));
  }

  private void fail(int number) {
    fetches.get(number - 1).completeExceptionally(new IOException("as if"));
  }

  private String get() throws IOException {
    return token.get().reveal();
  }

  private void at(long seconds) {
    clock.now = NOW.plusSeconds(seconds);
  }

  @Test
  void itIsFetchedOnceAndKeptToFourFifthsOfItsLife() throws Exception {
    assertThat(get()).isEqualTo("t1");
    clock.now = NOW.plusMillis(79_999);
    assertThat(get()).isEqualTo("t1");
    assertThat(fetches).hasSize(1);
    at(80);
    get();
    assertThat(get()).isEqualTo("t2");
    assertThat(fetches).hasSize(2);
  }

  @Test
  void theOldOneServesWhileTheNextIsFetched() throws Exception {
    get();
    answers = false;
    at(80);
    assertThat(get()).isEqualTo("t1");
    assertThat(get()).isEqualTo("t1");
    assertThat(fetches).hasSize(2);
    give(2);
    assertThat(get()).isEqualTo("t2");
  }

  @Test
  void theOldOneServesWhereTheEndpointFailsAndTheNextTryIsFiveSecondsLater() throws Exception {
    get();
    answers = false;
    at(80);
    get();
    fail(2);
    clock.now = NOW.plusMillis(84_999);
    assertThat(get()).isEqualTo("t1");
    assertThat(fetches).hasSize(2);
    at(85);
    assertThat(get()).isEqualTo("t1");
    assertThat(fetches).hasSize(3);
    fail(3);
    clock.now = NOW.plusMillis(99_999);
    assertThat(get()).isEqualTo("t1");
    fail(4);
  }

  @Test
  void aTokenThatHasEndedServesNobody() throws Exception {
    get();
    at(100);
    assertThat(get()).isEqualTo("t2");
  }

  @Test
  void whereThereIsNoneTheFaultIsToldAndTheNextCallTriesAgain() throws Exception {
    answers = false;
    CompletableFuture<Void> failing = CompletableFuture.runAsync(this::failTheFirst);
    assertThatThrownBy(this::get).isInstanceOf(IOException.class).hasMessage("as if");
    failing.get();
    answers = true;
    assertThat(get()).isEqualTo("t2");
  }

  private void failTheFirst() {
    while (fetches.isEmpty()) Thread.onSpinWait();
    fail(1);
  }

  @Test
  void itsLifeCountsFromBeforeTheFetch() throws Exception {
    get();
    answers = false;
    at(80);
    get();
    at(95);
    give(2); // which began at 80
    at(159);
    answers = true;
    assertThat(get()).isEqualTo("t2");
    assertThat(fetches).hasSize(2);
    at(160);
    get();
    assertThat(fetches).hasSize(3);
  }

  @Test
  void aRefusedOneIsForgotten() throws Exception {
    Secret first = token.get();
    token.forget(first);
    assertThat(get()).isEqualTo("t2");
  }

  @Test
  void aLateRefusalOfTheOldOneDoesNotTakeTheNewOne() throws Exception {
    Secret first = token.get();
    token.forget(first);
    get();
    token.forget(first);
    assertThat(get()).isEqualTo("t2");
    assertThat(fetches).hasSize(2);
  }

  @Test
  void whatTookTheRefusedOnesPlaceStaysForAMinuteIfItIsRefusedToo() throws Exception {
    token.forget(token.get());
    clock.now = NOW.plusMillis(59_999);
    assertThat(get()).isEqualTo("t2");
    clock.now = NOW.plusMillis(59_999 + 59_999);
    token.forget(token.get());
    assertThat(fetches).hasSize(2);
    assertThat(get()).isEqualTo("t2");
    clock.now = NOW.plusMillis(59_999 + 60_000);
    token.forget(token.get());
    assertThat(get()).isEqualTo("t3");
  }

  @Test
  void whatGoesWrongBeforeTheFetchLeavesNobodyWaiting() throws Exception {
    RenewedToken broken =
        new RenewedToken(
            () -> {
              throw new IllegalStateException("as if");
            },
            clock);
    assertThatThrownBy(broken::get).isInstanceOf(IOException.class).hasMessage("as if");
    assertThatThrownBy(broken::get).isInstanceOf(IOException.class).hasMessage("as if");
  }
}
