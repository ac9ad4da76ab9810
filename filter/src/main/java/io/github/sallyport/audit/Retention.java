package io.github.sallyport.audit;

import io.github.sallyport.audit.Checkpoint.Kind;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Removes what is old enough: whole beginnings of chains, up to a checkpoint, with a sealed word
 * that says so in their place. What can't be verified is not removed, else it would be a way to be
 * rid of the traces.
 */
final class Retention {
  private static final System.Logger LOG = System.getLogger("sallyport.audit");

  private final AuditStore store;
  private final Seals seals;
  private final Duration keep;
  private final Set<String> reported = new HashSet<>();

  Retention(AuditStore store, Seals seals, Duration keep) {
    this.store = store;
    this.seals = seals;
    this.keep = keep;
  }

  /**
   * Removes from all chains.
   *
   * @param own the chain of this run, which goes on
   */
  void prune(Instant now, String own) {
    for (String chain : store.chains()) prune(chain, now, chain.equals(own));
  }

  private void prune(String chain, Instant now, boolean own) {
    Instant until = now.minus(keep);
    List<Checkpoint> all = store.checkpoints(chain);
    Optional<Link> last = store.last(chain);
    if (!all.stream().allMatch(point -> point.isSealed(seals))) {
      report(chain);
      return;
    }
    Optional<Checkpoint> pruned =
        newest(all.stream().filter(p -> p.kind() == Kind.PRUNED).toList());
    if (last.isEmpty()) {
      // Nothing but the word that all was removed: it has its time too.
      if (!own && pruned.isPresent() && pruned.get().time().isBefore(until)) store.forget(chain);
      return;
    }
    List<Checkpoint> points = all.stream().filter(p -> p.kind() != Kind.PRUNED).toList();
    Optional<Checkpoint> upTo =
        newest(points.stream().filter(point -> point.time().isBefore(until)).toList());
    if (!own && last.get().event().time().isBefore(until)) {
      // A run that was killed has no checkpoint at its end, and gets none but this.
      upTo = Optional.of(atTheEnd(last.get(), newest(points), now));
    }
    if (upTo.isEmpty() || upTo.get().seq() <= pruned.map(Checkpoint::seq).orElse(0L)) return;
    if (!last.get().isSealed(seals)) {
      report(chain);
      return;
    }
    store.prune(upTo.get().pruned(now, seals));
  }

  private Checkpoint atTheEnd(Link last, Optional<Checkpoint> newest, Instant now) {
    if (newest.isPresent() && newest.get().seq() >= last.seq()) return newest.get();
    long number = newest.map(Checkpoint::number).orElse(0L) + 1;
    Checkpoint end =
        Checkpoint.of(last.chain(), Kind.POINT, number, last.seq(), last.seal(), now, seals);
    store.add(end);
    return end;
  }

  private static Optional<Checkpoint> newest(List<Checkpoint> points) {
    return points.isEmpty() ? Optional.empty() : Optional.of(points.get(points.size() - 1));
  }

  private void report(String chain) {
    if (!reported.add(chain)) return;
    LOG.log(
        Level.ERROR,
        "events of the chain {0} are old enough to be removed, and stay: their seals can''t be"
            + " verified",
        chain);
  }
}
