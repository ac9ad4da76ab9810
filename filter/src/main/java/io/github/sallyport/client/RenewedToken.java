package io.github.sallyport.client;

import io.github.sallyport.Secret;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One token that is always good, if it can be had. It is fetched when it is asked for; from 80 % of
 * its life on a new one is fetched beside the calls, which go on with the old one as long as that
 * lives. Whoever must wait waits for the one fetch that runs. Safe for use by many threads.
 */
final class RenewedToken {
  private static final System.Logger LOG = System.getLogger("sallyport.client");
  private static final int RENEWED_AT_PERCENT = 80;
  private static final Duration PAUSE_AFTER_FAULT = Duration.ofSeconds(5);

  /** How long a token is kept that took the place of a refused one: it is not at fault. */
  private static final Duration TRUST_IN_SUCCESSOR = Duration.ofMinutes(1);

  private final Supplier<CompletableFuture<Granted>> endpoint;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Held held; // guarded by lock
  private @Nullable CompletableFuture<Secret> running; // guarded by lock
  private Instant notBefore = Instant.MIN; // guarded by lock
  private boolean refusedBefore; // guarded by lock

  /**
   * @param endpoint fetches a token; what it hands out always completes, with an {@link
   *     IOException} of ours if there is none
   */
  RenewedToken(Supplier<CompletableFuture<Granted>> endpoint, Clock clock) {
    this.endpoint = endpoint;
    this.clock = clock;
  }

  /**
   * @param trustedUntil before this moment it is not forgotten; null: it may be at any
   */
  private record Held(
      Secret text, Instant renewAt, Instant endsAt, @Nullable Instant trustedUntil) {}

  /**
   * The token.
   *
   * @throws IOException with a sentence of ours, if there is none that is good
   */
  Secret get() throws IOException {
    CompletableFuture<Secret> fetch;
    lock.lock();
    try {
      Instant now = clock.instant();
      Held known = held;
      if (known != null && now.isBefore(known.renewAt())) return known.text();
      if (known != null && now.isBefore(known.endsAt())) {
        if (running == null && !now.isBefore(notBefore)) {
          CompletableFuture<Secret> unused = start(now);
        }
        return known.text();
      }
      fetch = running == null ? start(now) : running;
    } finally {
      lock.unlock();
    }
    return await(fetch);
  }

  /** Fetches; the caller holds the lock. What is fetched lives from before the fetch on. */
  private CompletableFuture<Secret> start(Instant now) {
    CompletableFuture<Secret> fetch = new CompletableFuture<>();
    running = fetch;
    CompletableFuture<Granted> unused =
        ask().whenComplete((granted, fault) -> end(fetch, now, granted, fault));
    return fetch;
  }

  private CompletableFuture<Granted> ask() {
    try {
      return endpoint.get();
    } catch (RuntimeException e) {
      // Else all who ask later would wait for this one.
      return CompletableFuture.failedFuture(e);
    }
  }

  private void end(
      CompletableFuture<Secret> fetch,
      Instant began,
      @Nullable Granted granted,
      @Nullable Throwable fault) {
    lock.lock();
    try {
      running = null;
      if (granted == null) notBefore = clock.instant().plus(PAUSE_AFTER_FAULT);
      else hold(granted, began);
    } finally {
      lock.unlock();
    }
    if (granted != null) {
      fetch.complete(granted.text());
      return;
    }
    Throwable why =
        fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
    if (why == null) throw new AssertionError("neither a token nor a fault");
    LOG.log(Level.DEBUG, "no token could be fetched: {0}", why.getMessage());
    fetch.completeExceptionally(why);
  }

  private void hold(Granted granted, Instant began) {
    Duration life = granted.lifetime();
    held =
        new Held(
            granted.text(),
            began.plus(life.multipliedBy(RENEWED_AT_PERCENT).dividedBy(100)),
            began.plus(life),
            refusedBefore ? began.plus(TRUST_IN_SUCCESSOR) : null);
    refusedBefore = false;
  }

  private static Secret await(CompletableFuture<Secret> fetch) throws IOException {
    try {
      return fetch.get();
    } catch (ExecutionException e) {
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new IOException(why.getMessage(), why);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a token");
    }
  }

  /**
   * Forgets a token that was refused, so that the next call fetches another. If that one is refused
   * too, it stays for a while: else each call of a service that refuses everything would be one of
   * the token endpoint too.
   */
  void forget(Secret refused) {
    lock.lock();
    try {
      Held known = held;
      if (known == null || known.text() != refused) return;
      Instant trusted = known.trustedUntil();
      if (trusted != null && clock.instant().isBefore(trusted)) return;
      held = null;
      refusedBefore = true;
    } finally {
      lock.unlock();
    }
  }
}
