package io.github.sallyport.boot;

import io.github.sallyport.Health;
import io.github.sallyport.Telemetry;
import io.github.sallyport.audit.AuditChain;
import io.github.sallyport.audit.AuditKeeper;
import io.github.sallyport.audit.AuditQueue;
import io.github.sallyport.audit.AuditQueue.Patience;
import io.github.sallyport.audit.AuditSettings;
import io.github.sallyport.audit.AuditSettings.Sink;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.audit.AuditStore;
import io.github.sallyport.audit.AuditTrail;
import io.github.sallyport.audit.LogAuditSink;
import io.github.sallyport.audit.Seals;
import io.github.sallyport.audit.SinkKeeper;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Audit, open: the sink that the deployer chose, behind a queue where it may be slow. */
final class AuditRoom implements AutoCloseable {
  private final AuditTrail trail;
  private final @Nullable AuditQueue queue;

  private AuditRoom(AuditTrail trail, @Nullable AuditQueue queue) {
    this.trail = trail;
    this.queue = queue;
  }

  /**
   * @param store the table, used where the sink is that
   * @param application finds a class of the application's
   */
  static AuditRoom open(
      AuditSettings settings, AuditStore store, Seals seals, ClassLoader application, Clock clock) {
    if (settings.sink() == Sink.LOG || settings.sink() == Sink.NONE) {
      AuditSink sink = settings.sink() == Sink.LOG ? new LogAuditSink() : event -> {};
      return new AuditRoom(new AuditTrail(settings.sinkName(), sink, null, seals, clock), null);
    }
    boolean table = settings.sink() == Sink.JDBC;
    AuditKeeper keeper =
        table
            ? new AuditChain(store, seals, settings.keep(), clock)
            : new SinkKeeper(made(settings.sinkName(), application));
    AuditQueue queue =
        settings.block()
            ? AuditQueue.blocking("sallyport-audit", keeper, Patience.USUAL, clock)
            : AuditQueue.dropping("sallyport-audit", keeper, Patience.USUAL, clock);
    return new AuditRoom(
        new AuditTrail(settings.sinkName(), queue, table ? store : null, seals, clock), queue);
  }

  /** How well it does; nothing where events go straight to where they are kept. */
  List<Health.Part> health() {
    return queue == null ? List.of() : List.of(queue.health());
  }

  /** Has those read that wait. */
  AuditRoom watchedBy(Telemetry telemetry) {
    if (queue != null) telemetry.watch(Telemetry.Reading.AUDIT_QUEUE, queue::waiting);
    return this;
  }

  AuditTrail trail() {
    return trail;
  }

  private static AuditSink made(String name, ClassLoader application) {
    try {
      return Class.forName(name, true, application)
          .asSubclass(AuditSink.class)
          .getConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new IllegalStateException(
          "sallyport.audit.sink: the constructor of " + name + " failed: " + cause(e), e);
    }
  }

  private static Throwable cause(Throwable thrown) {
    return thrown.getCause() == null ? thrown : thrown.getCause();
  }

  @Override
  public void close() {
    if (queue != null) queue.close();
    trail.close();
  }
}
