package io.github.sallyport.config;

import java.util.Map;

/**
 * Whether CDI beans are asked what JSR-250 says on them ({@code sallyport.cdi.jsr250}). Read apart
 * from everything else, as {@link Mechanism} is, and for its reason.
 */
public final class Jsr250Setting {
  private Jsr250Setting() {}

  /** A value that can't be read counts as false here; opening the deployment will report it. */
  public static boolean isOn(ClassLoader application) {
    Sources sources = Sources.of(Map.of(), application, Map.of());
    return new Values(sources, new Mistakes()).flag(Property.CDI_JSR250);
  }
}
