package io.github.sallyport.testing.planted.access;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class NeedsMicroProfileJwt {
  Class<?> needed = org.eclipse.microprofile.jwt.JsonWebToken.class;
}
