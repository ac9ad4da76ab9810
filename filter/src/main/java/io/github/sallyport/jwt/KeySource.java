package io.github.sallyport.jwt;

import java.net.URI;
import java.security.Key;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where an issuer's keys come from. */
public sealed interface KeySource {

  /** None: the issuer makes only tokens that it must be asked about. */
  record None() implements KeySource {}

  /**
   * Keys that the deployer wrote down. They do not change while we run.
   *
   * @param keys at least one, with its {@code kid} where it has one
   */
  record Fixed(java.util.List<Named> keys) implements KeySource {
    public Fixed {
      keys = java.util.List.copyOf(keys);
      if (keys.isEmpty()) throw new IllegalArgumentException("no key");
    }
  }

  /**
   * A key that verifies, and its name. A weak key, or one of another kind than the algorithm's,
   * can't be made into one.
   *
   * @param kid the JWK's {@code kid} (RFC 7517 section 4.5); null: it verifies whatever kid a token
   *     names
   */
  record Named(@Nullable String kid, SignatureAlgorithm algorithm, Key key) {
    public Named {
      Objects.requireNonNull(algorithm, "algorithm");
      Objects.requireNonNull(key, "key");
      KeyRules.requireSound(key);
      if (!algorithm.fits(key)) {
        throw new IllegalArgumentException("the key is of another kind than " + algorithm);
      }
    }

    // By hand: a record's own leaves its class in a static field of JDK 17's ObjectMethods, and a
    // redeployed application's loader with it.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Named that
          && Objects.equals(kid, that.kid)
          && algorithm == that.algorithm
          && key.equals(that.key);
    }

    @Override
    public int hashCode() {
      return Objects.hash(kid, algorithm);
    }

    /** Says nothing of the key: it may be a secret. */
    @Override
    public String toString() {
      return "Named[" + kid + ", " + algorithm + "]";
    }
  }

  /**
   * Keys of ours, which change while we run.
   *
   * @param current asked each time; what it throws is passed on
   */
  record Own(Supplier<KeySet> current) implements KeySource {
    public Own {
      Objects.requireNonNull(current, "current");
    }
  }

  /**
   * Keys as they are at one time.
   *
   * @param generation another one whenever any of them has changed
   */
  record KeySet(java.util.List<Named> keys, long generation) {
    public KeySet {
      keys = java.util.List.copyOf(keys);
    }
  }

  /**
   * A JWK set behind a URL (RFC 7517 section 5).
   *
   * @param url {@code https}, or {@code http} where the deployer allowed that by name
   * @param refresh how long a set that was read is taken for current
   * @param maxStale how long after that it still serves while the issuer does not answer
   */
  record Jwks(URI url, Duration refresh, Duration maxStale) implements KeySource {
    public Jwks {
      Objects.requireNonNull(url, "url");
      requireTimes(refresh, maxStale);
    }
  }

  /**
   * A JWK set whose URL the issuer's metadata names (OpenID Connect Discovery 1.0, RFC 8414).
   *
   * @param metadata the document's URL, as {@link Jwks#url()}
   * @param plainAllowed whether the set itself may come over {@code http} too
   * @param refresh as {@link Jwks#refresh()}
   * @param maxStale as {@link Jwks#maxStale()}
   */
  record Discovered(URI metadata, boolean plainAllowed, Duration refresh, Duration maxStale)
      implements KeySource {
    public Discovered {
      Objects.requireNonNull(metadata, "metadata");
      requireTimes(refresh, maxStale);
    }
  }

  private static void requireTimes(Duration refresh, Duration maxStale) {
    if (refresh.toMillis() < 1) {
      throw new IllegalArgumentException("refresh must be at least 1 ms, was " + refresh);
    }
    if (maxStale.isNegative()) {
      throw new IllegalArgumentException("maxStale must not be negative, was " + maxStale);
    }
  }
}
