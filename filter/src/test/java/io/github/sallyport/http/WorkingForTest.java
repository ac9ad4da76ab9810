package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditedRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.eclipse.microprofile.context.ThreadContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whom the threads of executors work for, by both standards that take it along. */
class WorkingForTest {
  private static final ExecutorService POOL = Executors.newSingleThreadExecutor();
  private static final String NOBODY = "nobody in no request";
  private static final int MANY = 5_000;

  /** A provider as a container finds it, and what a container asks of it. */
  enum Standard {
    CONCURRENCY {
      @Override
      Snapshot take(boolean cleared) {
        var provider =
            ServiceLoader.load(jakarta.enterprise.concurrent.spi.ThreadContextProvider.class)
                .findFirst()
                .orElseThrow();
        assertThat(provider.getThreadContextType()).isEqualTo("Sallyport");
        var snapshot =
            cleared ? provider.clearedContext(Map.of()) : provider.currentContext(Map.of());
        return () -> snapshot.begin()::endContext;
      }
    },
    PROPAGATION {
      @Override
      Snapshot take(boolean cleared) {
        var provider = new PropagationContext();
        assertThat(provider.getThreadContextType()).isEqualTo("Sallyport");
        var snapshot =
            cleared ? provider.clearedContext(Map.of()) : provider.currentContext(Map.of());
        return () -> snapshot.begin()::endContext;
      }
    };

    abstract Snapshot take(boolean cleared);
  }

  /** What is done before a task; its answer, after it. */
  private interface Snapshot {
    Runnable begin();

    default String seenUnder() {
      Runnable end = begin();
      try {
        return seen();
      } finally {
        end.run();
      }
    }
  }

  private static String seen() {
    String who = CurrentCaller.find().map(Caller::getName).orElse("nobody");
    String where = AuditedRequest.current().map(r -> r.actor().requestId()).orElse("no request");
    return who + " in " + where;
  }

  /** Does work in a request of this caller. */
  private static <T> T by(String keyId, Supplier<T> work) {
    Caller caller =
        EstablishedCaller.byKey(
            new Application(
                keyId, keyId, false, "acme", null, "live", Set.of("read"), Set.of(), null, false),
            Instant.EPOCH);
    Actor actor = new Actor(keyId, keyId + "'s request", "192.0.2.1", "GET", "/");
    CurrentCaller.Scope callers = CurrentCaller.enter(caller);
    AuditedRequest.Scope requests =
        new AuditedRequest(event -> {}, actor, caller, Clock.systemUTC()).enter();
    try {
      return work.get();
    } finally {
      requests.close();
      callers.close();
    }
  }

  @AfterEach
  void nobodyIsLeftBehind() throws Exception {
    assertThat(seen()).isEqualTo(NOBODY);
    assertThat(POOL.submit(WorkingForTest::seen).get()).isEqualTo(NOBODY);
  }

  @AfterAll
  static void stop() {
    POOL.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource
  void aTaskWorksForWhoeverSubmittedItAlsoWhenTheRequestHasEnded(Standard standard)
      throws Exception {
    Snapshot alice = by("alice", () -> standard.take(false));

    assertThat(POOL.submit(alice::seenUnder).get()).isEqualTo("alice in alice's request");
    assertThat(POOL.submit(alice::seenUnder).get()).isEqualTo("alice in alice's request");
  }

  @ParameterizedTest
  @EnumSource
  void whoeverWasThereBeforeIsRestored(Standard standard) {
    Snapshot alice = by("alice", () -> standard.take(false));

    String seen = by("bob", () -> alice.seenUnder() + ", then " + seen());

    assertThat(seen).isEqualTo("alice in alice's request, then bob in bob's request");
  }

  @ParameterizedTest
  @EnumSource
  void whatNobodySubmittedAndWhatIsClearedWorksForNobody(Standard standard) {
    Snapshot nobodys = standard.take(false);
    Snapshot cleared = by("alice", () -> standard.take(true));

    for (Snapshot each : List.of(nobodys, cleared)) {
      assertThat(by("bob", () -> each.seenUnder() + ", then " + seen()))
          .isEqualTo(NOBODY + ", then bob in bob's request");
    }
  }

  @ParameterizedTest
  @EnumSource
  void tasksOfOneRequestShareNoAccessOfAudit(Standard standard) {
    List<AuditedRequest> seen = new ArrayList<>();
    by(
        "alice",
        () -> {
          seen.add(AuditedRequest.current().orElseThrow());
          Snapshot alice = standard.take(false);
          for (int i = 0; i < 2; i++) {
            Runnable end = alice.begin();
            seen.add(AuditedRequest.current().orElseThrow());
            end.run();
          }
          return seen;
        });

    assertThat(seen).doesNotHaveDuplicates().hasSize(3);
  }

  @Test
  void aManagedExecutorOfMicroProfileTakesTheCallerAlongAndMixesNobodyUp() throws Exception {
    ManagedExecutor executor = ManagedExecutor.builder().maxAsync(2).build();
    try {
      List<Future<String>> tasks = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        tasks.add(executor.submit(WorkingForTest::seen));
        for (String who : List.of("alice", "bob")) {
          tasks.add(by(who, () -> executor.submit(WorkingForTest::seen)));
        }
      }

      for (int i = 0; i < tasks.size(); i += 3) {
        assertThat(tasks.get(i).get()).isEqualTo(NOBODY);
        assertThat(tasks.get(i + 1).get()).isEqualTo("alice in alice's request");
        assertThat(tasks.get(i + 2).get()).isEqualTo("bob in bob's request");
      }
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void aStageOfMicroProfileWorksForWhoeverMadeItNotForWhoeverCompletesIt() throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    ThreadContext context = ThreadContext.builder().propagated("Sallyport").build();
    CompletableFuture<String> second =
        by("alice", () -> first.thenApply(context.contextualFunction(x -> x + seen())));

    by("bob", () -> first.complete("it was "));

    assertThat(second.get()).isEqualTo("it was alice in alice's request");
  }
}
