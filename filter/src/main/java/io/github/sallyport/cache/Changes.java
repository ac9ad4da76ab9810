package io.github.sallyport.cache;

import java.util.List;

/**
 * What was read of the changes.
 *
 * @param newest the number of the newest change; 0: there is none
 * @param rows the changes that were asked for and are kept still, in the order of their numbers
 */
public record Changes(long newest, List<Change> rows) {
  public Changes {
    rows = List.copyOf(rows);
  }
}
