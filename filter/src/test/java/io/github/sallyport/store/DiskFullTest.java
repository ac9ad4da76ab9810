package io.github.sallyport.store;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.sallyport.Secret;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.store.StoreSettings.Source;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is really full: a small one in memory, which only the system's administrator can
 * mount. For others these tests are skipped.
 */
@Tag("slow")
@Timeout(120)
class DiskFullTest {
  private static final int MOST = 100_000;

  @TempDir Path folder;
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=150m,mode=777", "tmpfs", disk.toString()),
        "a disk can't be mounted here");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", "-l", disk.toString());
  }

  @Test
  void onTheFileThatComesAlongWhatWasAnsweredHoldsAndItGoesOnWhenThereIsSpaceAgain()
      throws Exception {
    Source.Url file = EmbeddedH2.in(disk.resolve("data"));
    holds(file);
  }

  @Test
  void onPostgresqlWhatWasAnsweredHoldsAndItGoesOnWhenThereIsSpaceAgain() throws Exception {
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(folder.toFile())
            .setDataDirectory(disk.resolve("data"))
            .start()) {
      holds(
          new Source.Url(
              new Secret("jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres"),
              Postgres.SUPERUSER,
              null));
    }
  }

  private void holds(Source.Url source) throws Exception {
    List<ApiKeyRecord> answered = new ArrayList<>();
    StoreSettings settings = new StoreSettings(source, null, true, Duration.ofSeconds(2));
    try (Store store = Store.open(settings)) {
      answered.add(StoreContract.issue(store, "acme", null).record());
      Path ballast = fill();
      assertThatThrownBy(() -> issueUntilItFails(store, answered))
          .isInstanceOf(StoreUnavailableException.class);
      for (ApiKeyRecord key : answered.subList(0, 1)) assertFoundOrUnavailable(store, key);
      Files.delete(ballast);
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
          .until(() -> answered.add(StoreContract.issue(store, "acme", null).record()));
      for (ApiKeyRecord key : answered) assertThat(store.apiKeys().find(key.id())).contains(key);
    }
    try (Store store = Store.open(settings)) {
      for (ApiKeyRecord key : answered) assertThat(store.apiKeys().find(key.id())).contains(key);
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(answered.size());
    }
  }

  private static void issueUntilItFails(Store store, List<ApiKeyRecord> answered) {
    for (int i = 0; i < MOST; i++) {
      answered.add(StoreContract.issue(store, "acme", null).record());
    }
    fail("the disk was never full");
  }

  /** Whether it is there may be unknown; that it is not there is never said. */
  private static void assertFoundOrUnavailable(Store store, ApiKeyRecord key) {
    try {
      assertThat(store.apiKeys().find(key.id())).contains(key);
    } catch (StoreUnavailableException e) {
      assertThat(e).hasMessageStartingWith("the store does not answer");
    }
  }

  private Path fill() throws IOException {
    Path ballast = disk.resolve("ballast");
    try (SeekableByteChannel out = Files.newByteChannel(ballast, CREATE_NEW, WRITE)) {
      ByteBuffer block = ByteBuffer.allocate(64 * 1024);
      while (true) {
        out.write(block.rewind());
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
      return ballast;
    }
  }

  private static boolean run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no such command
    }
  }
}
