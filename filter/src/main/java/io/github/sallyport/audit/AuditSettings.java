package io.github.sallyport.audit;

import java.time.Duration;
import java.util.Objects;

/**
 * Where events go.
 *
 * @param sink which sink
 * @param sinkName as the deployer wrote it: for a class, its name
 * @param block whether a refusal waits for room in front of a slow sink; else its event is dropped
 * @param keep how long events stay in the table
 */
public record AuditSettings(Sink sink, String sinkName, boolean block, Duration keep) {

  /** The kinds of sink. */
  public enum Sink {
    /** The logger {@code sallyport.audit}. */
    LOG,
    /** Nowhere. */
    NONE,
    /** A table of the store. */
    JDBC,
    /** A class of the application. */
    CLASS
  }

  public AuditSettings {
    Objects.requireNonNull(sink, "sink");
    Objects.requireNonNull(sinkName, "sinkName");
    Objects.requireNonNull(keep, "keep");
  }
}
