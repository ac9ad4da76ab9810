package io.github.sallyport.cdi;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.User;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/** Callers for tests, and the way to be one of them. */
final class Callers {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private Callers() {}

  static Caller key(String... scopes) {
    return EstablishedCaller.byKey(
        new Application(
            "k1", "k1", false, "acme", null, "live", Set.of(scopes), Set.of(), null, false),
        NOW);
  }

  static Caller user(String name, String... roles) {
    return EstablishedCaller.byToken(
        new User(name, name, "iss", null, Set.of(), Set.of(roles), Map.of(), null, NOW), NOW);
  }

  static <T> T as(Caller caller, Callable<T> task) throws Exception {
    CurrentCaller.Scope scope = CurrentCaller.enter(caller);
    try {
      return task.call();
    } finally {
      scope.close();
    }
  }
}
