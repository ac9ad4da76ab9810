package io.github.sallyport.boot;

import io.github.sallyport.store.Postgres;
import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how long after its revocation a key or a token is still let in by another node: two
 * nodes with the default settings on one PostgreSQL, and a process that asks; with Hazelcast, and
 * with the feed alone. Run by hand; its figures stand in {@code docs/cluster.md}.
 */
final class RevocationLag {
  private static final Duration BETWEEN = Duration.ofMillis(100);
  private static final int WARM_UP = 50;
  private static final String ROW = "%-28s %12s %12s %12s %12s%n";

  private RevocationLag() {}

  /**
   * Measures.
   *
   * @param arguments how many revocations
   */
  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("revocation-lag");
    int[] ports = {Members.freePort(), Members.freePort()};
    System.out.printf("%d revocations, one every %d ms%n%n", count, BETWEEN.toMillis());
    System.out.printf(ROW, "", "median", "p99", "p99.9", "max");
    Source.Url database = Postgres.newDatabase();
    measure(
        "with Hazelcast",
        count,
        clustered(database, Members.configuration(folder, ports[0], ports[0], ports)),
        clustered(database, Members.configuration(folder, ports[1], ports[1], ports)));
    database = Postgres.newDatabase();
    measure(
        "by the feed alone",
        count,
        RunningNode.withTokens(RunningNode.settings(database)),
        RunningNode.withTokens(RunningNode.settings(database)));
    System.exit(0);
  }

  private static Map<String, String> clustered(Source.Url database, String configuration) {
    return RunningNode.withTokens(
        RunningNode.settings(
            database,
            "SALLYPORT_CLUSTER_PROVIDER",
            "hazelcast",
            "SALLYPORT_CLUSTER_URI",
            configuration));
  }

  private static void measure(
      String title, int count, Map<String, String> first, Map<String, String> second) {
    try (RunningNode on = RunningNode.await(Child.start(Node.class, first));
        RunningNode asked = RunningNode.await(Child.start(Node.class, second))) {
      Revocations.lags(on, asked, WARM_UP, Duration.ZERO);
      print("keys " + title, Revocations.lags(on, asked, count, BETWEEN));
      Revocations.lagsOfTokens(on, asked, WARM_UP, Duration.ZERO);
      print("tokens " + title, Revocations.lagsOfTokens(on, asked, count, BETWEEN));
    }
  }

  private static void print(String title, List<Duration> lags) {
    List<Duration> sorted = lags.stream().sorted().toList();
    System.out.printf(
        ROW, title, at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999), at(sorted, 1));
  }

  /** The least lag that this part of all did not exceed. */
  private static String at(List<Duration> sorted, double part) {
    Duration lag = sorted.get((int) Math.ceil(part * sorted.size()) - 1);
    return String.format(Locale.ROOT, "%.1f ms", lag.toNanos() / 1e6);
  }
}
