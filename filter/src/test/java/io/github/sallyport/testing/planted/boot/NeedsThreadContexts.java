package io.github.sallyport.testing.planted.boot;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class NeedsThreadContexts {
  Class<?> needed = jakarta.enterprise.concurrent.spi.ThreadContextProvider.class;
}
