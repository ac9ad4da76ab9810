package io.github.sallyport.limit;

/** Who is counted as one. */
sealed interface Who {
  /** A key, its successors and all that were derived from them. */
  record Lineage(String id) implements Who {}

  /** Whom a token without a key names. */
  record User(String issuer, String subject) implements Who {}

  /** One of those who show the same publishable key. */
  record Client(String lineage, Network network) implements Who {}
}
