package io.github.sallyport.config;

import java.util.Map;

/**
 * Whether Jakarta Security is told who calls ({@code sallyport.mechanism}). Read apart from
 * everything else, since CDI starts before a filter's init parameters are known: those can't set
 * it.
 */
public enum Mechanism {
  /** Where an implementation runs and the application brings no mechanism of its own. */
  AUTO,
  /** Always. */
  ON,
  /** Never. */
  OFF;

  /**
   * What the application is configured to. A value that can't be read counts as {@link #AUTO} here;
   * opening the deployment will report it.
   */
  public static Mechanism configured(ClassLoader application) {
    Sources sources = Sources.of(Map.of(), application, Map.of());
    return new Values(sources, new Mistakes()).word(Property.MECHANISM, Mechanism.class);
  }
}
