package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Secret;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.store.StoreSettings.Source;
import io.github.sallyport.token.RefreshFamily;
import io.github.sallyport.token.RefreshTokens;
import io.github.sallyport.token.RefreshTokens.Exchange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed by SIGKILL at each step of the use of a refresh token, which has a
 * predecessor. After that whoever has the token goes on, and there was never more than one
 * successor.
 */
@Tag("slow")
class RefreshKilledTest {
  private static final int MOST_STEPS = 30;
  private static final Actor ANNA = Actor.part("anna");

  @TempDir Path folder;

  @Test
  void onTheFileThatComesAlongThereIsOneSuccessorWhateverStepItDiedAt() throws Exception {
    killAtEachStep(List.of("h2", folder.toString()), EmbeddedH2.in(folder));
  }

  @Test
  void onPostgresThereIsOneSuccessorWhateverStepItDiedAt() throws Exception {
    Source.Url database = Postgres.newDatabase();
    killAtEachStep(List.of("url", database.url().reveal(), Postgres.SUPERUSER), database);
  }

  private static void killAtEachStep(List<String> where, Source.Url database) throws Exception {
    List<String> diedAt = new ArrayList<>();
    for (int step = 1; step < MOST_STEPS; step++) {
      RefreshFamily family;
      Secret token;
      try (Store store = Store.open(KilledTest.settings(where))) {
        RefreshTokens tokens = tokens(store);
        family = family(tokens);
        token = successor(tokens, tokens.start(family));
      }
      String at = dieAt(step, token, where);
      try (Store store = Store.open(KilledTest.settings(where));
          Connection past = StoreContract.connection(database)) {
        RefreshTokens tokens = tokens(store);
        // On a server the transaction of who died may still hold the family's row for a moment.
        Secret next = successor(tokens, token);
        assertThat(successor(tokens, token).reveal()).isEqualTo(next.reveal());
        assertThat(successors(past, family)).as(at).containsExactly(1, 1);
        assertThat(successor(tokens, next).reveal()).isNotEqualTo(next.reveal());
        assertThat(successors(past, family)).as(at).containsExactly(1, 1, 1);
        assertThat(tokens.find(next).orElseThrow().revoked()).isFalse();
      }
      if (at.equals("done")) break;
      diedAt.add(at);
    }
    assertThat(diedAt)
        .containsExactly(
            "at before execute", // the token
            "at after execute",
            "at before execute", // the family's row
            "at after execute",
            "at before execute", // used
            "at after execute",
            "at before execute", // its successor
            "at after execute",
            "at before execute", // the salt before
            "at after execute",
            "at before commit",
            "at after commit");
  }

  private static RefreshTokens tokens(Store store) {
    return new RefreshTokens(store.refresh(), Duration.ofMinutes(10), event -> {});
  }

  private static RefreshFamily family(RefreshTokens tokens) {
    Instant now = Instant.now();
    Instant end = now.plus(Duration.ofDays(1));
    return new RefreshFamily(
        tokens.newFamilyId(), "alice", "login", Set.of(), Set.of(), Map.of(), now, end);
  }

  private static Secret successor(RefreshTokens tokens, Secret token) {
    return ((Exchange.Good) tokens.use(token, Instant.now(), ANNA)).successor();
  }

  /** Where the process was killed. */
  private static String dieAt(int step, Secret token, List<String> where)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RefreshLife.class.getName(),
                Integer.toString(step),
                token.reveal()));
    command.addAll(where);
    Process life =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(life.getInputStream(), StandardCharsets.UTF_8))) {
      String at = out.readLine();
      life.toHandle().destroyForcibly();
      // 128 and the signal: so it was killed, and did not end by itself.
      assertThat(life.waitFor()).isEqualTo(137);
      return String.valueOf(at);
    }
  }

  /** Of each token of a family that has any, how many. */
  private static List<Integer> successors(Connection past, RefreshFamily family)
      throws SQLException {
    List<Integer> counts = new ArrayList<>();
    try (Statement statement = past.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT COUNT(*) FROM sallyport_refresh WHERE predecessor IS NOT NULL"
                    + " AND family = '"
                    + family.id()
                    + "' GROUP BY predecessor")) {
      while (rows.next()) counts.add(rows.getInt(1));
    }
    return counts;
  }
}
