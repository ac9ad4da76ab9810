package io.github.sallyport.testing.planted.store;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class NeedsCaches {
  Class<?> needed = javax.cache.Cache.class;
}
