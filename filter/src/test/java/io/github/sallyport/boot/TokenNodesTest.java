package io.github.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.boot.RunningNode.Issued;
import io.github.sallyport.store.Postgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes are processes here, on one PostgreSQL: a token that is taken back on one is refused by the
 * other, which has let it in before. How soon is measured by {@link RevocationLag}.
 */
@Tag("slow")
class TokenNodesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NO_MORE = "401 token_revoked";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"0", "10000"}) // the other node remembers nothing; it remembers tokens
  void byTheFeedAloneWhatEndsATokenBindsOnTheOtherNode(String remembered) throws Exception {
    Map<String, String> settings =
        settings(
            RunningNode.settings(Postgres.newDatabase()),
            "SALLYPORT_JWT_CACHE_MAX_ENTRIES",
            remembered,
            "SALLYPORT_STORE_POLL",
            "PT1S");
    assertAllEndsBind(settings, settings);
  }

  @Test
  void byWakeUpsAloneTheyDoToo() throws Exception {
    Map<String, String> database = RunningNode.settings(Postgres.newDatabase());
    int[] ports = {Members.freePort(), Members.freePort()};
    assertAllEndsBind(clustered(database, ports[0], ports), clustered(database, ports[1], ports));
  }

  private Map<String, String> clustered(Map<String, String> database, int port, int[] all)
      throws Exception {
    return settings(
        database,
        "SALLYPORT_CLUSTER_PROVIDER",
        "hazelcast",
        "SALLYPORT_CLUSTER_URI",
        Members.configuration(folder, port, port, all),
        "SALLYPORT_STORE_POLL",
        "PT1H",
        "SALLYPORT_STORE_GRACE",
        "PT1H");
  }

  private static Map<String, String> settings(Map<String, String> common, String... more) {
    Map<String, String> settings = new LinkedHashMap<>(RunningNode.withTokens(common));
    for (int i = 0; i < more.length; i += 2) settings.put(more[i], more[i + 1]);
    return settings;
  }

  private static void assertAllEndsBind(Map<String, String> first, Map<String, String> second)
      throws Exception {
    try (RunningNode a = RunningNode.await(Child.start(Node.class, first));
        RunningNode b = RunningNode.await(Child.start(Node.class, second))) {
      Issued key = a.issue();
      Issued otherKey = a.issue();
      String named = a.token(key);
      String ofKey = a.token(key);
      String ofOtherKey = a.token(otherKey);
      String alice = a.login("alice");
      String bob = a.login("bob");
      for (String token : List.of(named, ofKey, ofOtherKey, alice, bob)) {
        // A key or a key set that is new may have to be heard of first.
        await().atMost(PATIENCE).until(() -> b.page(token), "200"::equals);
        assertThat(b.page(token)).isEqualTo("200");
      }

      a.revoke(named, key);
      awaitNoMore(b, named);
      a.revokeAll("alice");
      awaitNoMore(b, alice);
      assertThat(b.page(ofKey)).isEqualTo("200");
      a.revoke(key);
      awaitNoMore(b, ofKey);

      assertThat(b.page(ofOtherKey)).isEqualTo("200");
      assertThat(b.page(bob)).isEqualTo("200");
      assertThat(b.page(a.login("alice"))).isEqualTo("200");
      for (String token : List.of(named, alice, ofKey))
        assertThat(a.page(token)).isEqualTo(NO_MORE);
    }
  }

  private static void awaitNoMore(RunningNode node, String token) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> node.page(token),
            answer -> {
              assertThat(answer).isIn("200", NO_MORE);
              return answer.equals(NO_MORE);
            });
  }
}
