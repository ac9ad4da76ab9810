package io.github.sallyport.key;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may be changed about a key that is not revoked.
 *
 * @param terms owner, environment and kind must stay
 * @param enabled false: it may not be used for now
 */
public record KeyEdit(KeyTerms terms, boolean enabled) {
  public KeyEdit {
    Objects.requireNonNull(terms, "terms");
  }

  /**
   * Tells whether a key may do nothing by this that it may not do by another: no other scope, role
   * or plan, from nowhere else, not earlier, not longer. What it is called plays no part.
   */
  public boolean allowsNoMoreThan(KeyEdit other) {
    KeyTerms these = terms;
    KeyTerms those = other.terms;
    return (other.enabled || !enabled)
        && those.scopes().containsAll(these.scopes())
        && those.roles().containsAll(these.roles())
        && Objects.equals(these.plan(), those.plan())
        && isNoEarlier(these.notBefore(), those.notBefore())
        && isNoLater(these.expiresAt(), those.expiresAt())
        && isWithin(these.addresses(), those.addresses())
        && (those.origins().isEmpty()
            || (!these.origins().isEmpty() && those.origins().containsAll(these.origins())));
  }

  private static boolean isNoEarlier(@Nullable Instant begin, @Nullable Instant than) {
    return than == null || (begin != null && !begin.isBefore(than));
  }

  private static boolean isNoLater(@Nullable Instant end, @Nullable Instant than) {
    return than == null || (end != null && !end.isAfter(than));
  }

  private static boolean isWithin(Set<AddressRange> ranges, Set<AddressRange> those) {
    if (those.isEmpty()) return true; // they say: from everywhere
    return !ranges.isEmpty()
        && ranges.stream().allMatch(r -> those.stream().anyMatch(that -> that.contains(r)));
  }
}
