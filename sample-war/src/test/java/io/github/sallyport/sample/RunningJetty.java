package io.github.sallyport.sample;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** A Jetty as it is downloaded, in a JVM of its own, that deploys what lies in its folder. */
final class RunningJetty implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path base;
  private final int port;

  private RunningJetty(Process process, Path base, int port) {
    this.process = process;
    this.base = base;
    this.port = port;
  }

  /** The distribution whose folder begins so. */
  static Path home(String name) {
    try (Stream<Path> servers =
        Files.list(Path.of(System.getProperty("sample.target"), "servers", "jetty"))) {
      return servers
          .filter(folder -> folder.getFileName().toString().startsWith(name))
          .findAny()
          .orElseThrow(() -> new AssertionError("no " + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts it.
   *
   * @param environment the level of Jakarta EE, as Jetty calls its modules: {@code ee10}
   * @param modules further ones, as {@code forwarded}; those of the environment after a {@code %s}
   * @param base a folder for what runs
   * @param arguments for the JVM
   */
  static RunningJetty start(
      Path home,
      String environment,
      List<String> modules,
      Path base,
      int port,
      List<String> arguments) {
    try {
      Files.createDirectories(base.resolve("webapps"));
      Files.createDirectories(base.resolve("work"));
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Dorg.eclipse.jetty.logging.appender.MESSAGE_ESCAPE=false");
      command.addAll(arguments);
      command.addAll(
          List.of(
              "-jar",
              home.resolve("start.jar").toString(),
              // Before the modules: what comes after is that environment's, not the server's.
              "jetty.http.host=127.0.0.1",
              "jetty.http.port=" + port,
              "jetty.httpConfig.requestHeaderSize=32768",
              "jetty.deploy.scanInterval=1",
              "--module="
                  + Stream.concat(
                          Stream.of("http", "%s-deploy", "%s-annotations"), modules.stream())
                      .map(module -> module.formatted(environment))
                      .collect(Collectors.joining(","))));
      Process process =
          new ProcessBuilder(command)
              .directory(base.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log(base).toFile())
              .start();
      RunningJetty jetty = new RunningJetty(process, base, port);
      jetty.awaitLine(0, " Started oejs\\.Server@");
      return jetty;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path log(Path base) {
    return base.resolve("server.log");
  }

  /**
   * Returns when the application runs.
   *
   * @throws IllegalStateException it does not start
   */
  void deploy(WebArchive war) {
    int before = output().length();
    Path file = base.resolve("webapps").resolve(war.getName());
    try {
      // In one piece, since Jetty looks at any time.
      Path whole = base.resolve("work").resolve(war.getName());
      war.as(ZipExporter.class).exportTo(whole.toFile(), true);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
      if (!awaitLine(
              before,
              "(ServletContextHandler:\\S+ Started|Failed startup of context) "
                  + context(war.getName()))
          .contains("Started ")) {
        Files.delete(file);
        throw new IllegalStateException(war.getName() + " does not start");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void undeploy(String name) {
    int before = output().length();
    try {
      Files.delete(base.resolve("webapps").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitLine(before, "Stopped " + context(name));
  }

  /** As Jetty logs it: name and path of the context. */
  private static String context(String name) {
    return "oe\\S+WebAppContext@\\w+\\{[^,]*," + Pattern.quote(path(name)) + ",";
  }

  private static String path(String name) {
    return name.equals("ROOT.war") ? "/" : "/" + name.replaceFirst("\\.war$", "");
  }

  /** Waits for a match in what was logged after so many characters, and returns it. */
  private String awaitLine(int before, String pattern) {
    Pattern wanted = Pattern.compile(pattern);
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              if (!process.isAlive()) throw new AssertionError(output());
              return wanted.matcher(output().substring(before)).results().findFirst();
            },
            match -> match.isPresent())
        .orElseThrow()
        .group();
  }

  /** Where an application answers. */
  URI app(String name) {
    return URI.create("http://localhost:" + port + path(name + ".war") + "/");
  }

  String output() {
    try {
      return Files.readString(log(base));
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
