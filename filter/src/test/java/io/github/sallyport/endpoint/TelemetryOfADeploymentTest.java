package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.KeysServer.KEYS;
import static io.github.sallyport.endpoint.KeysServer.PAGE;
import static io.github.sallyport.endpoint.KeysServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole deployment, watched by the real SDK, of which it knows the API alone. */
class TelemetryOfADeploymentTest {
  @TempDir private Path data;

  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
          .build();

  @BeforeEach
  void set() {
    GlobalOpenTelemetry.resetForTest();
    GlobalOpenTelemetry.set(sdk);
  }

  @AfterEach
  void reset() {
    GlobalOpenTelemetry.resetForTest();
    sdk.close();
  }

  @Test
  void whatHappensIsCountedAndTimed() throws Exception {
    Map<String, String> settings =
        Map.of("sallyport.plan.two.limit", "2/P1D", "sallyport.audit.sink", "jdbc");
    try (KeysServer server = new KeysServer(data, settings)) {
      String key = text(server.issue("\"scopes\":[],\"plan\":\"two\""), "key");
      for (int i = 0; i < 3; i++) server.page(key);
      server.send("sp_live_nonsense", "GET", PAGE);
      server.wire.send("GET", PAGE);
      server.send(key, "GET", KEYS);

      assertThat(points())
          .contains(
              "sallyport.authentication.duration {sallyport.credential=API_KEY,"
                  + " sallyport.outcome=accepted} 3", // with the administrator's
              "sallyport.authentication.duration {sallyport.credential=API_KEY,"
                  + " sallyport.outcome=rate_limited} 2",
              "sallyport.authentication.duration {sallyport.credential=API_KEY,"
                  + " sallyport.outcome=key_unknown} 1",
              "sallyport.refusals {sallyport.outcome=rate_limited} 2",
              "sallyport.refusals {sallyport.outcome=key_unknown} 1",
              "sallyport.refusals {sallyport.outcome=credential_missing} 1",
              "sallyport.limiter.decisions {sallyport.outcome=granted} 2",
              "sallyport.limiter.decisions {sallyport.outcome=rate_limited} 2")
          .anyMatch(point -> point.startsWith("sallyport.store.duration {"))
          .anyMatch(point -> point.startsWith("sallyport.feed.age {}"))
          .anyMatch(point -> point.startsWith("sallyport.audit.queue {} "))
          .anyMatch(point -> point.matches("sallyport.cache.requests .*sallyport.outcome=hit} .*"));
    }
    assertThat(points())
        .as("what is read ends with the deployment")
        .noneMatch(point -> point.matches("sallyport.(feed|cache|audit).*"));
  }

  @Test
  void aRequestUnderAPlanIsOneDecisionWhateverOfItsPlanDecides() throws Exception {
    try (KeysServer server =
        new KeysServer(
            data,
            Map.of(
                "sallyport.plan.both.limit", "100/P1D",
                "sallyport.plan.both.quota", "2/P1M",
                "sallyport.plan.few.concurrency", "3"))) {
      String both = text(server.issue("\"scopes\":[],\"plan\":\"both\""), "key");
      String few = text(server.issue("\"scopes\":[],\"plan\":\"few\""), "key");
      assertThat(List.of(server.page(both), server.page(both), server.page(both), server.page(few)))
          .containsExactly(200, 200, 429, 200);
      server.page(text(server.issue("\"scopes\":[]"), "key")); // without a plan

      assertThat(points())
          .filteredOn(point -> point.startsWith("sallyport.limiter.decisions"))
          .containsExactlyInAnyOrder(
              "sallyport.limiter.decisions {sallyport.outcome=granted} 3",
              "sallyport.limiter.decisions {sallyport.outcome=quota_exhausted} 1");
    }
  }

  /** L: whoever can make up a label's value can fill the memory of who collects it. */
  @Test
  void noRequestCanMakeUpASeries() throws Exception {
    Random random = new Random(7);
    try (KeysServer server = new KeysServer(data, Map.of())) {
      String good = text(server.issue("\"scopes\":[]"), "key");
      for (int i = 0; i < 1000; i++) {
        String made = Long.toHexString(random.nextLong());
        server.wire.send(
            "GET",
            PAGE + "/" + made + "?" + made,
            "X-API-Key: " + made,
            "User-Agent: " + made,
            "X-Request-Id: " + made);
        server.wire.send("GET", PAGE, "Authorization: Bearer " + made + "." + made + "." + made);
        server.wire.send("GET", PAGE, "Authorization: " + made + " " + made);
      }
      assertThat(server.page(good)).isEqualTo(200);
      assertThat(points()).hasSizeLessThan(40);
      assertThat(points()).noneMatch(point -> point.contains(good));
    }
  }

  /** Each point: its instrument, its attributes, and how often where that is counted. */
  private List<String> points() {
    List<String> lines = new ArrayList<>();
    for (MetricData metric : metrics.collectAllMetrics()) {
      String name = metric.getName() + " ";
      metric
          .getHistogramData()
          .getPoints()
          .forEach(point -> lines.add(name + of(point) + " " + point.getCount()));
      metric
          .getLongSumData()
          .getPoints()
          .forEach(point -> lines.add(name + of(point) + " " + point.getValue()));
      metric.getDoubleGaugeData().getPoints().forEach(point -> lines.add(name + of(point)));
    }
    return lines;
  }

  private static String of(PointData point) {
    List<String> attributes = new ArrayList<>();
    point.getAttributes().forEach((key, value) -> attributes.add(key.getKey() + "=" + value));
    attributes.sort(null);
    return "{" + String.join(", ", attributes) + "}";
  }
}
