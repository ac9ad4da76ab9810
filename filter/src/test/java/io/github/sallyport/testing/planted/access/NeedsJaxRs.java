package io.github.sallyport.testing.planted.access;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class NeedsJaxRs {
  Class<?> needed = jakarta.ws.rs.core.Feature.class;
}
