package io.github.sallyport.boot;

import io.github.sallyport.cache.ClusterSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** Writes the configurations of members, which are the documented one, on loopback. */
final class Members {
  private Members() {}

  /**
   * Writes one.
   *
   * @param port where it listens
   * @param called where others call it: there, or the near end of a cable that leads there
   * @param all where all of them are called
   */
  static String configuration(Path folder, int port, int called, int... all) throws IOException {
    String text =
        ClusterSettings.EXAMPLE
            .replace("  network:\n", "  network:\n    public-address: 127.0.0.1:" + called + "\n")
            .replace("properties:", "properties:\n    hazelcast.merge.first.run.delay.seconds: 5")
            .replace("5701", Integer.toString(port))
            .replace(
                "10.0.0.11, 10.0.0.12",
                Arrays.stream(all)
                    .mapToObj(a -> "127.0.0.1:" + a)
                    .collect(Collectors.joining(", ")))
            .replace("10.0.0.*", "127.0.0.1");
    return Files.writeString(folder.resolve("member" + port + ".yaml"), text).toString();
  }

  /**
   * A port that was free a moment ago, and is none that the system gives to whoever calls somebody:
   * a node that is started again finds it free still.
   */
  static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Taken: the next one may do.
      }
    }
  }
}
