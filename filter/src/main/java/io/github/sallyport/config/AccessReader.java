package io.github.sallyport.config;

import io.github.sallyport.CredentialKind;
import io.github.sallyport.access.PathRule;
import io.github.sallyport.access.Policy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the path rules. */
final class AccessReader {
  private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z_-]*");

  /** One or more segments. What a decoded, normalized path can't hold would never match. */
  private static final Pattern PATH =
      Pattern.compile("(/(?!\\.{1,2}(/|$))[^/*;?#%\\\\\\p{Cntrl}]+)+/?");

  private static final Pattern EXTENSION = Pattern.compile("\\*\\.[^/*;?#%\\\\\\p{Cntrl}]+");
  private static final Pattern ANYTHING = Pattern.compile("(?s).+");

  private final Values values;

  AccessReader(Values values) {
    this.values = values;
  }

  List<PathRule> read(Set<String> names) {
    List<PathRule> rules = new ArrayList<>();
    for (String name : names) {
      rule(name)
          .ifPresent(
              rule -> {
                rules.forEach(earlier -> refuseOverlap(earlier, rule));
                rules.add(rule);
              });
    }
    return rules;
  }

  /** The rule; empty if it is so wrong that it could not be made. */
  private Optional<PathRule> rule(String name) {
    Values own = values.named(name);
    List<String> patterns = patterns(own);
    Set<String> methods =
        own.list(Property.ACCESS_METHODS, METHOD, "an HTTP method, which is written in capitals");
    Policy policy = own.word(Property.ACCESS_POLICY, Policy.class);
    Set<String> scopes =
        own.list(Property.ACCESS_SCOPES, SettingsReader.SCOPE, "a scope (RFC 6749 section 3.3)");
    Set<String> roles = own.list(Property.ACCESS_ROLES, ANYTHING, "a role");
    Set<CredentialKind> credentials =
        own.constants(
            Property.ACCESS_CREDENTIALS, CredentialKind.class, "one of API_KEY, BEARER, BOTH");
    int cost = own.number(Property.ACCESS_COST, 1);
    if (policy == Policy.PERMIT || policy == Policy.DENY) refuseCost(own);
    boolean fits = policy == Policy.AUTHENTICATED || refuseDemands(own);
    if (patterns.isEmpty() || !fits) return Optional.empty();
    return Optional.of(
        new PathRule(name, patterns, methods, policy, scopes, roles, credentials, cost));
  }

  /** Nobody is known there whose permits it could take. */
  private static void refuseCost(Values own) {
    if (own.isSet(Property.ACCESS_COST)) {
      own.mistake(Property.ACCESS_COST, "goes with the policies authenticated and optional only");
    }
  }

  /** Notes what only makes sense where a caller must be there; true if there is nothing of it. */
  private static boolean refuseDemands(Values own) {
    boolean none = true;
    for (Property demand :
        List.of(Property.ACCESS_SCOPES, Property.ACCESS_ROLES, Property.ACCESS_CREDENTIALS)) {
      if (!own.isSet(demand)) continue;
      own.mistake(demand, "goes with the policy authenticated only");
      none = false;
    }
    return none;
  }

  private static List<String> patterns(Values own) {
    if (!own.isSet(Property.ACCESS_PATHS)) {
      own.mistake(Property.ACCESS_PATHS, "is missing; a path rule needs at least one pattern");
    }
    Set<String> patterns = new LinkedHashSet<>();
    for (String pattern : own.list(Property.ACCESS_PATHS)) {
      if (isServletPattern(pattern)) patterns.add(withoutSlashAtTheEnd(pattern));
      else {
        own.mistake(
            Property.ACCESS_PATHS,
            "\""
                + Mistakes.echo(pattern)
                + "\" is not a servlet pattern that can match: write /exact, /prefix/* or"
                + " *.extension, decoded and normalized");
      }
    }
    return List.copyOf(patterns);
  }

  /** An exact pattern holds for the path with and without a slash at its end: it is one pattern. */
  private static String withoutSlashAtTheEnd(String pattern) {
    boolean slash = pattern.length() > 1 && pattern.endsWith("/");
    return slash ? pattern.substring(0, pattern.length() - 1) : pattern;
  }

  /**
   * Tells whether a pattern is exact, a prefix, an extension or the default (Servlet 6.0, 12.2) and
   * may match.
   */
  static boolean isServletPattern(String pattern) {
    return pattern.equals("/") || EXTENSION.matcher(pattern).matches() || isPath(pattern);
  }

  private static boolean isPath(String pattern) {
    if (!pattern.endsWith("/*")) return PATH.matcher(pattern).matches();
    String prefix = pattern.substring(0, pattern.length() - 2);
    return prefix.isEmpty() || (!prefix.endsWith("/") && PATH.matcher(prefix).matches());
  }

  private void refuseOverlap(PathRule earlier, PathRule later) {
    Set<String> patterns = new HashSet<>(later.patterns());
    patterns.retainAll(earlier.patterns());
    if (patterns.isEmpty() || !overlap(earlier.methods(), later.methods())) return;
    values
        .named(later.name())
        .mistake(
            Property.ACCESS_PATHS,
            "\""
                + Mistakes.echo(patterns.iterator().next())
                + "\" has a rule for the same method in sallyport.access."
                + earlier.name()
                + "; leave one of them");
  }

  private static boolean overlap(Set<String> some, Set<String> others) {
    if (some.isEmpty() || others.isEmpty()) return true;
    Set<String> common = covered(some);
    common.retainAll(covered(others));
    return !common.isEmpty();
  }

  private static Set<String> covered(Set<String> methods) {
    Set<String> covered = new HashSet<>(methods);
    if (covered.contains("GET")) covered.add("HEAD");
    return covered;
  }
}
