package io.github.sallyport.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The signing keys of the store as they were read at one time. Which of them signs, and which are
 * published, the clock says.
 */
final class SigningKeySet {
  private final List<SigningKeyRecord> keys;

  /**
   * @param keys the oldest first
   */
  SigningKeySet(List<SigningKeyRecord> keys) {
    this.keys = List.copyOf(keys);
  }

  List<SigningKeyRecord> all() {
    return keys;
  }

  /** The newest one's ordinal; 0: there is none. */
  int version() {
    return keys.isEmpty() ? 0 : newest().ordinal();
  }

  /** The newest, of which there must be one. */
  SigningKeyRecord newest() {
    return keys.get(keys.size() - 1);
  }

  /**
   * The key that signs: the newest whose time has come. A key that waits is overtaken by a newer
   * one whose time comes first, and then never signs.
   *
   * @return null: there is none at all
   */
  @Nullable SigningKeyRecord signing(Instant now) {
    for (int i = keys.size() - 1; i > 0; i--) {
      if (!now.isBefore(keys.get(i).usedFrom())) return keys.get(i);
    }
    // The oldest follows none, so that only a clock that differs could say that it is too early.
    return keys.isEmpty() ? null : keys.get(0);
  }

  /**
   * The keys of which a token may be good.
   *
   * @param kept how long after a newer one's first use a key may still be needed
   */
  List<SigningKeyRecord> published(Instant now, Duration kept) {
    return keys.stream()
        .filter(
            key -> {
              Instant end = end(key, kept);
              return end == null || now.isBefore(end);
            })
        .toList();
  }

  /** When, before or at this time, what is published changed last; without the store's changes. */
  Instant changedAt(Instant now, Duration kept) {
    return ends(kept).filter(end -> !end.isAfter(now)).max(Instant::compareTo).orElse(Instant.MIN);
  }

  /** When, after this time, what is published changes next. */
  Instant changesAt(Instant now, Duration kept) {
    return ends(kept).filter(end -> end.isAfter(now)).min(Instant::compareTo).orElse(Instant.MAX);
  }

  /** The newest ordinal of those that nobody's token needs any more; 0: there is none. */
  int lastEnded(Instant now, Duration kept) {
    return keys.stream()
        .filter(
            key -> {
              Instant end = end(key, kept);
              return end != null && !now.isBefore(end);
            })
        .mapToInt(SigningKeyRecord::ordinal)
        .max()
        .orElse(0);
  }

  private Stream<Instant> ends(Duration kept) {
    return keys.stream().flatMap(key -> Stream.ofNullable(end(key, kept)));
  }

  /** From when on a key's tokens have all ended; null: nothing says yet that they will. */
  private @Nullable Instant end(SigningKeyRecord key, Duration kept) {
    return keys.stream()
        .filter(other -> other.ordinal() > key.ordinal())
        .map(other -> other.usedFrom().plus(kept))
        .min(Instant::compareTo)
        .orElse(null);
  }
}
