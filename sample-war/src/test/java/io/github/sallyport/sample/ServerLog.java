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

/**
 * What the managed server wrote to its log. Tomcat writes from a thread of its own, so what a
 * request logged may come after its answer.
 */
final class ServerLog {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ServerLog() {}

  /** All lines that hold this text, up to now. */
  static List<String> lines(String text) {
    return all().stream().filter(line -> line.contains(text)).toList();
  }

  /** Waits until a line holds this text: whatever was logged before it is there too. */
  static void awaitLine(String text) {
    awaitLinesAfter(text, 0);
  }

  /** Waits until a line holds this text, and for so many lines after it, and returns those. */
  static List<String> awaitLinesAfter(String text, int count) {
    return await().atMost(PATIENCE).until(() -> after(text), there -> there.size() > count).stream()
        .skip(1)
        .limit(count)
        .toList();
  }

  /** The first line that holds this text, and all after it. */
  private static List<String> after(String text) {
    return all().stream().dropWhile(line -> !line.contains(text)).toList();
  }

  private static List<String> all() {
    try (Stream<Path> files = Files.list(Server.HERE.logs())) {
      return files
          .filter(
              file ->
                  file.getFileName()
                      .toString()
                      .matches("(catalina|server|messages).*\\.log[.0-9]*"))
          .flatMap(ServerLog::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> read(Path file) {
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      // While the server writes, the last line may be half there.
      return text.substring(0, text.lastIndexOf('\n') + 1).lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
