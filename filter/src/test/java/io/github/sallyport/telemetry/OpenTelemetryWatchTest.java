package io.github.sallyport.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.CredentialKind;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Telemetry;
import io.github.sallyport.User;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.bytebuddy.ByteBuddy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the real SDK hears, also where it is set late. */
class OpenTelemetryWatchTest {
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();
  private Telemetry watch;

  @BeforeEach
  void open() {
    GlobalOpenTelemetry.resetForTest();
    watch = OpenTelemetryWatch.open(getClass().getClassLoader());
  }

  @AfterEach
  void close() {
    watch.close();
    sdk.close();
    GlobalOpenTelemetry.resetForTest();
  }

  @Test
  void eachInstrumentSaysWhatItIsToldInItsUnit() {
    GlobalOpenTelemetry.set(sdk);
    watch.judged(CredentialKind.API_KEY, null, Refusal.KEY_REVOKED, 2_000_000);
    watch.judged(CredentialKind.API_KEY, byKey(), null, 4_000_000);
    watch.judged(CredentialKind.API_KEY, byKey(), null, 4_000_000);
    watch.refused(Refusal.KEY_REVOKED);
    watch.limited(null);
    watch.limited(Refusal.RATE_LIMITED);
    watch.storeAsked(true, 1_000_000);
    watch.storeAsked(false, 2_000_000_000);
    watch.keysFetched("main", true, 50_000_000);
    watch.watch(Telemetry.Reading.FEED_AGE, () -> 1500);
    watch.watch(Telemetry.Reading.AUDIT_QUEUE, () -> 7);
    watch.watchCache("sallyport.keys", () -> 90, () -> 10);
    watch.watchCache("sallyport.tokens", () -> 5, () -> 2);

    assertThat(collected())
        .containsExactly(
            "sallyport.audit.queue {event} {} 7",
            "sallyport.authentication.duration s"
                + " {sallyport.credential=API_KEY, sallyport.outcome=accepted} 2 x 0.004",
            "sallyport.authentication.duration s"
                + " {sallyport.credential=API_KEY, sallyport.outcome=key_revoked} 1 x 0.002",
            "sallyport.cache.requests {request}"
                + " {sallyport.cache=sallyport.keys, sallyport.outcome=hit} 90",
            "sallyport.cache.requests {request}"
                + " {sallyport.cache=sallyport.keys, sallyport.outcome=miss} 10",
            "sallyport.cache.requests {request}"
                + " {sallyport.cache=sallyport.tokens, sallyport.outcome=hit} 5",
            "sallyport.cache.requests {request}"
                + " {sallyport.cache=sallyport.tokens, sallyport.outcome=miss} 2",
            "sallyport.feed.age s {} 1.5",
            "sallyport.key_set.duration s"
                + " {sallyport.issuer=main, sallyport.outcome=usable} 1 x 0.05",
            "sallyport.limiter.decisions {request} {sallyport.outcome=granted} 1",
            "sallyport.limiter.decisions {request} {sallyport.outcome=rate_limited} 1",
            "sallyport.refusals {request} {sallyport.outcome=key_revoked} 1",
            "sallyport.store.duration s {sallyport.outcome=answered} 1 x 0.001",
            "sallyport.store.duration s {sallyport.outcome=failed} 1 x 2.0");
  }

  @Test
  void whoeverSetsAnSdkLaterHearsFromThenOnAndCanSetIt() {
    watch.watchCache("sallyport.keys", () -> 1, () -> 0);
    watch.limited(null);
    GlobalOpenTelemetry.set(sdk); // would throw, had we asked for it
    assertThat(collected()).isEmpty();
    watch.limited(null);
    assertThat(collected())
        .containsExactly(
            "sallyport.cache.requests {request}"
                + " {sallyport.cache=sallyport.keys, sallyport.outcome=hit} 1",
            "sallyport.cache.requests {request}"
                + " {sallyport.cache=sallyport.keys, sallyport.outcome=miss} 0",
            "sallyport.limiter.decisions {request} {sallyport.outcome=granted} 1");
  }

