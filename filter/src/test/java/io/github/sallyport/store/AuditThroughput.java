package io.github.sallyport.store;

import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditChain;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditQueue;
import io.github.sallyport.audit.AuditQueue.Patience;
import io.github.sallyport.audit.AuditSink.Place;
import io.github.sallyport.audit.AuditTrail;
import io.github.sallyport.audit.LogAuditSink;
import io.github.sallyport.audit.Seals;
import io.github.sallyport.key.PepperSeals;
import io.github.sallyport.store.StoreSettings.Source;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Measures how many events a second reach the sealed table, what a refused request pays for its
 * event, and how long a change waits for its own. Run by hand; its figures stand in {@code
 * docs/audit.md}.
 */
final class AuditThroughput {
  private static final Seals SEALS = PepperSeals.of(Rooms.KEYS);
  private static final int WARM_UP = 20_000;
  private static final int PAID = 3000; // fewer than there is room for

  private AuditThroughput() {}

  /**
   * Measures.
   *
   * @param arguments how many events
   */
  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    System.out.printf(
        "%d events, batches of up to 500; %s, %d processors%n%n",
        count, System.getProperty("java.vm.version"), Runtime.getRuntime().availableProcessors());
    System.out.printf(
        "%-22s %12s %16s %16s %18s%n",
        "", "events/s", "refusal, median", "refusal, p99", "change, median");
    measure("H2, file, durable", new Source.Embedded(Files.createTempDirectory("audit")), count);
    measure("PostgreSQL", Postgres.newDatabase(), count);
    System.out.printf("%-22s %12s %16s%n", "sink log, no handler", "", paidToLog());
    System.exit(0);
  }

  private static void measure(String title, Source source, int count) throws Exception {
    try (Store store = Store.open(new StoreSettings(source, null, true, Duration.ofSeconds(20)))) {
      flood(store, WARM_UP);
      double perSecond = flood(store, count);
      List<Long> refusals = new ArrayList<>();
      for (int i = 0; i < 3; i++) refusals = paid(store);
      List<Long> changes = changes(store);
      System.out.printf(
          "%-22s %12.0f %16s %16s %18s%n",
          title, perSecond, at(refusals, 0.5), at(refusals, 0.99), at(changes, 0.5));
      System.out.printf("%-22s %s%n", "", verified(store));
    }
  }

  private static AuditQueue queue(Store store) {
    Clock clock = Clock.systemUTC();
    return AuditQueue.blocking(
        "audit",
        new AuditChain(store.audit(), SEALS, Duration.ofDays(400), clock),
        new Patience(Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofMinutes(5)),
        clock);
  }

  /** Four threads refuse as fast as they can, and wait for room. */
  private static double flood(Store store, int count) throws Exception {
    AuditQueue queue = queue(store);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    long began = System.nanoTime();
    List<Future<?>> done = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      done.add(
          threads.submit(
              () -> {
                for (int i = 0; i < count / 4; i++) queue.record(refusal(i));
              }));
    }
    for (Future<?> each : done) each.get();
    queue.close();
    threads.shutdown();
    if (queue.dropped() > 0) throw new IllegalStateException(queue.dropped() + " were dropped");
    return count / ((System.nanoTime() - began) / 1e9);
  }

  /** What the request's own thread pays, while there is room. */
  private static List<Long> paid(Store store) {
    try (AuditQueue queue = queue(store)) {
      List<Long> nanos = new ArrayList<>();
      for (int i = 0; i < PAID; i++) {
        long began = System.nanoTime();
        queue.record(refusal(i));
        nanos.add(System.nanoTime() - began);
      }
      return nanos.stream().sorted().toList();
    }
  }

  private static String paidToLog() {
    Logger logger = Logger.getLogger("sallyport.audit");
    logger.setUseParentHandlers(false);
    logger.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord record) {}

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
    LogAuditSink log = new LogAuditSink();
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      long began = System.nanoTime();
      log.record(refusal(i));
      nanos.add(System.nanoTime() - began);
    }
    return at(nanos.subList(25_000, 50_000).stream().sorted().toList(), 0.5);
  }

  private static List<Long> changes(Store store) {
    try (AuditQueue queue = queue(store)) {
      List<Long> nanos = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        long began = System.nanoTime();
        try (Place place = queue.reserve()) {
          place.record(refusal(i));
        }
        nanos.add(System.nanoTime() - began);
      }
      return nanos.stream().sorted().toList();
    }
  }

  private static String verified(Store store) {
    long began = System.nanoTime();
    long events =
        new AuditTrail("jdbc", event -> {}, store.audit(), SEALS, Clock.systemUTC())
            .verify()
            .events();
    return String.format(
        Locale.ROOT,
        "%d events verified, %.0f a second",
        events,
        events / ((System.nanoTime() - began) / 1e9));
  }

  private static AuditEvent refusal(int number) {
    Actor by =
        new Actor(
            null,
            null,
            null,
            null,
            null,
            "7b1f3f6e-" + number,
            "192.0.2.7",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "GET",
            "/api/orders/" + number);
    return new AuditEvent(
        Clock.systemUTC().instant(),
        "request.refused",
        "key_unknown",
        by,
        null,
        "The key is not known.");
  }

  private static String at(List<Long> sorted, double part) {
    long nanos = sorted.get((int) Math.ceil(part * sorted.size()) - 1);
    return String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
  }
}
