package io.github.sallyport.testing.planted.http;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class MayNeedServlets {
  Class<?> needed = jakarta.servlet.Filter.class;
}
