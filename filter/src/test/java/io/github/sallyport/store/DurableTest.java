package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was answered is on the disk: catalogue S10. */
@Tag("slow")
class DurableTest {
  private static final int ROUNDS = 100;

  @TempDir Path folder;

  @Test
  void aKeyRevokedInTheLastInstantOfAProcessIsRevokedInTheNext()
      throws IOException, InterruptedException {
    // The last life only reads whether the one before it left everything.
    for (int round = 0; round <= ROUNDS; round++) {
      Process life =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-Xshare:auto",
                  "-cp",
                  System.getProperty("java.class.path"),
                  DurableRound.class.getName(),
                  folder.toString(),
                  Integer.toString(round))
              .redirectErrorStream(true)
              .start();
      String said = new String(life.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(life.waitFor()).as("life %d, which said: %s", round, said).isZero();
    }
  }
}
