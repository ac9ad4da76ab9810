package io.github.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.boot.RunningNode.Issued;
import io.github.sallyport.store.Cable;
import io.github.sallyport.store.Postgres;
import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes are processes here, each with the whole of a deployment, on one PostgreSQL. What is shown
 * is that a revocation binds everywhere, by a wake-up or without one; how fast is measured by
 * {@link RevocationLag}, and not in a build.
 */
@Tag("slow")
class NodesTest {
  /** So long that within a test nothing comes about by it. */
  private static final String NEVER = "PT1H";

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** What is promised, and what a machine that does other things takes on top of it. */
  private static final Duration PROMISE = POLL.plus(TIMEOUT).plusSeconds(8);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) opened.get(i).close();
  }

  @Test
  void byWakeUpsAloneThreeNodesAgreeAndOneThatCannotReadWhatItHearsOfRefuses() throws Exception {
    Source.Url database = Postgres.newDatabase();
    Cable store = opened(new Cable(Postgres.port()));
    int[] ports = {Members.freePort(), Members.freePort(), Members.freePort()};
    List<Map<String, String>> settings = new ArrayList<>();
    for (int port : ports) {
      Source.Url way = port == ports[2] ? Postgres.through(store.port(), database) : database;
      settings.add(clustered(way, Members.configuration(folder, port, port, ports), NEVER, NEVER));
    }
    List<RunningNode> nodes = start(settings);
    awaitMembers(3, nodes);
    RunningNode a = nodes.get(0);
    RunningNode b = nodes.get(1);
    RunningNode c = nodes.get(2);

    assertThat(Revocations.lags(a, b, 30, Duration.ZERO)).hasSize(30);
    Issued revoked = issueAndUse(a, nodes);
    c.revoke(revoked);
    awaitRefusal(revoked, nodes);

    // C can't reach the store: it serves until it hears of a change, and then nothing at all.
    Issued used = issueAndUse(a, nodes);
    Issued unread = issueAndUse(a, nodes);
    await().atMost(PATIENCE).until(() -> servesWithout(store, c, used));
    a.revoke(unread);
    await().atMost(PATIENCE).until(() -> c.page(used), status -> status == 503);
    assertThat(c.page(unread)).isEqualTo(503);
    store.mend();
    a.revoke(a.issue()); // what C is told of next, it can read
    await().atMost(PATIENCE).until(() -> c.page(used), status -> status == 200);
    assertThat(c.page(unread)).isEqualTo(401);

    // All are started again.
    for (RunningNode node : nodes) node.close();
    List<RunningNode> again = start(settings);
    awaitMembers(3, again);
    for (RunningNode node : again) assertThat(node.page(revoked)).isEqualTo(401);
    Issued next = issueAndUse(again.get(1), again);
    again.get(1).revoke(next);
    awaitRefusal(next, again);
  }

  @Test
  void whereWakeUpsAreLostTheFeedAloneKeepsThePromise() throws Exception {
    Source.Url database = Postgres.newDatabase();
    Cable store = opened(new Cable(Postgres.port()));
    int[] ports = {Members.freePort(), Members.freePort()};
    Cable toA = opened(new Cable(ports[0]));
    Cable toB = opened(new Cable(ports[1]));
    int[] called = {toA.port(), toB.port()};
    String first = Members.configuration(folder, ports[0], called[0], called);
    String second = Members.configuration(folder, ports[1], called[1], called);
    Map<String, String> settingsOfA = clustered(database, first, POLL.toString(), "PT3S");
    List<RunningNode> nodes =
        start(
            List.of(
                settingsOfA,
                clustered(
                    Postgres.through(store.port(), database), second, POLL.toString(), "PT3S")));
    awaitMembers(2, nodes);
    RunningNode a = nodes.get(0);
    RunningNode b = nodes.get(1);
    revokeAndAwaitRefusal(a, b);

    // Every message is lost, while both still take themselves for one cluster.
    toA.swallow();
    toB.swallow();
    revokeAndAwaitRefusal(a, b);
    assertThat(lastMembers(b)).isEqualTo(2);

    // Neither can see the other.
    toA.cut();
    toB.cut();
    await().atMost(PATIENCE).until(() -> lastMembers(a) == 1 && lastMembers(b) == 1);
    revokeAndAwaitRefusal(a, b);
    revokeAndAwaitRefusal(b, a);

    // B can't see the store either: it serves for the grace, and no longer.
    Issued used = a.issue();
    assertThat(b.page(used)).isEqualTo(200);
    store.swallow();
    assertThat(b.page(used)).isEqualTo(200);
    a.revoke(used);
    await()
        .atMost(PATIENCE)
        .until(
            () -> b.page(used),
            status -> {
              assertThat(status).isIn(200, 503);
              return status == 503;
            });
    store.mend();
    await().atMost(PATIENCE).until(() -> b.page(used), status -> status == 401);

    // They find each other again; then A is killed as soon as it has answered.
    toA.mend();
    toB.mend();
    Issued last = a.issue();
    assertThat(b.page(last)).isEqualTo(200);
    a.revoke(last);
    a.kill();
    await().atMost(PROMISE).until(() -> b.page(last), status -> status == 401);
    RunningNode back = start(List.of(settingsOfA)).get(0);
    assertThat(back.page(last)).isEqualTo(401);
    revokeAndAwaitRefusal(back, b);
  }

  @Test
  void aClusterThatNeverFormsIsSaidAndEachNodeServesAndFollows() throws Exception {
    Source.Url database = Postgres.newDatabase();
    int nobody = Members.freePort();
    List<Map<String, String>> settings = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int port = Members.freePort();
      String alone = Members.configuration(folder, port, port, nobody);
      settings.add(clustered(database, alone, POLL.toString(), "PT3S"));
    }
    List<RunningNode> nodes = start(settings);
    for (RunningNode node : nodes) {
      assertThat(node.log())
          .containsOnlyOnce("no other member of the cluster is there yet: until one joins");
    }
    revokeAndAwaitRefusal(nodes.get(0), nodes.get(1));
    revokeAndAwaitRefusal(nodes.get(1), nodes.get(0));
  }

  private void revokeAndAwaitRefusal(RunningNode on, RunningNode other) {
    Issued key = on.issue();
    assertThat(other.page(key)).isEqualTo(200);
    on.revoke(key);
    assertThat(on.page(key)).isEqualTo(401);
    await().atMost(PROMISE).until(() -> other.page(key), status -> status == 401);
  }

  /** A key of which all have a copy. */
  private static Issued issueAndUse(RunningNode on, List<RunningNode> nodes) {
    Issued key = on.issue();
    for (RunningNode node : nodes) assertThat(node.page(key)).isEqualTo(200);
    return key;
  }

  private static void awaitRefusal(Issued key, List<RunningNode> nodes) {
    for (RunningNode node : nodes) {
      await().atMost(PATIENCE).until(() -> node.page(key), status -> status == 401);
    }
  }

  /**
   * Cuts the node off the store. What it was told of the key's issue may come only now, and would
   * rightly silence it: then nothing is cut.
   */
  private static boolean servesWithout(Cable store, RunningNode node, Issued key) {
    store.cut();
    if (node.page(key) == 200) return true;
    store.mend();
    await().atMost(PATIENCE).until(() -> node.page(key), status -> status == 200);
    return false;
  }

  private static void awaitMembers(int members, List<RunningNode> nodes) {
    for (RunningNode node : nodes) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(lastMembers(node)).as(node.log()).isEqualTo(members));
    }
  }

  /** How many members the cluster has, by what the node logged last. */
  private static int lastMembers(RunningNode node) {
    return node.log()
        .lines()
        .filter(line -> line.contains("the cluster "))
        .map(line -> line.replaceAll(".*the cluster (?:now )?has (\\d+) members.*", "$1"))
        .filter(number -> number.matches("\\d+"))
        .reduce((earlier, later) -> later)
        .map(Integer::parseInt)
        .orElse(1);
  }

  private static Map<String, String> clustered(
      Source.Url database, String configuration, String poll, String grace) {
    return RunningNode.settings(
        database,
        "SALLYPORT_CLUSTER_PROVIDER",
        "hazelcast",
        "SALLYPORT_CLUSTER_URI",
        configuration,
        "SALLYPORT_STORE_POLL",
        poll,
        "SALLYPORT_STORE_QUERY_TIMEOUT",
        TIMEOUT.toString(),
        "SALLYPORT_STORE_GRACE",
        grace);
  }

  /** All at once, as after a power cut. */
  private List<RunningNode> start(List<Map<String, String>> settings) {
    List<Child> children = new ArrayList<>();
    for (Map<String, String> each : settings) {
      children.add(opened(Child.start(Node.class, each)));
    }
    return children.stream().map(RunningNode::await).toList();
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.add(part);
    return part;
  }
}
