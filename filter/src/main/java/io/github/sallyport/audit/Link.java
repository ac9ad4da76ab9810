package io.github.sallyport.audit;

import java.util.Optional;

/**
 * One event in the chain of one run of one node.
 *
 * @param chain the run's random id
 * @param seq its number in the chain, from 1 without a gap
 * @param previous the seal of the one before; empty at the first
 * @param sealId the public id of the secret that the seal was made with; empty: there was none
 * @param seal over all other columns, in hex; empty: there was no secret
 */
public record Link(
    String chain, long seq, AuditEvent event, String previous, String sealId, String seal) {

  static Link of(String chain, long seq, AuditEvent event, String previous, Seals seals) {
    Link unsealed = new Link(chain, seq, event, previous, seals.newest(), "");
    String seal = unsealed.seal(seals, seq).orElseThrow();
    return new Link(chain, seq, event, previous, seals.newest(), seal);
  }

  /** Tells whether the seal is that of what the row holds. */
  boolean isSealed(Seals seals) {
    return isSealedAs(seals, seq);
  }

  /** The same, were this its number. */
  boolean isSealedAs(Seals seals, long number) {
    return seal(seals, number).map(seal::equals).orElse(false);
  }

  private Optional<String> seal(Seals seals, long number) {
    Actor by = event.by();
    return seals.seal(
        sealId,
        new Canon("sallyport audit event 1")
            .text(chain)
            .number(number)
            .text(previous)
            .text(sealId)
            .number(event.time().toEpochMilli())
            .text(event.action())
            .text(event.result().name())
            .text(event.code())
            .text(event.target())
            .text(event.detail())
            .text(by.name())
            .text(by.keyId())
            .text(by.owner())
            .text(by.subject())
            .text(by.issuer())
            .text(by.requestId())
            .text(by.address())
            .text(by.userAgent())
            .text(by.method())
            .text(by.path())
            .bytes());
  }
}
