package io.github.sallyport.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Report REPORT =
      new Report(
          "key",
          "an API key resolved",
          new Environment(
              Instant.parse("2026-11-22T12:00:00Z"),
              "mvn measure",
              "A JVM 17",
              "-Xmx1g",
              "A processor",
              2,
              "Linux",
              1.5),
          Interleaved.Plan.OF_RECORD,
          List.of(
              new Measured(
                  "Sallyport",
                  new Spread(1900, 2000.5, 2100),
                  1800,
                  new Spread(2000, 2050, 2200),
                  new Spread(600, 600, 600),
                  new Spread(1100, 1200, 1300),
                  new Spread(2.4, 2.5, 2.61))));

  @Test
  void theTableHasALineAVariant() {
    assertThat(REPORT.table().lines().toList())
        .containsExactly(
            "### key: an API key resolved",
            "",
            "| variant | processor time | least | wall time | B/op | above the first | ratio | quartiles |",
            "| --- | --: | --: | --: | --: | --: | --: | --- |",
            "| Sallyport | 2.00 µs | 1.80 µs | 2.05 µs | 600 | 1.20 µs | 2.50 | 2.40 to 2.61 |");
  }

  @Test
  void timesHaveThreeDigitsAndAUnit() {
    assertThat(Report.time(7.25)).isEqualTo("7.25 ns");
    assertThat(Report.time(-39_400)).isEqualTo("-39.4 µs");
    assertThat(Report.time(111)).isEqualTo("111 ns");
    assertThat(Report.time(39_400)).isEqualTo("39.4 µs");
    assertThat(Report.time(1_310_000)).isEqualTo("1.31 ms");
  }

  @Test
  void theJsonSaysWhereWhenAndHowTheFiguresWereTaken() throws Exception {
    Map<String, ?> json = Json.readObject(REPORT.json().getBytes(StandardCharsets.UTF_8));
    assertThat(json.get("row")).isEqualTo("key");
    assertThat(json.get("date")).isEqualTo("2026-11-22T12:00:00Z");
    assertThat(json.get("command")).isEqualTo("mvn measure");
    assertThat(json.get("jvm")).isEqualTo("A JVM 17");
    assertThat(json.get("processor")).isEqualTo("A processor");
    assertThat(String.valueOf(json.get("variants")))
        .contains("Sallyport", "ratio={lower=2.4", "median=2.5", "upper=2.61");
  }
}
