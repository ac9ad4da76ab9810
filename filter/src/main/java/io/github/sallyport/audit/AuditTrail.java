package io.github.sallyport.audit;

import io.github.sallyport.audit.AuditQueue.Patience;
import io.github.sallyport.audit.AuditStore.Position;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Audit of one deployment: it takes events for the sink that the deployer chose, hands them to
 * whoever listens, and reads and verifies those that are in a table. Safe for use by many threads.
 *
 * <p>An application has it injected, with {@code sallyport-cdi}, or finds it as the attribute of
 * its {@code ServletContext} that has this class's name. Who may read events is then the
 * application's to say.
 */
public final class AuditTrail implements AuditSink {
  private static final System.Logger LOG = System.getLogger("sallyport.audit");

  private final String sinkName;
  private final AuditSink sink;
  private final @Nullable AuditStore store;
  private final Seals seals;
  private final Clock clock;
  private final List<AuditQueue> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param sinkName as the deployer wrote it
   * @param store where events can be read; null: the sink is no table
   */
  public AuditTrail(
      String sinkName, AuditSink sink, @Nullable AuditStore store, Seals seals, Clock clock) {
    this.sinkName = Objects.requireNonNull(sinkName, "sinkName");
    this.sink = Objects.requireNonNull(sink, "sink");
    this.store = store;
    this.seals = Objects.requireNonNull(seals, "seals");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public void record(AuditEvent event) {
    sink.record(event);
    tell(event);
  }

  @Override
  public Place reserve() {
    Place place = sink.reserve();
    return new Place() {
      @Override
      public void record(AuditEvent event) {
        place.record(event);
        tell(event);
      }

      @Override
      public void close() {
        place.close();
      }
    };
  }

  private void tell(AuditEvent event) {
    for (AuditQueue listener : listeners) listener.record(event);
  }

  /**
   * Has somebody told of each event, by a thread of its own and behind the requests. What it throws
   * breaks nothing and goes to the log, at most once a minute; what it is too slow for is dropped,
   * and it is told how much.
   */
  public Listening listen(Consumer<AuditEvent> listener) {
    OnceAMinute said = new OnceAMinute();
    AuditKeeper keeper =
        events -> {
          for (AuditEvent event : events) {
            try {
              listener.accept(event);
            } catch (RuntimeException | Error e) {
              if (said.isDue()) LOG.log(Level.WARNING, "who listens to audit failed", e);
            }
          }
        };
    AuditQueue queue =
        AuditQueue.dropping("sallyport-audit-listener", keeper, Patience.USUAL, clock);
    listeners.add(queue);
    return () -> {
      listeners.remove(queue);
      queue.close();
    };
  }

  /** Ends, when closed, that somebody listens. */
  @FunctionalInterface
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /** What {@code sallyport.audit.sink} says. */
  public String sinkName() {
    return sinkName;
  }

  /**
   * Tells whether events can be read and verified: {@code sallyport.audit.sink} is {@code jdbc}.
   */
  public boolean isReadable() {
    return store != null;
  }

  /**
   * Finds events, the newest first.
   *
   * @param limit how many at most, 1 to 1000
   * @param after the last one of the list before this one; null: from the newest
   * @throws IllegalStateException if they can't be read
   */
  public List<Link> find(AuditQuery query, int limit, @Nullable Position after) {
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("limit must be 1 to 1000, was " + limit);
    }
    return readable().find(query, limit, after);
  }

  /**
   * Verifies the seals of all events. Reads the whole table.
   *
   * @throws IllegalStateException if they can't be read
   */
  public Verification verify() {
    return ChainVerifier.verify(readable(), seals);
  }

  private AuditStore readable() {
    return Optional.ofNullable(store)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "events can be read where sallyport.audit.sink is jdbc; it is " + sinkName));
  }

  /** Ends all listening, after what was recorded before. May be called again. */
  public void close() {
    listeners.forEach(AuditQueue::close);
    listeners.clear();
  }
}
