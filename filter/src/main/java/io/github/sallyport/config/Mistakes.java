package io.github.sallyport.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong, so that the deployer reads it all at once. */
final class Mistakes {
  private static final int MAX_ECHO = 80;

  private final Set<String> lines = new LinkedHashSet<>();

  /**
   * @param name the property's name
   * @param sentence the fault and its mend, without the value of a secret
   */
  void add(String name, String sentence) {
    lines.add(echo(name) + ": " + sentence);
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  void throwIfAny() {
    if (!lines.isEmpty()) throw new ConfigurationException(List.copyOf(lines));
  }

  /** A deployer's text for a report that may end in a log: on one line, and not without end. */
  static String echo(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= MAX_ECHO ? line : line.substring(0, MAX_ECHO) + "…";
  }
}
