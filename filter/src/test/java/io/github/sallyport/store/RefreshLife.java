package io.github.sallyport.store;

import com.zaxxer.hikari.HikariDataSource;
import io.github.sallyport.Secret;
import io.github.sallyport.Telemetry;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.token.RefreshTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that uses a refresh token, and stops at a step of that until it is killed there. */
final class RefreshLife {
  private RefreshLife() {}

  /**
   * Begins.
   *
   * @param arguments at how many steps to stop, and the token; then as for {@link KilledLife}
   */
  public static void main(String[] arguments) {
    int stop = Integer.parseInt(arguments[0]);
    List<String> where = List.of(arguments).subList(2, arguments.length);
    StoreSettings settings = KilledTest.settings(where);
    StoreSettings.Source.Url url =
        where.get(0).equals("h2")
            ? EmbeddedH2.in(Path.of(where.get(1)))
            : (StoreSettings.Source.Url) settings.source();
    Faults faults = new Faults(List.of());
    AtomicInteger steps = new AtomicInteger();
    try (HikariDataSource pool = Store.pool(settings, url, faults)) {
      Database database =
          new Database(
              Tap.on(
                  pool,
                  what -> {
                    if (steps.incrementAndGet() == stop) say("at " + what);
                  }),
              null,
              null,
              settings.queryTimeout(),
              faults,
              () -> {},
              Telemetry.NONE);
      new RefreshTokens(new JdbcRefresh(database), Duration.ofMinutes(10), event -> {})
          .use(new Secret(arguments[1]), Instant.now(), Actor.part("life"));
      say("done");
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
    try {
      Thread.sleep(Long.MAX_VALUE); // until it is killed
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
