package io.github.sallyport.limit;

/** Whose a bucket is. What makes it is part of it: under another plan it is another bucket. */
sealed interface Holder {
  /** What a key, its successors and all that were derived from them share. */
  record Lineage(Bucket.Maker meter, String id) implements Holder {}

  /** Who a token without a key names. */
  record User(Bucket.Maker meter, String issuer, String subject) implements Holder {}

  /** One of those who show the same publishable key. */
  record Client(Bucket.Maker meter, String lineage, Network network) implements Holder {}

  /** From where credentials are shown that do not stand. */
  record Failing(Bucket.Maker meter, Network network) implements Holder {}

  /**
   * Whose password is guessed: 128 bits of a digest of the name, which a stranger makes as long as
   * he likes.
   */
  record Guessed(Bucket.Maker meter, long high, long low) implements Holder {}

  Bucket.Maker meter();

  /** Whom it stands with where there are too many to tell apart. */
  default Object neighbours() {
    if (this instanceof Client client) {
      return new Client(client.meter, client.lineage, client.network.wide());
    }
    return this instanceof Failing failing
        ? new Failing(failing.meter, failing.network.wide())
        : this;
  }
}
