package io.github.sallyport.key;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How keys are made and kept.
 *
 * @param prefix the first part of every key's text, {@code [a-z][a-z0-9]{1,15}}
 * @param peppers newest first; the first writes, all verify; empty: digests are not keyed
 * @param maxAge the longest life of a key that is issued; null: no bound
 */
public record KeySettings(String prefix, List<Pepper> peppers, @Nullable Duration maxAge) {
  public KeySettings {
    Objects.requireNonNull(prefix, "prefix");
    peppers = List.copyOf(peppers);
  }
}
