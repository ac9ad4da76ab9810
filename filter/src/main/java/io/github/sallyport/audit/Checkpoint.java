package io.github.sallyport.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A sealed word about a chain: so many events it had, and this was the seal of the last.
 *
 * @param chain the run's id
 * @param kind what it says
 * @param number the checkpoints of a chain are numbered from 1 without a gap; of {@link
 *     Kind#PRUNED}, the number of the one up to which events were removed
 * @param seq the number of the last event: as many there were
 * @param head the seal of that event
 * @param time when it was made
 */
public record Checkpoint(
    String chain,
    Kind kind,
    long number,
    long seq,
    String head,
    Instant time,
    String sealId,
    String seal) {

  /** What a checkpoint says. */
  public enum Kind {
    /** The run goes on. */
    POINT,
    /** The run was ended, and nothing follows. */
    CLOSED,
    /** The events up to here were removed when their time was over. */
    PRUNED,
    /** Somebody wrote into the table what we never would. */
    UNKNOWN
  }

  public Checkpoint {
    time = time.truncatedTo(ChronoUnit.MILLIS);
  }

  static Checkpoint of(
      String chain, Kind kind, long number, long seq, String head, Instant time, Seals seals) {
    Checkpoint unsealed = new Checkpoint(chain, kind, number, seq, head, time, seals.newest(), "");
    String seal = seals.seal(seals.newest(), unsealed.canon()).orElseThrow();
    return new Checkpoint(chain, kind, number, seq, head, time, seals.newest(), seal);
  }

  /** Says that what this one speaks of was removed. */
  Checkpoint pruned(Instant now, Seals seals) {
    return of(chain, Kind.PRUNED, number, seq, head, now, seals);
  }

  boolean isSealed(Seals seals) {
    return seals.seal(sealId, canon()).map(seal::equals).orElse(false);
  }

  private byte[] canon() {
    return new Canon("sallyport audit checkpoint 1")
        .text(chain)
        .text(kind.name())
        .number(number)
        .number(seq)
        .text(head)
        .number(time.toEpochMilli())
        .text(sealId)
        .bytes();
  }

  /** As a line of the log, where nobody who has the database alone can change it. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("time", time.toString());
    fields.put("action", "audit.checkpoint");
    fields.put("chain", chain);
    fields.put("kind", kind.name().toLowerCase(Locale.ROOT));
    fields.put("number", number);
    fields.put("events", seq);
    fields.put("head", head);
    fields.put("sealId", sealId);
    fields.put("seal", seal);
    return fields;
  }
}
