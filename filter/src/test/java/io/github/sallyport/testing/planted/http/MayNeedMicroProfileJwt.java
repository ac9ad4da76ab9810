package io.github.sallyport.testing.planted.http;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class MayNeedMicroProfileJwt {
  Class<?> needed = org.eclipse.microprofile.jwt.JsonWebToken.class;
}
