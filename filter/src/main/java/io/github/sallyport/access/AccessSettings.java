package io.github.sallyport.access;

import java.util.List;
import java.util.Objects;

/**
 * Who may go where.
 *
 * @param unauthenticated what holds where no rule matches
 * @param rules in any order: the most specific pattern decides
 */
public record AccessSettings(Unauthenticated unauthenticated, List<PathRule> rules) {
  public AccessSettings {
    Objects.requireNonNull(unauthenticated, "unauthenticated");
    rules = List.copyOf(rules);
  }
}
