package io.github.sallyport.boot;

import io.github.sallyport.store.Postgres;
import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how many more requests nodes let in together than one limit allows: one to three
 * processes in a cluster, callers of one key who ask all of them as fast as they can, counted where
 * the page is reached. Run by hand; its figures stand in {@code docs/plans.md}.
 */
final class OverAdmission {
  static final int PERMITS = 100;

  private OverAdmission() {}

  /**
   * Measures.
   *
   * @param arguments for how many seconds each
   */
  public static void main(String[] arguments) throws Exception {
    Duration time = Duration.ofSeconds(Integer.parseInt(arguments[0]));
    System.out.printf("a limit of %d/PT1S, %d s of full load%n%n", PERMITS, time.toSeconds());
    System.out.printf(
        "%-10s %6s %10s %10s %10s %8s%n", "lease", "nodes", "asked", "allowed", "let in", "more");
    for (String lease : List.of("adaptive", "1")) {
      for (int nodes = 1; nodes <= 3; nodes++) {
        Load load = measure(nodes, lease, time);
        double allowed = allowed(load.time());
        System.out.printf(
            Locale.ROOT,
            "%-10s %6d %10d %10.0f %10d %7.2f%%%n",
            lease,
            nodes,
            load.asked(),
            allowed,
            load.served(),
            100 * Math.max(0, load.served() / allowed - 1));
      }
    }
    System.exit(0);
  }

  /** A full bucket, and what it gets meanwhile. */
  static double allowed(Duration time) {
    return PERMITS + PERMITS * (time.toNanos() / 1e9);
  }

  private static Load measure(int count, String lease, Duration time) throws Exception {
    Source.Url database = Postgres.newDatabase();
    Path folder = Files.createTempDirectory("over-admission");
    List<Child> children = new ArrayList<>();
    for (Map<String, String> each : settings(database, folder, count, lease)) {
      children.add(Child.start(Node.class, each));
    }
    List<RunningNode> nodes = children.stream().map(RunningNode::await).toList();
    try {
      awaitAll(nodes);
      Load.of(nodes, nodes.get(0).issue(), time.dividedBy(2)); // warms the nodes, by another key
      return Load.of(nodes, nodes.get(0).issue(), time);
    } finally {
      nodes.forEach(RunningNode::close);
    }
  }

  private static void awaitAll(List<RunningNode> nodes) throws InterruptedException {
    String all = "has " + nodes.size() + " members";
    for (RunningNode node : nodes) {
      for (int i = 0; i < 600 && nodes.size() > 1 && !node.log().contains(all); i++) {
        Thread.sleep(100);
      }
    }
  }

  /** One plan for all keys, on one database, in one cluster. */
  static List<Map<String, String>> settings(
      Source.Url database, Path folder, int count, String lease) throws Exception {
    int[] ports = new int[count];
    for (int i = 0; i < count; i++) ports[i] = Members.freePort();
    List<Map<String, String>> settings = new ArrayList<>();
    for (int port : ports) {
      Map<String, String> own =
          RunningNode.settings(
              database,
              "SALLYPORT_CLUSTER_PROVIDER",
              "hazelcast",
              "SALLYPORT_CLUSTER_URI",
              Members.configuration(folder, port, port, ports),
              "SALLYPORT_PLANS",
              "pro",
              "SALLYPORT_PLAN_PRO_LIMIT",
              PERMITS + "/PT1S",
              "SALLYPORT_PLAN_DEFAULT",
              "pro");
      if (!lease.equals("adaptive")) own.put("SALLYPORT_LIMIT_LEASE", lease);
      settings.add(own);
    }
    return settings;
  }
}
