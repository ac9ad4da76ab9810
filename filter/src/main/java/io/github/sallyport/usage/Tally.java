package io.github.sallyport.usage;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * How many requests there were, how many bytes were answered, and how long they took. Not safe for
 * use by many threads.
 */
public final class Tally {
  /** The upper ends of the classes of latency, in milliseconds; one more is open above. */
  static final long[] ENDS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

  /** How many classes of latency there are. */
  public static final int CLASSES = ENDS.length + 1;

  private static final long NANOS = 1_000_000;

  private long requests;
  private long bytes;
  private long millis;
  private final long[] latency;

  /** Nothing yet. */
  public Tally() {
    this.latency = new long[CLASSES];
  }

  /**
   * What was counted before.
   *
   * @param millis that all took together
   * @param latency how many were in each class, the fastest first
   * @throws IllegalArgumentException if there are not {@link #CLASSES} classes
   */
  public Tally(long requests, long bytes, long millis, long... latency) {
    if (latency.length != CLASSES) throw new IllegalArgumentException("not as many classes");
    this.requests = requests;
    this.bytes = bytes;
    this.millis = millis;
    this.latency = latency.clone();
  }

  Tally count(long answeredBytes, long nanos) {
    requests++;
    bytes += answeredBytes;
    millis += nanos / NANOS;
    latency[classOf(nanos)]++;
    return this;
  }

  private static int classOf(long nanos) {
    int at = 0;
    while (at < ENDS.length && nanos > ENDS[at] * NANOS) at++;
    return at;
  }

  /** Adds what another has. */
  public Tally add(Tally other) {
    requests += other.requests;
    bytes += other.bytes;
    millis += other.millis;
    for (int i = 0; i < CLASSES; i++) latency[i] += other.latency[i];
    return this;
  }

  /** Requests that have ended. */
  public long requests() {
    return requests;
  }

  /** Bytes of their answers' bodies. */
  public long bytes() {
    return bytes;
  }

  /** What all of them took together, in milliseconds. */
  public long millis() {
    return millis;
  }

  /** How many were in this class of latency, from 0, the fastest. */
  public long latency(int at) {
    return latency[at];
  }

  /**
   * The time within which so many of a hundred requests were answered, in milliseconds: the upper
   * end of the class in which they are.
   *
   * @param percent 1 to 100
   * @return empty if there were none, or if it is longer than any class's end
   */
  public OptionalLong percentile(int percent) {
    long wanted = (requests * percent + 99) / 100;
    long seen = 0;
    for (int i = 0; i < ENDS.length && requests > 0; i++) {
      seen += latency[i];
      if (seen >= wanted) return OptionalLong.of(ENDS[i]);
    }
    return OptionalLong.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tally that
        && requests == that.requests
        && bytes == that.bytes
        && millis == that.millis
        && Arrays.equals(latency, that.latency);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(requests) * 31 + Arrays.hashCode(latency);
  }

  @Override
  public String toString() {
    return requests + " requests, " + bytes + " bytes, " + millis + " ms";
  }
}
