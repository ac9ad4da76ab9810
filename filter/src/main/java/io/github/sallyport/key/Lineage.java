package io.github.sallyport.key;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a key comes from. Limits and counts belong to the lineage, so that neither rotating a key
 * nor deriving from it starts them anew.
 *
 * @param id the id of the first key in it
 * @param parent the key that this one was derived from, and ends with; null: none
 * @param predecessor the key that this one takes the place of; null: none
 * @param successor the key that takes the place of this one; null: none yet
 * @param overlap how long this key is good after its successor's first use; null: it has no
 *     successor, or that was used already
 */
public record Lineage(
    String id,
    @Nullable String parent,
    @Nullable String predecessor,
    @Nullable String successor,
    @Nullable Duration overlap) {

  public Lineage {
    Objects.requireNonNull(id, "id");
  }

  static Lineage first(String id) {
    return new Lineage(id, null, null, null, null);
  }

  Lineage child(String parentId) {
    return new Lineage(id, parentId, null, null, null);
  }

  Lineage next(String predecessorId) {
    return new Lineage(id, null, predecessorId, null, null);
  }

  Lineage followedBy(String successorId, @Nullable Duration keptFor) {
    return new Lineage(id, parent, predecessor, successorId, keptFor);
  }
}
