package io.github.sallyport.sample;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The launcher in a JVM of its own, with the class path that the README's command gives it. */
final class RunningSample implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Begins the last line of what it says when it answers. */
  private static final String READY = "  curl -i ";

  private final Process process;
  private final Thread reader;

  // Written by the reader's thread while the test's reads it.
  @SuppressWarnings("JdkObsolete")
  private final StringBuffer output = new StringBuffer();

  private final Path data;
  private final int port;

  private RunningSample(Process process, Path data, int port) {
    this.process = process;
    this.data = data;
    this.port = port;
    reader = new Thread(this::read, "output of the sample");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts it, and returns when it says that it answers. */
  static RunningSample start(Path data, String... variables) {
    RunningSample sample = launch(data, freePort(), variables);
    await()
        .atMost(PATIENCE)
        .until(() -> sample.output().contains(READY) || !sample.process.isAlive());
    if (!sample.process.isAlive()) throw new AssertionError(sample.output());
    return sample;
  }

  /**
   * Starts it, and does not wait.
   *
   * @param variables name and value in turn: further environment variables
   */
  static RunningSample launch(Path data, int port, String... variables) {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dport=" + port,
            "-cp",
            classPath(),
            Launcher.class.getName(),
            Server.TOMCAT.sample().toString());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.matches("(?i)(SALLYPORT|MP_JWT)_.*"));
    environment.put("SALLYPORT_DATA", data.toString());
    for (int i = 0; i < variables.length; i += 2) environment.put(variables[i], variables[i + 1]);
    try {
      return new RunningSample(builder.redirectErrorStream(true).start(), data, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String classPath() {
    String separator = System.getProperty("path.separator");
    return Arrays.stream(System.getProperty("java.class.path").split(separator))
        .filter(entry -> entry.endsWith("test-classes") || entry.contains("/org/apache/tomcat/"))
        .collect(Collectors.joining(separator));
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.append(line).append('\n');
      }
    } catch (IOException e) {
      output.append(e).append('\n');
    }
  }

  URI uri() {
    return URI.create("http://localhost:" + port + "/");
  }

  int port() {
    return port;
  }

  String output() {
    return output.toString();
  }

  String adminKey() {
    return Container.adminKey(data);
  }

  /** SIGTERM, as Ctrl-C and every service manager end a process. */
  int terminate() {
    List<ProcessHandle> children = new ArrayList<>(process.descendants().toList());
    process.destroy();
    int status = exitStatus();
    children.removeIf(child -> !child.isAlive());
    if (!children.isEmpty()) throw new AssertionError("processes left: " + children);
    return status;
  }

  /** SIGKILL: no hook runs. */
  void kill() {
    process.destroyForcibly();
    exitStatus();
  }

  int exitStatus() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("still running: " + output());
      }
      reader.join(PATIENCE.toMillis());
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) kill();
  }
}
