package io.github.sallyport.limit;

/** What becomes of a request whose limit is of all nodes together, while the cluster is silent. */
public enum OnFailure {
  /** Each node holds the caller to its whole limit. */
  LOCAL,
  /** It is let in. */
  ALLOW,
  /** It is refused: 503, since it is no fault of the caller's. */
  DENY
}
