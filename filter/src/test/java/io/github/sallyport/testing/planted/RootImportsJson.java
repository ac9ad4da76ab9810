package io.github.sallyport.testing.planted;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class RootImportsJson {
  io.github.sallyport.testing.planted.json.ImportsConfig other =
      new io.github.sallyport.testing.planted.json.ImportsConfig();
}
