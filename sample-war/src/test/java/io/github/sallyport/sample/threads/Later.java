package io.github.sallyport.sample.threads;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Waits for what another thread answers. */
public final class Later {
  private static final int PATIENCE_SECONDS = 20;

  private Later() {}

  /** Runs work there, and tells what came of it: also what it threw, by its simple name. */
  public static String on(Executor there, Callable<String> work) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    there.execute(() -> answer.complete(outcomeOf(work)));
    return outcomeOf(() -> answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  /** What work answers, or the innermost thing that it throws. */
  public static String outcomeOf(Callable<String> work) {
    try {
      return work.call();
    } catch (Exception e) {
      Throwable innermost = e;
      while (innermost.getCause() != null) innermost = innermost.getCause();
      return innermost.getClass().getSimpleName();
    }
  }
}
