package io.github.sallyport.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which names mean something, and which known one is nearest to a name that means nothing. */
final class Names {
  private static final String OURS = "sallyport.";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*");
  private static final Pattern SET_MEMBER =
      Pattern.compile("(sallyport\\.(?:issuer|access|plan)\\.)([^.]+)(\\..+)");

  private Names() {}

  /** Tells whether a deployer may call an issuer, a path rule or a plan so. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** Tells whether a name is one that we must know. */
  static boolean isOurs(String name) {
    return name.startsWith(OURS);
  }

  /** Tells whether a variable of the environment looks as if it were meant for us. */
  static boolean isOursAsVariable(String variable) {
    return variable.toUpperCase(Locale.ROOT).matches("SALLYPORT[^A-Z0-9].*");
  }

  /** The property that a name sets, whatever NAME stands in it. */
  static Optional<Property> property(String name) {
    String path = SET_MEMBER.matcher(name).matches() ? template(name) : name;
    return Stream.of(Property.values()).filter(p -> p.path().equals(path)).findFirst();
  }

  /** The NAMEs under a prefix such as {@code sallyport.issuer.}, in alphabetical order. */
  static Set<String> found(String prefix, Collection<String> names) {
    Set<String> found = new TreeSet<>();
    for (String name : names) {
      Matcher member = SET_MEMBER.matcher(name);
      if (member.matches()
          && member.group(1).equals(prefix)
          && isName(member.group(2))
          && property(name).isPresent()) {
        found.add(member.group(2));
      }
    }
    return found;
  }

  /** The NAME in a name; empty if it has none. */
  static Optional<String> nameIn(String name) {
    Matcher member = SET_MEMBER.matcher(name);
    return member.matches() && property(name).isPresent()
        ? Optional.of(member.group(2))
        : Optional.empty();
  }

  private static String template(String name) {
    return SET_MEMBER.matcher(name).replaceFirst("$1" + Property.PLACEHOLDER + "$3");
  }

  /** The known name that takes the fewest changes of a character to reach. */
  static String nearest(String name) {
    return nearest(name, name.split("\\.", 4), known -> known);
  }

  /** The known name whose variable takes the fewest changes of a character to reach. */
  static String nearestToVariable(String variable) {
    String lower = variable.toLowerCase(Locale.ROOT);
    return nearest(lower, lower.split("_", 4), known -> known.replaceAll("[^a-z0-9]", "_"));
  }

  private static String nearest(String text, String[] parts, UnaryOperator<String> spelling) {
    String own = parts.length > 2 && isName(parts[2]) ? parts[2] : Property.PLACEHOLDER;
    return Stream.of(Property.values())
        .map(property -> property.path(own))
        .min(Comparator.comparingInt(known -> distance(text, spelling.apply(known))))
        .orElseThrow();
  }

  /** Tells whether a variable looks as if it were for an issuer, a path rule or a plan. */
  static boolean isOfASet(String variable) {
    return variable.toUpperCase(Locale.ROOT).matches("SALLYPORT_(ISSUER|ACCESS|PLAN)_.*");
  }

  /** Every variable that sets a property, with the property's name. */
  static Map<String, String> variables(Map<String, ? extends Collection<String>> namesByPrefix) {
    Map<String, String> variables = new TreeMap<>();
    for (Property property : Property.values()) {
      for (String path : paths(property, namesByPrefix)) {
        Sources.spellings(path).forEach(spelling -> variables.put(spelling, path));
      }
    }
    return variables;
  }

  private static List<String> paths(
      Property property, Map<String, ? extends Collection<String>> namesByPrefix) {
    if (!property.isNamed()) return List.of(property.path());
    return namesByPrefix.entrySet().stream()
        .filter(set -> property.path().startsWith(set.getKey()))
        .flatMap(set -> set.getValue().stream().map(property::path))
        .toList();
  }

  /** Counts insertions, deletions and replacements (Levenshtein), row by row. */
  static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) above[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
