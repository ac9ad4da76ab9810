package io.github.sallyport.benchmark;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where and when figures were taken.
 *
 * @param loadAverage of the last minute before the run: above nought, others were at work; negative
 *     where the system does not tell
 */
record Environment(
    Instant date,
    String command,
    String jvm,
    String jvmArguments,
    String processor,
    int processors,
    String system,
    double loadAverage) {

  static Environment now(String command) {
    return new Environment(
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        command,
        property("java.vm.name")
            + " "
            + property("java.vm.version")
            + " ("
            + property("java.vendor")
            + ")",
        String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()),
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        property("os.name") + " " + property("os.version") + " " + property("os.arch"),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String property(String name) {
    return System.getProperty(name, "?");
  }

  /** Only Linux says it in a file; elsewhere the architecture must do. */
  private static String processorName() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(property("os.arch"));
    } catch (IOException e) {
      return property("os.arch");
    }
  }
}
