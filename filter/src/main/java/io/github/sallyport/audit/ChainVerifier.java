package io.github.sallyport.audit;

import io.github.sallyport.audit.Checkpoint.Kind;
import io.github.sallyport.audit.Verification.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the table of events as somebody who believes nothing but the seals. */
final class ChainVerifier {
  private static final int PAGE = 1000;

  /** How far away an event that stands in another's place is looked for. */
  private static final long FAR = 10_000;

  private final AuditStore store;
  private final Seals seals;
  private final List<String> unclosed = new ArrayList<>();
  private final List<String> unsealed = new ArrayList<>();
  private long events;

  private ChainVerifier(AuditStore store, Seals seals) {
    this.store = store;
    this.seals = seals;
  }

  /** Looks at all chains, in the order of their ids, up to the first fault. */
  static Verification verify(AuditStore store, Seals seals) {
    ChainVerifier verifier = new ChainVerifier(store, seals);
    int chains = 0;
    Fault fault = null;
    for (String chain : new TreeSet<>(store.chains())) {
      chains++;
      long before = verifier.events;
      fault = verifier.faultIn(chain).orElse(null);
      if (fault == null) continue;
      // What a node removes while we read looks like a fault, and is none the next time.
      verifier.events = before;
      fault = verifier.faultIn(chain).orElse(null);
      if (fault != null) break;
    }
    return new Verification(chains, verifier.events, verifier.unclosed, verifier.unsealed, fault);
  }

  private Optional<Fault> faultIn(String chain) {
    // The checkpoints first: events that a running node adds in between are then no fault.
    List<Checkpoint> all = store.checkpoints(chain);
    Walk walk = new Walk(chain);
    for (Checkpoint point : all) {
      if (point.isSealed(seals)) continue;
      // A forged chain has forged checkpoints: of both, the events say more.
      Optional<Fault> inEvents = walk.toTheEnd(start(all), Map.of());
      return inEvents.isPresent()
          ? inEvents
          : fault(
              chain,
              point.seq(),
              isForeign(point.sealId())
                  ? Verification.Kind.FOREIGN_KEY
                  : Verification.Kind.CHECKPOINT_CHANGED);
    }
    Checkpoint pruned = start(all);
    List<Checkpoint> points = all.stream().filter(p -> p.kind() != Kind.PRUNED).toList();
    Map<Long, String> heads = new HashMap<>();
    points.forEach(point -> heads.put(point.seq(), point.head()));
    Optional<Fault> fault = walk.toTheEnd(pruned, heads);
    if (fault.isEmpty()) fault = inNumbers(chain, pruned, points);
    if (fault.isEmpty()) fault = walk.atTheEnd(points);
    if (fault.isPresent()) return fault;
    if (all.stream().anyMatch(p -> p.sealId().equals(Seals.NONE)) || walk.unsealed) {
      unsealed.add(chain);
    }
    if (points.stream().noneMatch(point -> point.kind() == Kind.CLOSED)) unclosed.add(chain);
    return Optional.empty();
  }

  /** The newest word that a beginning was removed. */
  private static @Nullable Checkpoint start(List<Checkpoint> all) {
    return all.stream()
        .filter(point -> point.kind() == Kind.PRUNED)
        .reduce((first, second) -> second)
        .orElse(null);
  }

  private static Optional<Fault> inNumbers(
      String chain, @Nullable Checkpoint pruned, List<Checkpoint> points) {
    long expected = pruned == null ? 1 : pruned.number() + 1;
    for (Checkpoint point : points) {
      // The closing one stays, also where it speaks of what was removed.
      if (point.number() < expected && point.kind() == Kind.CLOSED) continue;
      if (point.number() != expected++) {
        return fault(chain, point.seq(), Verification.Kind.CHECKPOINT_MISSING);
      }
    }
    return Optional.empty();
  }

  private boolean isForeign(String sealId) {
    return seals.seal(sealId, new byte[0]).isEmpty();
  }

  private static Optional<Fault> fault(String chain, long seq, Verification.Kind kind) {
    return Optional.of(new Fault(chain, seq, kind));
  }

  /** One way through one chain. */
  private final class Walk {
    private final String chain;
    private long at;
    private String head = "";
    private boolean unsealed;

    private Walk(String chain) {
      this.chain = chain;
    }

    /**
     * Looks at each event.
     *
     * @param heads the seals that checkpoints speak of, by the number of their event
     */
    private Optional<Fault> toTheEnd(@Nullable Checkpoint pruned, Map<Long, String> heads) {
      at = pruned == null ? 0 : pruned.seq();
      head = pruned == null ? "" : pruned.head();
      List<Link> page = store.links(chain, pruned == null ? -1 : pruned.seq(), PAGE);
      while (!page.isEmpty()) {
        for (int i = 0; i < page.size(); i++) {
          Link link = page.get(i);
          Optional<Fault> fault = look(link, i + 1 < page.size() ? page.get(i + 1) : null, heads);
          if (fault.isPresent()) return fault;
          events++;
          at = link.seq();
          head = link.seal();
          unsealed |= link.sealId().equals(Seals.NONE);
        }
        page = store.links(chain, at, PAGE);
      }
      return Optional.empty();
    }

    private Optional<Fault> look(Link link, @Nullable Link next, Map<Long, String> heads) {
      long expected = at + 1;
      if (!link.isSealed(seals)) return fault(chain, link.seq(), kindOf(link, next));
      if (link.seq() != expected) return fault(chain, expected, Verification.Kind.MISSING);
      // Its own seal holds, so it is whole: then what stood before it is not.
      if (!link.previous().equals(head)) return fault(chain, at, Verification.Kind.MISSING);
      String spokenOf = heads.get(link.seq());
      if (spokenOf != null && !spokenOf.equals(link.seal())) {
        return fault(chain, link.seq(), Verification.Kind.CHECKPOINT_CHANGED);
      }
      return Optional.empty();
    }

    private Verification.Kind kindOf(Link link, @Nullable Link next) {
      if (isForeign(link.sealId())) return Verification.Kind.FOREIGN_KEY;
      if (isMoved(link)) return Verification.Kind.SWAPPED;
      if (link.seq() > at + 1) return Verification.Kind.MISSING;
      if (next != null && !next.isSealed(seals) && next.previous().equals(link.seal())) {
        return Verification.Kind.FORGED;
      }
      return Verification.Kind.CHANGED;
    }

    private boolean isMoved(Link link) {
      if (link.sealId().equals(Seals.NONE)) return false;
      for (long far = 1; far <= FAR; far++) {
        if (link.isSealedAs(seals, link.seq() + far)) return true;
        if (link.seq() > far && link.isSealedAs(seals, link.seq() - far)) return true;
      }
      return false;
    }

    /** What the last checkpoint speaks of must have been reached. */
    private Optional<Fault> atTheEnd(List<Checkpoint> points) {
      for (Checkpoint point : points) {
        if (point.seq() > at) return fault(chain, at + 1, Verification.Kind.TAIL_CUT);
        if (point.kind() == Kind.CLOSED && point.seq() < at) {
          return fault(chain, point.seq() + 1, Verification.Kind.FORGED);
        }
      }
      return Optional.empty();
    }
  }
}
