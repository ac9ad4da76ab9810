package io.github.sallyport.testing.planted.client;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class MayNeedJaxRs {
  Class<?> needed = jakarta.ws.rs.core.Feature.class;
}
