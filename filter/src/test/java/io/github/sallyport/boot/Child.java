package io.github.sallyport.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process with our class path, that is spoken to in lines, and ends with its input. */
final class Child implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;
  private final PrintWriter input;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  @SuppressWarnings("JdkObsolete") // a reader's thread writes it while the test's reads it
  private final StringBuffer log = new StringBuffer();

  private Child(Process process) {
    this.process = process;
    this.input = new PrintWriter(process.outputWriter(UTF_8), true);
    read(process.getInputStream(), lines::add);
    read(process.getErrorStream(), line -> log.append(line).append('\n'));
  }

  /**
   * Starts.
   *
   * @param environment in the place of ours, as far as it is about Sallyport
   */
  static Child start(Class<?> main, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.matches("(?i)(SALLYPORT|MP_JWT|HZ)_.*"));
    builder.environment().putAll(environment);
    try {
      return new Child(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(InputStream from, Consumer<String> line) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader = new BufferedReader(new InputStreamReader(from, UTF_8))) {
                reader.lines().forEach(line);
              } catch (IOException | UncheckedIOException e) {
                line.accept(e.toString());
              }
            },
            "output of a child");
    thread.setDaemon(true);
    thread.start();
  }

  void say(String line) {
    input.println(line);
  }

  /** The next line that it says. */
  String line() {
    try {
      String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line != null) return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError("a process says nothing; its log:\n" + log);
  }

  /** What it logged by now. */
  String log() {
    return log.toString();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL: no hook runs. */
  void kill() {
    process.destroyForcibly();
    await();
  }

  /** Has it close what it opened, and end. */
  void end() {
    input.close();
    await();
  }

  private void await() {
    try {
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    throw new AssertionError("a process does not end; its log:\n" + log);
  }

  @Override
  public void close() {
    if (process.isAlive()) end();
  }
}
