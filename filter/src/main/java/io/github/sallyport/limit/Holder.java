package io.github.sallyport.limit;

/** Whose a bucket is. A plan's meter is part of it: under another plan it is another bucket. */
sealed interface Holder {
  /** What a key, its successors and all that were derived from them share. */
  record Lineage(Meter meter, String id) implements Holder {}

  /** Who a token without a key names. */
  record User(Meter meter, String issuer, String subject) implements Holder {}

  /** One of those who show the same publishable key. */
  record Client(Meter meter, String lineage, Network network) implements Holder {}

  Meter meter();

  /** Whom it stands with where there are too many to tell apart. */
  default Object neighbours() {
    return this instanceof Client client
        ? new Client(client.meter, client.lineage, client.network.wide())
        : this;
  }
}
