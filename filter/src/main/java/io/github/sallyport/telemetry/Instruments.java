package io.github.sallyport.telemetry;

import io.github.sallyport.CredentialKind;
import io.github.sallyport.Refusal;
import io.github.sallyport.Telemetry.Reading;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The instruments that docs/telemetry.md lists. Each set of attributes is made of closed sets and
 * names of the configuration, and made once.
 */
final class Instruments implements AutoCloseable {
  private static final AttributeKey<String> CREDENTIAL =
      AttributeKey.stringKey("sallyport.credential");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("sallyport.outcome");
  private static final AttributeKey<String> ISSUER = AttributeKey.stringKey("sallyport.issuer");
  private static final AttributeKey<String> CACHE = AttributeKey.stringKey("sallyport.cache");

  /** From what a copy in this process takes to what a time-out does, in seconds. */
  private static final List<Double> SECONDS =
      List.of(
          0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0);

  private static final double NANOS = 1e9;

  private final Meter meter;
  private final DoubleHistogram authentications;
  private final LongCounter refusals;
  private final LongCounter limits;
  private final DoubleHistogram store;
  private final DoubleHistogram keySets;
  private final Map<List<String>, Attributes> attributes = new ConcurrentHashMap<>();
  private final Queue<AutoCloseable> callbacks = new ConcurrentLinkedQueue<>();

  Instruments(Meter meter) {
    this.meter = meter;
    this.authentications =
        seconds("sallyport.authentication.duration", "How long judging a credential took.");
    this.refusals =
        meter
            .counterBuilder("sallyport.refusals")
            .setUnit("{request}")
            .setDescription("Requests that were answered with a refusal.")
            .build();
    this.limits =
        meter
            .counterBuilder("sallyport.limiter.decisions")
            .setUnit("{request}")
            .setDescription("Requests that a plan was asked about.")
            .build();
    this.store = seconds("sallyport.store.duration", "How long the store took.");
    this.keySets =
        seconds("sallyport.key_set.duration", "How long fetching an issuer's keys took.");
  }

  private DoubleHistogram seconds(String name, String description) {
    return meter
        .histogramBuilder(name)
        .setUnit("s")
        .setDescription(description)
        .setExplicitBucketBoundariesAdvice(SECONDS)
        .build();
  }

  void judged(CredentialKind kind, @Nullable Refusal why, long nanos) {
    authentications.record(nanos / NANOS, of(CREDENTIAL, kind.name(), outcome(why, "accepted")));
  }

  void refused(Refusal why) {
    refusals.add(1, of(OUTCOME, why.code(), ""));
  }

  void limited(@Nullable Refusal why) {
    limits.add(1, of(OUTCOME, outcome(why, "granted"), ""));
  }

  void storeAsked(boolean answered, long nanos) {
    store.record(nanos / NANOS, of(OUTCOME, answered ? "answered" : "failed", ""));
  }

  void keysFetched(String issuer, boolean usable, long nanos) {
    keySets.record(nanos / NANOS, of(ISSUER, issuer, usable ? "usable" : "failed"));
  }

  private static String outcome(@Nullable Refusal why, String otherwise) {
    return why == null ? otherwise : why.code();
  }

  private Attributes of(AttributeKey<String> key, String value, String outcome) {
    return attributes.computeIfAbsent(
        List.of(key.getKey(), value, outcome),
        same ->
            outcome.isEmpty()
                ? Attributes.of(key, value)
                : Attributes.of(key, value, OUTCOME, outcome));
  }

  void watch(Reading reading, LongSupplier value) {
    callbacks.add(
        switch (reading) {
          case FEED_AGE ->
              meter
                  .gaugeBuilder("sallyport.feed.age")
                  .setUnit("s")
                  .setDescription("How old what is known of the store's changes is.")
                  .buildWithCallback(to -> to.record(value.getAsLong() / 1e3));
          case AUDIT_QUEUE ->
              meter
                  .upDownCounterBuilder("sallyport.audit.queue")
                  .setUnit("{event}")
                  .setDescription("Events that wait to be recorded.")
                  .buildWithCallback(to -> to.record(value.getAsLong()));
        });
  }

  void watchCache(String cache, LongSupplier hits, LongSupplier misses) {
    callbacks.add(
        meter
            .counterBuilder("sallyport.cache.requests")
            .setUnit("{request}")
            .setDescription("Look-ups in a cache.")
            .buildWithCallback(
                to -> {
                  to.record(hits.getAsLong(), of(CACHE, cache, "hit"));
                  to.record(misses.getAsLong(), of(CACHE, cache, "miss"));
                }));
  }

  @Override
  public void close() {
    for (AutoCloseable callback = callbacks.poll(); callback != null; callback = callbacks.poll()) {
      try {
        callback.close();
      } catch (Exception e) {
        throw new AssertionError("an instrument's end throws nothing", e);
      }
    }
  }
}
