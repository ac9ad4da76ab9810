package io.github.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.store.Postgres;
import io.github.sallyport.store.Store;
import io.github.sallyport.store.StoreSettings;
import io.github.sallyport.store.StoreSettings.Source;
import io.github.sallyport.token.RefreshFamily;
import io.github.sallyport.token.RefreshTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes are processes here, on one PostgreSQL. */
@Tag("slow")
class RefreshNodesTest {
  private static final int ROUNDS = 1_000;

  @Test
  void twoNodesThatUseOneTokenAtOnceAThousandTimesAgreeOnItsSuccessor() throws Exception {
    Source.Url database = Postgres.newDatabase();
    String[] arguments = {database.url().reveal(), Postgres.SUPERUSER};
    StoreSettings settings = new StoreSettings(database, null, true, Duration.ofSeconds(20));
    try (Store store = Store.open(settings);
        Child a = Child.start(RefreshNode.class, Map.of(), arguments);
        Child b = Child.start(RefreshNode.class, Map.of(), arguments)) {
      assertThat(a.line()).isEqualTo("ready");
      assertThat(b.line()).isEqualTo("ready");
      RefreshTokens tokens =
          new RefreshTokens(store.refresh(), Duration.ofMinutes(10), event -> {});
      Instant now = Instant.now();
      RefreshFamily family =
          new RefreshFamily(
              tokens.newFamilyId(),
              "alice",
              "login",
              Set.of(),
              Set.of(),
              Map.of(),
              now,
              now.plus(Duration.ofDays(1)));
      String token = tokens.start(family).reveal();
      for (int round = 0; round < ROUNDS; round++) {
        a.say(token);
        b.say(token);
        String successor = a.line();
        assertThat(b.line()).as("round %d", round).isEqualTo(successor);
        assertThat(successor).matches("[A-Za-z0-9_-]{43}").isNotEqualTo(token);
        token = successor;
      }
      a.say("A".repeat(43));
      assertThat(a.line()).isEqualTo("None[]");
    }
  }
}
