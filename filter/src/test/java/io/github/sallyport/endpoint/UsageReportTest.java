package io.github.sallyport.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.endpoint.UsageReport.By;
import io.github.sallyport.usage.Tally;
import io.github.sallyport.usage.UsageCell;
import io.github.sallyport.usage.UsageStore.Counted;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UsageReportTest {
  private static Counted counted(String key, String outcome, long requests) {
    long[] latency = new long[Tally.CLASSES];
    latency[0] = requests;
    return new Counted(
        new UsageCell(key, 0, "orders", outcome), new Tally(requests, 1, 0, latency));
  }

  /** An application may answer with a status that is none. */
  @Test
  void onlyARefusalOfOursIsCalledRefused() {
    UsageReport report =
        new UsageReport(
            List.of(By.RULE),
            List.of(
                counted("k", "2xx", 3), counted("k", "other", 2), counted("k", "key_revoked", 1)));
    assertThat(report.json().get("total"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .containsEntry("statuses", Map.of("2xx", 3L, "other", 2L))
        .containsEntry("refused", Map.of("key_revoked", 1L));
    assertThat(report.csv()).contains("\r\norders,6,1,3,");
  }

  @Test
  void whatASeparatorIsInCsvIsQuoted() {
    UsageReport report =
        new UsageReport(List.of(By.KEY), List.of(counted("a,\"b\"\r\n", "2xx", 1)));
    assertThat(report.csv()).contains("\r\n\"a,\"\"b\"\"\r\n\",1,0,");
  }
}
