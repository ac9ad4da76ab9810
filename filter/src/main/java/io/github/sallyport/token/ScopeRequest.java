package io.github.sallyport.token;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The scopes that a client asks for (RFC 6749 section 3.3).
 *
 * @param scopes null: it names none, and takes what it may have
 */
public record ScopeRequest(@Nullable Set<String> scopes) {
  private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

  /** All that may be had. */
  public static final ScopeRequest ALL = new ScopeRequest(null);

  public ScopeRequest {
    scopes = scopes == null ? null : Set.copyOf(scopes);
  }

  /** Tells whether a text can be the name of a scope. */
  static boolean isScope(String text) {
    return SCOPE.matcher(text).matches();
  }

  /**
   * Reads a {@code scope} parameter.
   *
   * @param text names with one space between them; null: the parameter is not there
   * @return empty: it is not of that form
   */
  public static Optional<ScopeRequest> parse(@Nullable String text) {
    if (text == null) return Optional.of(ALL);
    List<String> names = List.of(text.split(" ", -1));
    return names.stream().allMatch(ScopeRequest::isScope)
        ? Optional.of(new ScopeRequest(Set.copyOf(new HashSet<>(names))))
        : Optional.empty();
  }

  /** What is granted of what may be had; empty: more was asked for. */
  Optional<Set<String>> within(Set<String> most) {
    if (scopes == null) return Optional.of(Set.copyOf(most));
    return most.containsAll(scopes) ? Optional.of(scopes) : Optional.empty();
  }

  /** What is granted of what two may have. */
  Optional<Set<String>> within(Set<String> some, Set<String> others) {
    Set<String> common = new HashSet<>(some);
    common.retainAll(others);
    return within(common);
  }
}
