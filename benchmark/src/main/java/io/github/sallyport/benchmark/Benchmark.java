package io.github.sallyport.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Measures rows, prints their tables and keeps their figures. */
public final class Benchmark {
  private static final int KEYS = 8192;
  private static final Logger ROOT_LOGGER = Logger.getLogger("");
  private static final String COMMAND =
      "mvn -B -ntp -q -DskipTests -pl benchmark -am package exec:exec@measure -Drows=";

  /** Makes a row ready to be measured. */
  interface Opening {
    Row open() throws Exception;
  }

  private Benchmark() {}

  static Map<String, Opening> rows(int keys, int... copies) {
    Map<String, Opening> rows = new LinkedHashMap<>();
    rows.put("key", () -> KeyRow.open(keys));
    rows.put("token-rs256", () -> new TokenRow(TokenSigner.rs256()));
    rows.put("token-ps256", () -> new TokenRow(TokenSigner.ps256()));
    rows.put("token-es256", () -> new TokenRow(TokenSigner.es256()));
    rows.put("token-es384", () -> new TokenRow(TokenSigner.es384()));
    rows.put("token-ed25519", () -> new TokenRow(TokenSigner.ed25519()));
    rows.put("token-hs256", () -> new TokenRow(TokenSigner.hs256()));
    rows.put("token-again", () -> new TokenAgainRow(TokenSigner.rs256()));
    rows.put("limiter", LimiterRow::new);
    rows.put("filter", () -> FilterRow.open(keys));
    rows.put("growth", () -> GrowthRow.open(copies));
    return rows;
  }

  /**
   * Runs.
   *
   * @param arguments the folder for the figures; then the names of rows with commas between, or
   *     {@code all}
   */
  public static void main(String[] arguments) throws Exception {
    ROOT_LOGGER.setLevel(Level.WARNING); // the table is what is to be read
    if (arguments.length != 2) {
      throw new IllegalArgumentException("say the folder for the figures, and which rows or 'all'");
    }
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Environment environment = Environment.now(COMMAND + arguments[1]);
    System.out.printf(
        "%s%n%s x %d, %s, load average %.1f%n%n",
        environment.jvm(),
        environment.processor(),
        environment.processors(),
        environment.system(),
        environment.loadAverage());
    for (Map.Entry<String, Opening> row : chosen(arguments[1]).entrySet()) {
      Report report = measure(row.getKey(), row.getValue(), environment);
      System.out.println(report.table());
      Files.writeString(folder.resolve(row.getKey() + ".json"), report.json());
    }
  }

  private static Map<String, Opening> chosen(String names) {
    Map<String, Opening> all = rows(KEYS, 100, 10_000, 1_000_000);
    if (names.equals("all")) return all;
    List<String> wanted = List.of(names.split(","));
    List<String> unknown = new ArrayList<>(wanted);
    unknown.removeAll(all.keySet());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("no rows " + unknown + "; there are " + all.keySet());
    }
    all.keySet().retainAll(wanted);
    return all;
  }

  private static Report measure(String name, Opening opening, Environment environment)
      throws Exception {
    Interleaved.Plan plan = Interleaved.Plan.OF_RECORD;
    try (Row row = opening.open()) {
      List<Measured> measured = new Interleaved(plan, Meter.ofThisJvm()).measure(row.variants());
      return new Report(name, row.title(), environment, plan, measured);
    }
  }
}
