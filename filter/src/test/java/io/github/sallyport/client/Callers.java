package io.github.sallyport.client;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.User;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Callers, and work that is done for them. */
final class Callers {
  static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  private Callers() {}

  static Caller key(String id, String... scopes) {
    return EstablishedCaller.byKey(
        new Application(
            id, id, false, "acme", null, "live", Set.of(scopes), Set.of("robot"), null, false),
        NOW);
  }

  /**
   * @param tokenId null: the token has no {@code jti}
   */
  static Caller user(String name, @Nullable String tokenId, String... scopes) {
    Map<String, @Nullable Object> claims = new LinkedHashMap<>();
    claims.put("iss", "https://idp.example");
    claims.put("sub", name);
    if (tokenId != null) claims.put("jti", tokenId);
    return EstablishedCaller.byToken(
        new User(
            name,
            name,
            "https://idp.example",
            tokenId,
            Set.of(scopes),
            Set.of(),
            claims,
            NOW,
            NOW.plusSeconds(3600)),
        NOW);
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
