package io.github.sallyport.jwt;

import io.github.sallyport.Health;
import io.github.sallyport.jwt.KeySource.KeySet;
import io.github.sallyport.jwt.KeySource.Named;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The keys of one issuer, by what a token's header names. Safe for use by many threads. */
@FunctionalInterface
interface IssuerKeys {

  /**
   * Finds the keys that may have signed a token.
   *
   * @param kid the token's; null where it names none, then each key of the algorithm may have
   * @throws io.github.sallyport.IssuerUnavailableException if nobody can say
   */
  Found find(@Nullable String kid, SignatureAlgorithm algorithm);

  /**
   * Keys that were found.
   *
   * @param generation of all the issuer's keys: another one whenever any of them has changed
   */
  record Found(List<Named> keys, long generation) {}

  /** Tells whether the issuer's keys are still these, and may be used. */
  default boolean isCurrent(long generation) {
    return true;
  }

  /** Reads them again where they may have changed. For a thread in the background. */
  default void refresh() {}

  /** How well it does to have them. */
  default Health.Part health(String name) {
    return new Health.Part(name, Health.Status.UP, "Its keys are in the configuration.");
  }

  /** Keys that a deployer wrote down: one without a {@code kid} stands for all kids. */
  static IssuerKeys fixed(List<Named> keys) {
    return (kid, algorithm) -> new Found(fitting(keys, kid, algorithm), 0);
  }

  /** Keys of ours, as they are whenever somebody asks. */
  static IssuerKeys own(Supplier<KeySet> current) {
    return new IssuerKeys() {
      @Override
      public Found find(@Nullable String kid, SignatureAlgorithm algorithm) {
        KeySet now = current.get();
        return new Found(fitting(now.keys(), kid, algorithm), now.generation());
      }

      @Override
      public boolean isCurrent(long generation) {
        return current.get().generation() == generation;
      }

      @Override
      public Health.Part health(String name) {
        return new Health.Part(name, Health.Status.UP, "Its keys are our own.");
      }
    };
  }

  private static List<Named> fitting(
      List<Named> keys, @Nullable String kid, SignatureAlgorithm algorithm) {
    return keys.stream()
        .filter(key -> key.algorithm() == algorithm)
        .filter(key -> kid == null || key.kid() == null || kid.equals(key.kid()))
        .toList();
  }
}