  /** As Payara 6 has one. */
  @Test
  void anApiThatCanNotBeAskedWhetherAnSdkWasSetIsToldNoMetricsAndItsSpansAreMarked() {
    ClassLoader old =
        new ByteBuddy()
            .subclass(Object.class)
            .name(GlobalOpenTelemetry.class.getName())
            .make()
            .load(null)
            .getLoaded()
            .getClassLoader();
    watch = OpenTelemetryWatch.open(old);
    GlobalOpenTelemetry.set(sdk);
    inSpan(() -> watch.judged(CredentialKind.API_KEY, byKey(), null, 1));
    assertThat(collected()).isEmpty();
    assertThat(spans.getFinishedSpanItems())
        .singleElement()
        .satisfies(span -> assertThat(span.getAttributes().asMap()).isNotEmpty());
  }

  @Test
  void nothingIsReadAfterTheEnd() {
    GlobalOpenTelemetry.set(sdk);
    watch.watch(Telemetry.Reading.AUDIT_QUEUE, () -> 7);
    watch.limited(null);
    assertThat(collected()).hasSize(2);
    watch.close();
    watch.close();
    assertThat(collected()).hasSize(1);
  }

  @Test
  void aSpanSaysWhoCallsAndWhyNobodyMay() {
    GlobalOpenTelemetry.set(sdk);
    inSpan(() -> watch.judged(CredentialKind.API_KEY, byKey(), null, 1));
    inSpan(() -> watch.judged(CredentialKind.BEARER, byToken("alice"), null, 1));
    inSpan(() -> watch.judged(CredentialKind.BEARER, byToken("x".repeat(5000)), null, 1));
    inSpan(
        () -> {
          watch.judged(CredentialKind.API_KEY, null, Refusal.KEY_UNKNOWN, 1);
          watch.refused(Refusal.KEY_UNKNOWN);
        });
    assertThat(spans.getFinishedSpanItems())
        .extracting(span -> span.getAttributes().asMap().toString())
        .containsExactly(
            "{sallyport.key.id=k-1}",
            "{enduser.id=alice}",
            "{enduser.id=" + "x".repeat(256) + "}",
            "{error.type=key_unknown}");
  }

  @Test
  void withoutTheLibraryNobodyWatches() throws Exception {
    try (URLClassLoader none =
        new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
      assertThat(OpenTelemetryWatch.open(none)).isSameAs(Telemetry.NONE);
    }
    Telemetry.NONE.judged(CredentialKind.API_KEY, byKey(), null, 1);
    Telemetry.NONE.close();
  }

  private void inSpan(Runnable task) {
    OpenTelemetry telemetry = sdk;
    Span span = telemetry.getTracer("test").spanBuilder("request").startSpan();
    Context.current().with(span).wrap(task).run();
    span.end();
  }

  /** Each point as a line: its instrument, unit, attributes and value. */
  private List<String> collected() {
    List<String> lines = new ArrayList<>();
    Collection<MetricData> all = metrics.collectAllMetrics();
    for (MetricData metric : all) {
      String begin = metric.getName() + " " + metric.getUnit() + " ";
      metric
          .getHistogramData()
          .getPoints()
          .forEach(
              p ->
                  lines.add(
                      begin + of(p) + " " + p.getCount() + " x " + p.getSum() / p.getCount()));
      metric
          .getLongSumData()
          .getPoints()
          .forEach(p -> lines.add(begin + of(p) + " " + p.getValue()));
      metric
          .getDoubleGaugeData()
          .getPoints()
          .forEach(p -> lines.add(begin + of(p) + " " + p.getValue()));
    }
    lines.sort(null);
    return lines;
  }

  private static String of(PointData point) {
    Map<String, Object> attributes = new TreeMap<>();
    point.getAttributes().forEach((key, value) -> attributes.put(key.getKey(), value));
    return attributes.toString();
  }

  private static Caller byKey() {
    Application key =
        new Application("k-1", "k-1", false, "acme", null, "live", Set.of(), Set.of(), null, false);
    return EstablishedCaller.byKey(key, Instant.EPOCH);
  }

  private static Caller byToken(String name) {
    User user = new User(name, "u-1", "iss", "t-1", null, Set.of(), Map.of(), null, Instant.MAX);
    return EstablishedCaller.byToken(user, Instant.EPOCH);
  }
}
