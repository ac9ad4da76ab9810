package io.github.sallyport.limit;

/** What one holder has left of its permits. Safe for use by many threads, and waits for nobody. */
interface Bucket {

  /** Takes permits, if there are so many. */
  Verdict take(int permits);

  /** Tells whether it says nothing that a new one would not say. */
  boolean isFull();

  /** Makes the buckets of one plan. Two makers are never equal. */
  interface Maker {
    /** A full one. */
    Bucket bucket();

    /** The holder's own, which may be known elsewhere too. */
    default Bucket bucket(Holder holder) {
      return bucket();
    }
  }
}
