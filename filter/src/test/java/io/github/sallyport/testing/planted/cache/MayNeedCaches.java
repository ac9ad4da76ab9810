package io.github.sallyport.testing.planted.cache;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class MayNeedCaches {
  Class<?> needed = javax.cache.Cache.class;
}
