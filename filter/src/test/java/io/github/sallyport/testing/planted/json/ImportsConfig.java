package io.github.sallyport.testing.planted.json;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class ImportsConfig {
  io.github.sallyport.testing.planted.config.MayNeedConfig other =
      new io.github.sallyport.testing.planted.config.MayNeedConfig();
}
