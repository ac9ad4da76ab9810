package io.github.sallyport.sample;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What the managed server wrote to its log. */
final class ServerLog {
  private static final Path FOLDER =
      Path.of(System.getProperty("container.home"))
          .resolve(Container.WILDFLY ? "standalone/log" : "logs");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ServerLog() {}

  /** All lines that hold this text, up to now. */
  static List<String> lines(String text) {
    return all().stream().filter(line -> line.contains(text)).toList();
  }

  /** Waits until a line holds this text: whatever was logged before it is there too. */
  static void awaitLine(String text) {
    await().atMost(PATIENCE).until(() -> !lines(text).isEmpty());
  }

  private static List<String> all() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.getFileName().toString().matches("(catalina|server).*\\.log"))
          .flatMap(ServerLog::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> read(Path file) {
    try {
      // While the server writes, the last character may be half there.
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
