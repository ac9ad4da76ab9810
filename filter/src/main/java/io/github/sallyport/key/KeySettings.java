package io.github.sallyport.key;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How keys are made and kept.
 *
 * @param prefix the first part of every key's text, {@code [a-z][a-z0-9]{1,15}}
 * @param peppers newest first; the first writes, all verify; empty: digests are not keyed
 * @param maxAge how old the text of a key may get; null: no bound
 * @param foreign whether keys that other systems issued are read
 * @param initialDigest the SHA-256, in hex, of the text of the first administrator's key, where the
 *     deployer made that; it is read also where other foreign keys are not; null: none
 * @param publishableScopes what a publishable key may carry
 */
public record KeySettings(
    String prefix,
    List<Pepper> peppers,
    @Nullable Duration maxAge,
    boolean foreign,
    @Nullable String initialDigest,
    Set<String> publishableScopes) {
  public KeySettings {
    Objects.requireNonNull(prefix, "prefix");
    peppers = List.copyOf(peppers);
    publishableScopes = Set.copyOf(publishableScopes);
  }
}
