package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class InitialKeyFileTest {
  @TempDir Path folder;

  @Test
  void theKeyIsTheOneLineOfTheFile() throws IOException {
    InitialKeyFile file = new InitialKeyFile(folder.resolve("a/b"));
    file.write(new Secret("first"));
    file.write(new Secret("second"));
    assertThat(file.path()).isEqualTo(folder.resolve("a/b/initial-admin-key").toAbsolutePath());
    assertThat(file.path()).hasContent("second\n");
    assertThat(names(folder.resolve("a/b"))).containsExactly("initial-admin-key");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void fileAndFolderAreTheirOwnersAlone() throws IOException {
    InitialKeyFile file = new InitialKeyFile(folder.resolve("new"));
    file.write(new Secret("key"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
        .isEqualTo("rw-------");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path().getParent())))
        .isEqualTo("rwx------");
  }

  /** As the flight recorder of the JDK saw it. */
  @Test
  @DisabledOnOs(OS.WINDOWS)
  void theKeyIsOnTheDiskAndThenItsNameBeforeAnybodyCountsOnIt() throws IOException {
    Path place = folder.resolve("durable");
    Path events = folder.resolve("events.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.FileForce").withThreshold(Duration.ZERO).withoutStackTrace();
      recording.start();
      new InitialKeyFile(place).write(new Secret("key"));
      recording.stop();
      recording.dump(events);
    }
    assertThat(RecordingFile.readAllEvents(events))
        .extracting(event -> event.getString("path"))
        .filteredOn(path -> path.startsWith(place.toString()))
        .satisfiesExactly(
            file -> assertThat(file).contains("initial-admin-key").endsWith(".part"),
            name -> assertThat(name).isEqualTo(place.toString()));
  }

  @Test
  void aPlaceThatCanNotBeWrittenIsNamedAndNothingIsLeft() throws IOException {
    InitialKeyFile file = new InitialKeyFile(folder);
    Files.createDirectories(file.path().resolve("in the way"));
    assertThatThrownBy(() -> file.write(new Secret("the-key")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("the initial key can't be written to " + file.path());
    assertThat(names(folder)).containsExactly("initial-admin-key");
  }

  private static Stream<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).toList().stream();
    }
  }
}
