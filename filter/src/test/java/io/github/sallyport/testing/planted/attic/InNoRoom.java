package io.github.sallyport.testing.planted.attic;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class InNoRoom {
  String nothing = "";
}
