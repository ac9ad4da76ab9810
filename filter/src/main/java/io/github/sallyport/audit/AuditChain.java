package io.github.sallyport.audit;

import io.github.sallyport.audit.Checkpoint.Kind;
import io.github.sallyport.json.Json;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * The chain of this run of this node: each event's seal covers the one before, so that nobody who
 * has the table but not the server's secret can change, remove, add or move one unseen. Its end is
 * fixed by checkpoints, once a minute and at close, in the table and in the log: what is cut off
 * behind the last of them is the one thing that nobody sees.
 *
 * <p>Each run has a chain of its own. Nodes need not agree about anything, and one that was killed
 * leaves an unclosed chain and nothing else.
 *
 * <p>Used by the one thread of its queue.
 */
public final class AuditChain implements AuditKeeper {
  private static final System.Logger LOG = System.getLogger("sallyport.audit");
  private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(1);
  private static final Duration PRUNE_EVERY = Duration.ofHours(1);
  private static final int MOST = 500;
  private static final int ID_BYTES = 16;

  private final AuditStore store;
  private final Seals seals;
  private final Clock clock;
  private final Retention retention;
  // All below are the queue's thread's.
  private String chain = newId();
  private long seq;
  private String head = "";
  private long checkpoints;
  private long checkpointed;
  private Instant checkpointAt = Instant.MIN;
  private Instant pruneAt = Instant.MIN;

  /**
   * Begins a chain; there is none in the table before the first event. Warns where nothing can be
   * sealed.
   *
   * @param keep how long events stay
   */
  public AuditChain(AuditStore store, Seals seals, Duration keep, Clock clock) {
    this.store = Objects.requireNonNull(store, "store");
    this.seals = Objects.requireNonNull(seals, "seals");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.retention = new Retention(store, seals, keep);
    if (seals.newest().equals(Seals.NONE)) {
      LOG.log(
          Level.WARNING,
          "sallyport.api-key.pepper is not set: events in the table are not sealed, so that nobody"
              + " can tell whether they were changed");
    }
  }

  /** The id of this run. */
  public String id() {
    return chain;
  }

  @Override
  public int most() {
    return MOST;
  }

  @Override
  public void keep(List<AuditEvent> events) {
    List<Link> links = linked(events);
    if (!store.append(links)) {
      LOG.log(
          Level.ERROR,
          "somebody else wrote events into the chain {0} of this run: it goes on in another one",
          chain);
      chain = newId();
      seq = 0;
      head = "";
      checkpoints = 0;
      checkpointed = 0;
      links = linked(events);
      if (!store.append(links)) throw new IllegalStateException("a random id was taken twice");
    }
    seq += links.size();
    head = links.get(links.size() - 1).seal();
  }

  private List<Link> linked(List<AuditEvent> events) {
    List<Link> links = new ArrayList<>(events.size());
    String previous = head;
    for (AuditEvent event : events) {
      Link link = Link.of(chain, seq + links.size() + 1, event, previous, seals);
      links.add(link);
      previous = link.seal();
    }
    return links;
  }

  @Override
  public void tend() {
    Instant now = clock.instant();
    if (seq > checkpointed && !now.isBefore(checkpointAt)) {
      checkpoint(Kind.POINT);
      checkpointAt = now.plus(CHECKPOINT_EVERY);
    }
    if (!now.isBefore(pruneAt)) {
      pruneAt = now.plus(PRUNE_EVERY);
      retention.prune(now, chain);
    }
  }

  private void checkpoint(Kind kind) {
    Checkpoint point =
        Checkpoint.of(chain, kind, checkpoints + 1, seq, head, clock.instant(), seals);
    store.add(point);
    LOG.log(Level.INFO, Json.write(point.fields()));
    checkpoints++;
    checkpointed = seq;
  }

  @Override
  public void close() {
    if (seq > 0) checkpoint(Kind.CLOSED);
  }

  private static String newId() {
    byte[] id = new byte[ID_BYTES];
    new SecureRandom().nextBytes(id);
    return HexFormat.of().formatHex(id);
  }
}
