package io.github.sallyport.cache;

import java.util.Objects;

/**
 * One committed change of something that a node may have a copy of.
 *
 * @param position its number: 1 for the store's first change, without a gap
 * @param kind what was changed: {@code key}, …
 * @param id which one
 * @param version the version that it has since
 */
public record Change(long position, String kind, String id, long version) {
  public Change {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(id, "id");
  }

  /**
   * Tells whether this is that change. By hand: a record's own {@code equals} leaves its class in a
   * static field of JDK 17's {@code ObjectMethods}, and a redeployed application's loader with it.
   */
  boolean isSame(Change that) {
    return position == that.position
        && version == that.version
        && kind.equals(that.kind)
        && id.equals(that.id);
  }
}
