package io.github.sallyport.cache;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long copies may be trusted, and what keeps them.
 *
 * @param ttl after which time a copy is read again, as soon as the store answers
 * @param maxEntries how many copies are kept at most
 * @param poll how often the change feed's position is read
 * @param grace how long copies serve after the feed was read last; at least {@code poll} and one
 *     query time-out, or every pause between two reads would refuse
 * @param provider the JCache provider
 * @param uri the provider's own configuration; null: it has none
 */
public record CacheSettings(
    Duration ttl,
    int maxEntries,
    Duration poll,
    Duration grace,
    CacheProvider provider,
    @Nullable URI uri) {
  public CacheSettings {
    if (ttl.toMillis() < 1) {
      throw new IllegalArgumentException("ttl must be at least 1 ms, was " + ttl);
    }
    if (maxEntries < 1) {
      throw new IllegalArgumentException("maxEntries must be at least 1, was " + maxEntries);
    }
    if (poll.toMillis() < 1) {
      throw new IllegalArgumentException("poll must be at least 1 ms, was " + poll);
    }
    if (grace.compareTo(poll) < 0) {
      throw new IllegalArgumentException("grace must not be shorter than poll, was " + grace);
    }
    Objects.requireNonNull(provider, "provider");
    if (uri != null && !provider.readsConfiguration()) {
      throw new IllegalArgumentException(provider.word() + " takes no configuration of its own");
    }
  }

  /** Kept by the default provider. */
  public CacheSettings(Duration ttl, int maxEntries, Duration poll, Duration grace) {
    this(ttl, maxEntries, poll, grace, CacheProvider.EHCACHE, null);
  }
}
