package io.github.sallyport;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is current, and for how long. */
class CurrentCallerTest {
  private final Caller alice = caller("alice");
  private final Caller bob = caller("bob");

  @AfterEach
  void nobodyIsLeftBehind() {
    assertThat(CurrentCaller.find()).isEmpty();
  }

  @Test
  void aCallerIsCurrentUntilItsScopeIsClosed() {
    CurrentCaller.Scope scope = CurrentCaller.enter(alice);
    assertThat(CurrentCaller.find()).containsSame(alice);

    scope.close();
    assertThat(CurrentCaller.find()).isEmpty();
  }

  @Test
  void anInnerScopeRestoresTheOuterCaller() {
    CurrentCaller.Scope outer = CurrentCaller.enter(alice);
    CurrentCaller.Scope inner = CurrentCaller.enter(bob);
    assertThat(CurrentCaller.find()).containsSame(bob);

    inner.close();
    assertThat(CurrentCaller.find()).containsSame(alice);
    outer.close();
  }

  @Test
  void aReplacedCallerEndsWithTheScopeToo() {
    CurrentCaller.Scope scope = CurrentCaller.enter(alice);
    CurrentCaller.replace(AnonymousCaller.INSTANCE);
    assertThat(CurrentCaller.find()).containsSame(AnonymousCaller.INSTANCE);

    scope.close();
    assertThat(CurrentCaller.find()).isEmpty();
  }

  @Test
  void nobodyIsCurrentUntilThatScopeIsClosed() {
    CurrentCaller.Scope outer = CurrentCaller.enter(alice);
    CurrentCaller.Scope inner = CurrentCaller.enterNobody();
    assertThat(CurrentCaller.find()).isEmpty();

    inner.close();
    assertThat(CurrentCaller.find()).containsSame(alice);
    outer.close();
  }

  @Test
  void outsideAScopeNobodyIsReplaced() {
    CurrentCaller.replace(alice);

    assertThat(CurrentCaller.find()).isEmpty();
  }

  @Test
  void anotherThreadHasNoCaller() throws Exception {
    CurrentCaller.Scope scope = CurrentCaller.enter(alice);
    try {
      assertThat(findOn(task -> task)).isEmpty();
    } finally {
      scope.close();
    }
  }

  @Test
  void wrapTakesTheCallerAlongAndLeavesNobodyInThePool() throws Exception {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      AtomicReference<Optional<Caller>> during = new AtomicReference<>(Optional.empty());
      AtomicReference<Optional<Caller>> after = new AtomicReference<>(Optional.of(bob));
      pool.submit(alice.wrap(() -> during.set(CurrentCaller.find()))).get();
      pool.submit(() -> after.set(CurrentCaller.find())).get();

      assertThat(during.get()).containsSame(alice);
      assertThat(after.get()).isEmpty();
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void wrapRestoresWhoeverWasCurrentAlsoWhenTheTaskThrows() {
    CurrentCaller.Scope scope = CurrentCaller.enter(bob);
    Runnable failing =
        alice.wrap(
            () -> {
              throw new IllegalStateException("failed");
            });

    assertThatThrownBy(failing::run).hasMessage("failed");

    assertThat(CurrentCaller.find()).containsSame(bob);
    scope.close();
  }

  @Test
  void aForwardingCallerTakesAlongTheCallerOfTheMomentAndNotItself() throws Exception {
    Caller injected = new Injected();
    CurrentCaller.Scope scope = CurrentCaller.enter(alice);
    try {
      assertThat(findOn(injected::wrap)).containsSame(alice);
    } finally {
      scope.close();
    }
  }

  @Test
  void aForwardingCallerAnswersAsTheOtherDoes() {
    CurrentCaller.Scope scope = CurrentCaller.enter(alice);
    try {
      Caller injected = new Injected();

      assertThat(injected.isAuthenticated()).isTrue();
      assertThat(injected.getName()).isEqualTo("alice");
      assertThat(injected.credentials()).isEqualTo(alice.credentials());
      assertThat(injected.application()).isEqualTo(alice.application());
      assertThat(injected.user()).isEqualTo(alice.user());
      assertThat(injected.scopes()).isEqualTo(alice.scopes());
      assertThat(injected.roles()).isEqualTo(alice.roles());
      assertThat(injected.claims()).isEqualTo(alice.claims());
      assertThat(injected.authenticatedAt()).isEqualTo(alice.authenticatedAt());
      assertThat(injected.expiresAt()).isEqualTo(alice.expiresAt());
      assertThatThrownBy(() -> injected.require("admin")).isInstanceOf(RefusedException.class);
      assertThatThrownBy(() -> injected.requireRole("admin")).isInstanceOf(RefusedException.class);
    } finally {
      scope.close();
    }
  }

  /** Runs on a thread of its own, and tells who was current there. */
  private static Optional<Caller> findOn(UnaryOperator<Runnable> wrapping)
      throws InterruptedException {
    AtomicReference<Optional<Caller>> found = new AtomicReference<>(Optional.empty());
    Thread thread = new Thread(wrapping.apply(() -> found.set(CurrentCaller.find())));
    thread.start();
    thread.join();
    return requireNonNull(found.get());
  }

  private static Caller caller(String keyId) {
    return EstablishedCaller.byKey(
        new Application(
            keyId,
            keyId,
            false,
            "acme",
            null,
            "live",
            Set.of("read"),
            Set.of("batch"),
            null,
            false),
        Instant.EPOCH);
  }

  /** Asks for the current caller at each call, as an injected one does. */
  private static final class Injected implements ForwardingCaller {
    @Override
    public Caller caller() {
      return CurrentCaller.find().orElseThrow();
    }
  }
}
