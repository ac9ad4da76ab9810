package io.github.sallyport.access;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The path rules of a deployment, compiled: which rule holds for a path and a method.
 *
 * <p>The most specific pattern decides, as in Servlet 6.0, 12.1: exact, longest prefix, extension,
 * default. In one respect it is stricter than a servlet mapping: an exact pattern and an extension
 * also hold for the path with a slash at its end, since many a framework serves both alike, unless
 * a prefix pattern begins just there. Our own endpoints, under {@value #ENDPOINTS}, need a caller
 * whatever the rules say, but for those that ask by themselves or that everybody may read.
 */
public final class AccessRules {
  /** Where our own endpoints are. */
  public static final String ENDPOINTS = "/sallyport";

  /** Those of our endpoints that ask by themselves who calls, or let everybody read. */
  private static final Set<String> OPEN_ENDPOINTS =
      Set.of(
          ENDPOINTS + "/health",
          ENDPOINTS + "/token",
          ENDPOINTS + "/revoke",
          ENDPOINTS + "/introspect",
          ENDPOINTS + "/jwks.json",
          ENDPOINTS + "/oauth-authorization-server",
          ENDPOINTS + "/oauth-protected-resource");

  private static final Rule DENY = Rule.of(Rule.NONE, Policy.DENY);
  private static final Rule OPEN = Rule.of(Rule.OURS, Policy.PERMIT);
  private static final Rule CLOSED = Rule.of(Rule.OURS, Policy.AUTHENTICATED);

  /** What the rules of one pattern say; a key is a method, or null for all methods. */
  private static final class Methods {
    private final Map<@Nullable String, Rule> byMethod = new HashMap<>();

    void add(@Nullable String method, Rule rule, String pattern) {
      boolean overlaps = byMethod.containsKey(null) || (method == null && !byMethod.isEmpty());
      if (overlaps || byMethod.put(method, rule) != null) {
        throw new IllegalArgumentException(
            "two rules for the pattern " + pattern + " and one method");
      }
    }

    Rule of(String method) {
      Rule all = byMethod.get(null);
      if (all != null) return all;
      Rule rule = byMethod.get(method);
      if (rule == null && method.equals("HEAD")) rule = byMethod.get("GET");
      return rule == null ? DENY : rule;
    }
  }

  private record Prefix(String path, Methods methods) {
    boolean matches(String candidate) {
      return candidate.startsWith(path)
          && (candidate.length() == path.length() || candidate.charAt(path.length()) == '/');
    }
  }

  private final Map<String, Methods> exact = new HashMap<>();
  private final Map<String, Methods> extensions = new HashMap<>();
  private final List<Prefix> prefixes = new ArrayList<>();
  private final @Nullable Methods everythingElse;
  private final Rule unmatched;
  private final Set<String> openDocuments;

  /** Compiles rules where we serve nothing outside {@value #ENDPOINTS}. */
  public AccessRules(AccessSettings settings) {
    this(settings, Set.of());
  }

  /**
   * Compiles the rules.
   *
   * @param openDocuments further paths that we serve ourselves, and that everybody may read
   * @throws IllegalArgumentException if a pattern is none, or two rules hold for one pattern and
   *     method
   */
  public AccessRules(AccessSettings settings, Set<String> openDocuments) {
    this.openDocuments = Set.copyOf(openDocuments);
    Map<String, Methods> byPattern = new HashMap<>();
    Set<String> spelled = new HashSet<>();
    for (PathRule rule : settings.rules()) {
      Rule compiled =
          new Rule(
              rule.name(),
              rule.policy(),
              new Requirement(rule.scopes(), rule.roles(), rule.credentials()),
              rule.cost());
      for (String pattern : rule.patterns()) {
        // Two spellings of one pattern are one, or the later would silently replace the earlier.
        Methods methods =
            byPattern.computeIfAbsent(withoutSlashesAtTheEnd(pattern), p -> new Methods());
        spelled.add(pattern);
        if (rule.methods().isEmpty()) methods.add(null, compiled, pattern);
        for (String method : rule.methods()) methods.add(method, compiled, pattern);
      }
    }
    Methods rest = null;
    for (Map.Entry<String, Methods> entry : byPattern.entrySet()) {
      String pattern = entry.getKey();
      Methods methods = entry.getValue();
      if (pattern.equals("/")) rest = methods;
      else if (pattern.isEmpty()) exact.put("/", methods);
      else if (pattern.startsWith("*.") && pattern.length() > 2 && pattern.indexOf('/') < 0) {
        extensions.put(pattern.substring(2), methods);
      } else if (pattern.startsWith("/") && pattern.endsWith("/*")) {
        prefixes.add(new Prefix(pattern.substring(0, pattern.length() - 2), methods));
      } else if (pattern.startsWith("/")) {
        exact.put(pattern, methods);
        if (spelled.contains(pattern + "/")) exact.put(pattern + "/", methods);
      } else {
        throw new IllegalArgumentException("not a servlet pattern: " + pattern);
      }
    }
    prefixes.sort(Comparator.comparingInt((Prefix p) -> p.path().length()).reversed());
    everythingElse = rest;
    unmatched =
        switch (settings.unauthenticated()) {
          case REJECT -> Rule.of(Rule.NONE, Policy.AUTHENTICATED);
          case ALLOW -> Rule.of(Rule.NONE, Policy.OPTIONAL);
        };
  }

  /**
   * Tells whether a path rule would have to judge this path. Where none would, it does not matter
   * in how many ways the path could be read.
   *
   * @param path the path that the container dispatched on, within the context
   */
  public boolean judges(String path) {
    return isEndpoint(path)
        || everythingElse != null
        || !(exact.isEmpty() && prefixes.isEmpty() && extensions.isEmpty());
  }

  /**
   * Finds what holds for a request.
   *
   * @param path the path that the container dispatched on, decoded, within the context
   * @param method the HTTP method, as sent
   */
  public Rule ruleFor(String path, String method) {
    if (openDocuments.contains(path)) return OPEN;
    if (isEndpoint(path)) return OPEN_ENDPOINTS.contains(path) ? OPEN : CLOSED;
    Methods methods = methodsFor(path.isEmpty() ? "/" : path);
    return methods == null ? unmatched : methods.of(method);
  }

  private @Nullable Methods methodsFor(String path) {
    Methods found = exact.get(path);
    if (found != null) return found;
    String resource = withoutSlashesAtTheEnd(path);
    Prefix prefix = prefixes.stream().filter(p -> p.matches(path)).findFirst().orElse(null);
    // A prefix of its very own knows the path with the slash better than the exact pattern does.
    boolean ownPrefix = prefix != null && prefix.path().equals(resource);
    found = ownPrefix ? null : exact.get(resource);
    if (found != null) return found;
    if (prefix != null) return prefix.methods();
    int dot = resource.lastIndexOf('.');
    if (dot > resource.lastIndexOf('/')) {
      found = extensions.get(resource.substring(dot + 1));
      if (found != null) return found;
    }
    return everythingElse;
  }

  private static boolean isEndpoint(String path) {
    return path.equals(ENDPOINTS) || path.startsWith(ENDPOINTS + "/");
  }

  private static String withoutSlashesAtTheEnd(String path) {
    int end = path.length();
    while (end > 1 && path.charAt(end - 1) == '/') end--;
    return path.substring(0, end);
  }
}
