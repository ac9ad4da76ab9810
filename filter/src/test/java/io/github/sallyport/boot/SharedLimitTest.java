package io.github.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.boot.RunningNode.Issued;
import io.github.sallyport.store.Postgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three nodes are processes here, in a cluster, and callers of one key ask all of them as fast as
 * they can. What is let in is counted where the page is reached; it is what one node would let in,
 * and for each node not more than a lease on top.
 */
@Tag("slow")
class SharedLimitTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TIME = Duration.ofSeconds(5);

  @TempDir Path folder;

  private final List<Child> children = new ArrayList<>();

  @AfterEach
  void closeAll() {
    children.forEach(Child::close);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adaptive", "1"})
  void threeNodesTogetherHoldACallerToOneLimit(String lease) throws Exception {
    for (Map<String, String> each :
        OverAdmission.settings(Postgres.newDatabase(), folder, 3, lease)) {
      children.add(Child.start(Node.class, each));
    }
    List<RunningNode> nodes = children.stream().map(RunningNode::await).toList();
    for (RunningNode node : nodes) {
      await().atMost(PATIENCE).until(() -> node.log().contains("has 3 members"));
    }
    Issued key = nodes.get(0).issue();
    for (RunningNode node : nodes) assertThat(node.page(key)).isEqualTo(200);

    Load load = Load.of(nodes, key, TIME);

    double allowed = OverAdmission.allowed(load.time());
    System.out.printf("lease %s: %s, allowed %.0f%n", lease, load, allowed);
    assertThat(load.asked()).as("more than is allowed").isGreaterThan((long) allowed);
    assertThat((double) load.served()).isLessThanOrEqualTo(allowed * 1.05 + 3);
    assertThat((double) load.served()).as("nearly all").isGreaterThan(allowed * 0.5);
  }
}
