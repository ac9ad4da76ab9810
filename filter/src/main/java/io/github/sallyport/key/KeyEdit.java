package io.github.sallyport.key;

import java.util.Objects;

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
}
