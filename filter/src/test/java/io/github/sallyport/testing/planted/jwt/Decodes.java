package io.github.sallyport.testing.planted.jwt;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class Decodes {
  Object decode(String token) {
    return com.auth0.jwt.JWT.decode(token);
  }
}
