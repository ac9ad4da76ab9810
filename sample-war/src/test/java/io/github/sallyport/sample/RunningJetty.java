package io.github.sallyport.sample;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** A Jetty as it is downloaded, in a JVM of its own, with one WAR. */
final class RunningJetty implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;
  private final URI app;

  private RunningJetty(Process process, Path log, URI app) {
    this.process = process;
    this.log = log;
    this.app = app;
  }

  /**
   * Starts it, and returns when the WAR answers.
   *
   * @param home how the folder of the distribution begins
   * @param environment the level of Jakarta EE, as Jetty calls its modules: {@code ee10}
   * @param base a folder for what runs
   */
  static RunningJetty start(String home, String environment, Path base, WebArchive war) {
    int port = RunningSample.freePort();
    Path log = base.resolve("jetty.log");
    try {
      Files.createDirectories(base.resolve("webapps"));
      Files.createDirectories(base.resolve("work"));
      war.as(ZipExporter.class)
          .exportTo(base.resolve("webapps").resolve(war.getName()).toFile(), true);
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-jar",
                  folder(home).resolve("start.jar").toString(),
                  // Before the modules: what comes after is that environment's, not the server's.
                  "jetty.http.host=127.0.0.1",
                  "jetty.http.port=" + port,
                  "jetty.httpConfig.requestHeaderSize=32768",
                  "--module=http,forwarded,%1$s-deploy,%1$s-annotations".formatted(environment))
              .directory(base.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      String context = war.getName().replaceFirst("\\.war$", "");
      RunningJetty jetty =
          new RunningJetty(
              process, log, URI.create("http://localhost:" + port + "/" + context + "/"));
      jetty.awaitStart();
      return jetty;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder(String home) throws IOException {
    try (Stream<Path> servers =
        Files.list(Path.of(System.getProperty("sample.target"), "servers", "jetty"))) {
      return servers
          .filter(folder -> folder.getFileName().toString().startsWith(home))
          .findAny()
          .orElseThrow(() -> new AssertionError("no " + home));
    }
  }

  private void awaitStart() {
    await()
        .atMost(PATIENCE)
        .until(() -> output().contains(" Started oejs.Server@") || !process.isAlive());
    if (!process.isAlive()) throw new AssertionError(output());
  }

  URI app() {
    return app;
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
