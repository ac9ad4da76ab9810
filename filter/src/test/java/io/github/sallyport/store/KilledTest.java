package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Secret;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.store.StoreSettings.Source;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed by SIGKILL in the middle of 1,024 changes on eight threads: catalogue S10.
 * After that each answer that it gave holds, and nothing is half done.
 */
@Tag("slow")
class KilledTest {
  private static final int ROUNDS = 6;
  private static final int LINES = 1792; // 256 keys, each issued and changed three times

  @TempDir Path folder;

  // A fixed seed: the same numbers of answers before the kill in each run.
  private final Random random = new Random(4);

  @Test
  void onTheFileThatComesAlongEveryAnswerHoldsAndNothingIsHalfDone() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Path data = folder.resolve("round" + round);
      killAndLook(List.of("h2", data.toString()), EmbeddedH2.in(data));
    }
  }

  @Test
  void onPostgresEveryAnswerHoldsAndNothingIsHalfDone() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Source.Url database = Postgres.newDatabase();
      killAndLook(List.of("url", database.url().reveal(), Postgres.SUPERUSER), database);
    }
  }

  static StoreSettings settings(List<String> arguments) {
    return arguments.get(0).equals("h2")
        ? Rooms.settings(Path.of(arguments.get(1)))
        : new StoreSettings(
            new Source.Url(new Secret(arguments.get(1)), arguments.get(2), null),
            null,
            true,
            Duration.ofSeconds(10));
  }

  private void killAndLook(List<String> arguments, Source.Url database) throws Exception {
    Said said = liveAndDie(arguments, 1 + random.nextInt(LINES - 1));
    if (arguments.get(0).equals("url")) awaitTheServersSide(database);
    try (Store store = Store.open(settings(arguments));
        Connection past = StoreContract.connection(database)) {
      for (String id : said.done.keySet()) {
        ApiKeyRecord key = store.apiKeys().find(id).orElseThrow();
        String status = key.status().name();
        assertThat(status)
            .as("%s was %s when the process was killed", id, said.done.get(id))
            .isIn(said.done.get(id), said.begun.getOrDefault(id, said.done.get(id)));
      }
      // Each key has as many changes as its version says, and the feed has them all, once.
      Map<String, Long> versions = longs(past, "SELECT id, version FROM sallyport_key");
      assertThat(versions.size()).isBetween(said.done.size(), said.done.size() + 8);
      assertThat(longs(past, "SELECT id, COUNT(*) FROM sallyport_change GROUP BY id"))
          .isEqualTo(versions);
      assertThat(longs(past, "SELECT id, MAX(version) FROM sallyport_change GROUP BY id"))
          .isEqualTo(versions);
      long changes = versions.values().stream().mapToLong(Long::longValue).sum();
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(changes);
      assertThat(longs(past, "SELECT 'last', MAX(position) FROM sallyport_change"))
          .isEqualTo(changes == 0 ? Map.of("last", 0L) : Map.of("last", changes));
      assertThat(StoreContract.issue(store, "acme", null)).isNotNull();
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(changes + 1);
    }
  }

  // What was sent before the kill, a commit perhaps, the server still does.
  private static void awaitTheServersSide(Source.Url database) throws SQLException {
    try (Connection past = StoreContract.connection(database)) {
      await()
          .until(
              () ->
                  longs(
                      past,
                      "SELECT 'others', COUNT(*) FROM pg_stat_activity"
                          + " WHERE datname = current_database() AND pid <> pg_backend_pid()"),
              Map.of("others", 0L)::equals);
    }
  }

  /**
   * What a process said before it was killed.
   *
   * @param done the last status of each key that was answered
   * @param begun the one that was asked for and not answered
   */
  private record Said(Map<String, String> done, Map<String, @Nullable String> begun) {}

  private static Said liveAndDie(List<String> arguments, int lines)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledLife.class.getName()));
    command.addAll(arguments);
    Process life =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    Map<String, String> done = new LinkedHashMap<>();
    Map<String, @Nullable String> begun = new HashMap<>();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(life.getInputStream(), StandardCharsets.UTF_8))) {
      int read = 0;
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        String[] said = line.split(" ", -1);
        // The last line may be cut: what was not said in full was not answered.
        if (said.length != 3 || !(said[2].equals("done") || said[2].equals("begun"))) continue;
        if (said[2].equals("done")) {
          done.put(said[0], said[1]);
          begun.remove(said[0]);
        } else {
          begun.put(said[0], said[1]);
        }
        if (++read == lines) life.toHandle().destroyForcibly(); // SIGKILL; leaves us its output
      }
      assertThat(read)
          .as("lines of a process that ended before its time")
          .isGreaterThanOrEqualTo(lines);
    }
    // 128 and the signal: so it was killed, and did not end by itself.
    assertThat(life.waitFor()).isEqualTo(137);
    return new Said(done, begun);
  }

  private static Map<String, Long> longs(Connection connection, String sql) throws SQLException {
    Map<String, Long> all = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) all.put(rows.getString(1), rows.getLong(2));
    }
    return all;
  }
}
