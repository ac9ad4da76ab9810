package io.github.sallyport.store;

import io.github.sallyport.Secret;
import io.github.sallyport.store.StoreSettings.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The system's MariaDB as a process of ours, started when first asked for, ended with the JVM. */
final class MariaDb {
  private static final String USER = "root";
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private MariaDb() {}

  /** Its code is in another class, since threads that run it wait for this one to be there. */
  private static final class Running {
    static final int PORT = Server.start();
  }

  private static final class Server {
    static int start() {
      try {
        Path folder = Files.createTempDirectory("sallyport-mariadb");
        int port = freePort();
        run(
            folder,
            "mariadb-install-db",
            "--no-defaults",
            "--user=root",
            "--datadir=" + folder.resolve("data"),
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve");
        Process server =
            new ProcessBuilder(
                    program("mariadbd"),
                    "--no-defaults",
                    "--user=root",
                    "--datadir=" + folder.resolve("data"),
                    "--socket=" + folder.resolve("s"),
                    "--pid-file=" + folder.resolve("pid"),
                    "--port=" + port,
                    "--bind-address=127.0.0.1",
                    "--skip-name-resolve")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, folder)));
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptionsInstanceOf(SQLException.class)
            .until(
                () -> {
                  if (!server.isAlive()) {
                    throw new IllegalStateException(
                        "mariadbd ended: " + Files.readString(folder.resolve("log")));
                  }
                  Connections.open(url(port, ""), USER).close();
                  return true;
                });
        return port;
      } catch (IOException e) {
        throw new UncheckedIOException("MariaDB did not start", e);
      }
    }

    private static void run(Path folder, String... command) throws IOException {
      command[0] = program(command[0]);
      Path log = folder.resolve("install");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (process.onExit().join().exitValue() != 0) {
        throw new IllegalStateException(List.of(command) + ": " + Files.readString(log));
      }
    }

    private static String program(String name) {
      return Stream.of("/usr/sbin", "/usr/bin", "/usr/local/bin")
          .map(folder -> Path.of(folder, name))
          .filter(Files::isExecutable)
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "the profile full needs "
                          + name
                          + ": apt-get install --no-install-recommends mariadb-server-core"
                          + " mariadb-client-core"))
          .toString();
    }

    private static int freePort() throws IOException {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      }
    }

    private static void end(Process server, Path folder) {
      server.destroyForcibly().onExit().join();
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static int port() {
    return Running.PORT;
  }

  /** An empty database that nobody else uses. */
  static Source.Url newDatabase() throws SQLException {
    String name = "t" + DATABASES.incrementAndGet();
    try (Connection connection = Connections.open(url(Running.PORT, ""), USER);
        Statement statement = connection.createStatement()) {
      // The server's own default, which folds letters: our columns must not depend on it.
      statement.execute("CREATE DATABASE " + name);
    }
    return new Source.Url(new Secret(url(Running.PORT, name)), USER, null);
  }

  private static String url(int port, String database) {
    return "jdbc:mariadb://127.0.0.1:" + port + "/" + database;
  }
}
