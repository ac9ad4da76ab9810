package io.github.sallyport.testing.planted.cache;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class NeedsKey {
  io.github.sallyport.testing.planted.key.NeedsCache other =
      new io.github.sallyport.testing.planted.key.NeedsCache();
}
