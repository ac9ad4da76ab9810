package io.github.sallyport.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two members in one process. */
@Tag("slow")
class HazelcastNumbersTest {
  private static final Duration LIFE = Duration.ofMinutes(1);

  private HazelcastInstance first;
  private HazelcastInstance second;
  private SharedNumbers here;
  private SharedNumbers there;

  @BeforeEach
  void open() {
    first = Hazelcast.newHazelcastInstance(config());
    int port = first.getCluster().getLocalMember().getAddress().getPort();
    Config other = config();
    other.getNetworkConfig().getJoin().getTcpIpConfig().addMember("127.0.0.1:" + port);
    second = Hazelcast.newHazelcastInstance(other);
    await().until(() -> first.getCluster().getMembers().size() == 2);
    // What one knows has its copy on the other from here on.
    await().until(() -> first.getPartitionService().isClusterSafe());
    here = new HazelcastNumbers(first);
    there = new HazelcastNumbers(second);
  }

  @AfterEach
  void end() {
    Hazelcast.shutdownAll();
  }

  private static Config config() {
    Config config = new Config().setClusterName("numbers");
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    config
        .getNetworkConfig()
        .setPort(20_701)
        .getInterfaces()
        .setEnabled(true)
        .addInterface("127.0.0.1");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    return config;
  }

  @Test
  void whatOnePutsTheOtherReadsAndOfTwoOneIsFaster() {
    assertThat(here.read("a")).isNull();
    assertThat(here.replace("a", null, new long[] {1, 2}, LIFE)).isTrue();
    assertThat(there.read("a")).containsExactly(1, 2);
    assertThat(there.replace("a", null, new long[] {9}, LIFE)).isFalse();

    assertThat(there.replace("a", new long[] {1, 2}, new long[] {3}, LIFE)).isTrue();
    assertThat(here.replace("a", new long[] {1, 2}, new long[] {4}, LIFE)).isFalse();
    assertThat(here.read("a")).containsExactly(3);
  }

  @Test
  void everyChangeIsForgottenWhenItsTimeIsOver() {
    assertThat(here.replace("a", null, new long[] {1}, LIFE)).isTrue();
    assertThat(life()).isBetween(60_000L, 61_000L);
    assertThat(here.replace("a", new long[] {1}, new long[] {2}, LIFE.multipliedBy(2))).isTrue();
    assertThat(life()).isBetween(120_000L, 121_000L);
  }

  private long life() {
    return first.getMap(HazelcastNumbers.MAP).getEntryView("a").getTtl();
  }

  @Test
  void somethingElseIsReadAsNoNumbersAndReplaced() {
    first.getMap(HazelcastNumbers.MAP).put("a", "text");

    assertThat(there.read("a")).isEmpty();
    assertThat(there.replace("a", new long[0], new long[] {1}, LIFE)).isTrue();
    assertThat(here.read("a")).containsExactly(1);
  }

  @Test
  void noChangeIsLostWhereBothChangeTheSame() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        SharedNumbers numbers = i % 2 == 0 ? here : there;
        all.add(pool.submit(() -> addOne(numbers, 200)));
      }
      for (Future<?> each : all) each.get(60, TimeUnit.SECONDS);
    } finally {
      pool.shutdownNow();
    }
    assertThat(here.read("sum")).containsExactly(800);
  }

  private static void addOne(SharedNumbers numbers, int times) {
    for (int added = 0; added < times; ) {
      long[] before = numbers.read("sum");
      long[] after = {before == null ? 1 : before[0] + 1};
      if (numbers.replace("sum", before, after, LIFE)) added++;
    }
  }

  @Test
  void bothHaveOneTimeAndWhatOneKnewOutlivesIt() {
    assertThat(here.millis()).isCloseTo(there.millis(), org.assertj.core.data.Offset.offset(500L));
    for (int i = 0; i < 50; i++)
      assertThat(here.replace("n" + i, null, new long[] {i}, LIFE)).isTrue();

    first.getLifecycleService().terminate();

    for (int i = 0; i < 50; i++) assertThat(there.read("n" + i)).containsExactly(i);
    assertThatThrownBy(() -> here.read("n1")).isInstanceOf(RuntimeException.class);
  }
}
