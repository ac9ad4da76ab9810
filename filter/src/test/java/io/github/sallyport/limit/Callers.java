package io.github.sallyport.limit;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.User;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who calls, as far as a limiter looks at it. */
final class Callers {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private Callers() {}

  static Caller key(String id, String lineage, @Nullable String plan) {
    return EstablishedCaller.byKey(application(id, lineage, false, plan), NOW);
  }

  static Caller key(String lineage, @Nullable String plan) {
    return key(lineage, lineage, plan);
  }

  static Caller publishable(String id, String lineage, String plan) {
    return EstablishedCaller.byKey(application(id, lineage, true, plan), NOW);
  }

  static Caller user(String issuer, String subject) {
    return EstablishedCaller.byToken(named(issuer, subject), NOW);
  }

  static Caller both(String lineage, @Nullable String plan, String issuer, String subject) {
    return EstablishedCaller.byBoth(
        application(lineage, lineage, false, plan), named(issuer, subject), NOW);
  }

  private static Application application(
      String id, String lineage, boolean publishable, @Nullable String plan) {
    return new Application(
        id, lineage, publishable, "acme", plan, "live", Set.of(), Set.of(), null, false);
  }

  private static User named(String issuer, String subject) {
    return new User(subject, subject, issuer, null, null, Set.of(), Map.of(), null, NOW);
  }
}
