package io.github.sallyport.http;

import jakarta.servlet.FilterRegistration;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which requests the filter is mapped to (Servlet 6.0, 6.2.4).
 *
 * @param patterns the {@code url-pattern}s of its REQUEST mappings
 * @param servlets the names of servlets that it is mapped to
 */
public record FilterCoverage(Set<String> patterns, Set<String> servlets) {
  static final FilterCoverage NOTHING = new FilterCoverage(Set.of(), Set.of());

  public FilterCoverage {
    patterns = Set.copyOf(patterns);
    servlets = Set.copyOf(servlets);
  }

  /** Reads it off a registration, before anybody adds mappings of other dispatches. */
  public static FilterCoverage of(FilterRegistration filter) {
    return new FilterCoverage(
        orNone(filter.getUrlPatternMappings()), orNone(filter.getServletNameMappings()));
  }

  // Open Liberty 26 says null where there is none; Servlet 6.0 says empty.
  private static Set<String> orNone(@Nullable Collection<String> mappings) {
    return mappings == null ? Set.of() : Set.copyOf(mappings);
  }

  boolean covers(HttpServletRequest request) {
    String path = Corridor.dispatchedPath(request);
    return patterns.stream().anyMatch(pattern -> matches(pattern, path))
        || servlets.contains("*")
        || isMappedTo(request.getHttpServletMapping().getServletName());
  }

  // Open Liberty 26 has no name where it found no servlet.
  private boolean isMappedTo(@Nullable String servlet) {
    return servlet != null && servlets.contains(servlet);
  }

  private static boolean matches(String pattern, String path) {
    // Also what does not begin with a slash, as OPTIONS * does.
    if (pattern.equals("/*")) return true;
    if (pattern.endsWith("/*")) {
      String prefix = pattern.substring(0, pattern.length() - 2);
      return path.equals(prefix) || path.startsWith(prefix + "/");
    }
    if (pattern.startsWith("*.")) return path.endsWith(pattern.substring(1));
    return pattern.equals(path) || (pattern.isEmpty() && path.equals("/"));
  }
}
