package io.github.sallyport.testing.planted.key;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class NeedsJdbc {
  Class<?> needed = java.sql.Connection.class;
}
