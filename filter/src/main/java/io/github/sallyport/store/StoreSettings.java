package io.github.sallyport.store;

import io.github.sallyport.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where records are kept.
 *
 * @param source the database
 * @param schema the schema of our tables; null: the connection's own
 * @param migrate create and alter our tables; else only check them
 * @param queryTimeout how long one statement, or the wait for a connection, may take
 */
public record StoreSettings(
    Source source, @Nullable String schema, boolean migrate, Duration queryTimeout) {

  public StoreSettings {
    Objects.requireNonNull(source, "source");
    if (queryTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("queryTimeout must be at least 1 ms, was " + queryTimeout);
    }
  }

  /** Which database. */
  public sealed interface Source {
    /**
     * The H2 file that comes along.
     *
     * @param folder where it lies; made if it is missing
     */
    record Embedded(Path folder) implements Source {}

    /**
     * A pool of our own.
     *
     * @param url a JDBC URL; may hold a password, so it is never printed
     */
    record Url(Secret url, @Nullable String username, @Nullable Secret password)
        implements Source {}

    /**
     * The container's pool.
     *
     * @param name its JNDI name
     */
    record Jndi(String name) implements Source {}
  }
}
