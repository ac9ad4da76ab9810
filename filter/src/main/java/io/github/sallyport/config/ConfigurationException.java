package io.github.sallyport.config;

import java.util.List;

/**
 * What the deployer set can't be used. Its message is the whole report: one line for each mistake,
 * with the property's name, the fault and the mend, and without the value of any secret.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> mistakes;

  ConfigurationException(List<String> mistakes) {
    super(report(mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** The lines of the report, one for each mistake. */
  public List<String> mistakes() {
    return mistakes;
  }

  private static String report(List<String> mistakes) {
    String head = mistakes.size() == 1 ? "1 mistake" : mistakes.size() + " mistakes";
    return head + " in the configuration:\n  " + String.join("\n  ", mistakes);
  }
}
