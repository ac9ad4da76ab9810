package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.cache.ClusterSettings;
import io.github.sallyport.sample.Container.Issued;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two samples on one PostgreSQL: the variables of the store and of the cluster are all that the
 * second one needs. Tomcat's alone: it is the launcher that runs them.
 */
@Tag("tomcat")
class ClusterIT {
  private static final String WHOAMI = "/api/whoami";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path folder;

  @Test
  void aRevocationOnOneBindsOnTheOtherThatItWakes() throws IOException {
    int first = RunningSample.freePort();
    int second = RunningSample.freePort();
    try (EmbeddedPostgres database = EmbeddedPostgres.builder().start();
        RunningSample one = start("one", database, first, second);
        RunningSample two = start("two", database, second, first)) {
      Issued key = Container.issue(one.uri(), one.adminKey(), "\"scopes\":[]");
      get(two.uri(), WHOAMI).key(key.key()).send().isOk();
      // At once, or when the two have found each other later.
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(two.output()).containsPattern("the cluster (now )?has 2 members"));

      Container.revoke(one.uri(), one.adminKey(), key.id()).is(204);

      await()
          .atMost(PATIENCE)
          .until(() -> get(two.uri(), WHOAMI).key(key.key()).send().status() == 401);
    }
  }

  private RunningSample start(String name, EmbeddedPostgres database, int port, int other)
      throws IOException {
    String member =
        ClusterSettings.EXAMPLE
            .replace("5701", Integer.toString(port))
            .replace("10.0.0.11, 10.0.0.12", "127.0.0.1:" + port + ", 127.0.0.1:" + other)
            .replace("10.0.0.*", "127.0.0.1");
    return RunningSample.start(
        folder.resolve(name),
        "SALLYPORT_STORE_URL",
        "jdbc:postgresql://127.0.0.1:" + database.getPort() + "/postgres",
        "SALLYPORT_STORE_USERNAME",
        "postgres",
        "SALLYPORT_STORE_POLL",
        "PT1H", // so that nothing but the cluster tells of a change
        "SALLYPORT_CLUSTER_PROVIDER",
        "hazelcast",
        "SALLYPORT_CLUSTER_URI",
        Files.writeString(folder.resolve(name + ".yaml"), member).toString());
  }
}
