package io.github.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.audit.AuditQuery;
import io.github.sallyport.audit.AuditTrail;
import io.github.sallyport.audit.Link;
import io.github.sallyport.audit.Seals;
import io.github.sallyport.audit.Verification;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.Pepper;
import io.github.sallyport.key.PepperSeals;
import io.github.sallyport.store.Postgres;
import io.github.sallyport.store.Store;
import io.github.sallyport.store.StoreSettings;
import io.github.sallyport.store.StoreSettings.Source;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes are processes here, each with the whole of a deployment, on one PostgreSQL. */
@Tag("slow")
class AuditedNodesTest {
  private static final int KEYS = 40;

  @Test
  void threeWriteAtOnceAndTheOneThatIsKilledIsUnclosedAndLackedNothingThatItAnswered()
      throws Exception {
    Source.Url database = Postgres.newDatabase();
    Map<String, String> settings = RunningNode.settings(database, "SALLYPORT_AUDIT_SINK", "jdbc");
    List<String> answered = new CopyOnWriteArrayList<>();
    List<RunningNode> nodes = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) nodes.add(RunningNode.await(Child.start(Node.class, settings)));
      List<Thread> clients = new ArrayList<>();
      for (RunningNode node : nodes) {
        Thread client =
            new Thread(
                () -> {
                  for (int i = 0; i < KEYS; i++) answered.add(node.issue().id());
                });
        clients.add(client);
        client.start();
      }
      for (Thread client : clients) client.join();
      nodes.get(0).kill();
      for (RunningNode node : nodes.subList(1, 3)) node.close();
    } finally {
      nodes.forEach(RunningNode::close);
    }
    Seals seals = seals(settings);
    try (Store store =
        Store.open(new StoreSettings(database, null, true, Duration.ofSeconds(20)))) {
      AuditTrail trail =
          new AuditTrail("jdbc", event -> {}, store.audit(), seals, Clock.systemUTC());
      Verification verified = trail.verify();
      assertThat(verified.fault()).isNull();
      assertThat(verified.holds()).isTrue();
      assertThat(verified.chains()).isEqualTo(3);
      assertThat(verified.unclosed()).hasSize(1);
      assertThat(answered).hasSize(3 * KEYS);
      List<Link> all = trail.find(AuditQuery.ALL, 1000, null);
      assertThat(all.stream().map(link -> link.event().target()).toList()).containsAll(answered);
    }
  }

  private static Seals seals(Map<String, String> settings) {
    byte[] pepper = Base64.getUrlDecoder().decode(settings.get("SALLYPORT_API_KEY_PEPPER"));
    return PepperSeals.of(
        new KeySettings("sp", List.of(new Pepper(pepper)), null, false, null, Set.of()));
  }
}
