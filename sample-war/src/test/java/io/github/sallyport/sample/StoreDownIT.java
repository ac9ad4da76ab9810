package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.sample.Container.Issued;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.h2.tools.Server;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database that goes away and comes back, under a sample that runs. Tomcat's alone: it is the
 * launcher that runs it.
 */
@Tag("tomcat")
class StoreDownIT {
  private static final String WHOAMI = "/api/whoami";
  private static final Duration GRACE = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path data;

  @Test
  void keysInUseGoOnForTheGraceAndNoLongerAndNothingElseIsToldThatItIsUnknown() throws Exception {
    int port = RunningSample.freePort();
    Server database = database(port);
    String[] settings = {
      "SALLYPORT_STORE_URL",
      "jdbc:h2:tcp://localhost:" + port + "/./keys;WRITE_DELAY=0",
      "SALLYPORT_STORE_USERNAME",
      "sample",
      "SALLYPORT_STORE_PASSWORD",
      "a-password-of-the-tests",
      "SALLYPORT_STORE_POLL",
      "PT0.5S",
      "SALLYPORT_STORE_QUERY_TIMEOUT",
      "PT1S",
      "SALLYPORT_STORE_GRACE",
      GRACE.toString()
    };
    Issued used;
    Issued unused;
    try (RunningSample sample = RunningSample.start(data, settings)) {
      used = Container.issue(sample.uri(), sample.adminKey(), "\"scopes\":[]");
      unused = Container.issue(sample.uri(), sample.adminKey(), "\"scopes\":[]");
      sample.terminate();
    }
    try (RunningSample sample = RunningSample.start(data, settings)) {
      get(sample.uri(), WHOAMI).key(used.key()).send().isOk();

      database.stop();

      get(sample.uri(), WHOAMI).key(used.key()).send().isOk();
      assertThat(
              get(sample.uri(), WHOAMI)
                  .key(unused.key())
                  .send()
                  .isRefusal(503, "store_unavailable")
                  .value("Retry-After"))
          .matches("[1-9][0-9]*");
      await()
          .atMost(PATIENCE)
          .until(() -> get(sample.uri(), WHOAMI).key(used.key()).send().status() != 200);
      get(sample.uri(), WHOAMI).key(used.key()).send().isRefusal(503, "store_unavailable");
      get(sample.uri(), "/public/ping").send().isOk();

      database = database(port);

      await()
          .atMost(PATIENCE)
          .until(() -> get(sample.uri(), WHOAMI).key(used.key()).send().status() == 200);
      get(sample.uri(), WHOAMI).key(unused.key()).send().isOk();
    } finally {
      database.stop();
    }
  }

  private Server database(int port) throws SQLException {
    return Server.createTcpServer(
            "-tcpPort",
            String.valueOf(port),
            "-ifNotExists",
            "-baseDir",
            data.resolve("database").toString())
        .start();
  }
}
