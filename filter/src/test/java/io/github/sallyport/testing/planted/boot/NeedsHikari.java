package io.github.sallyport.testing.planted.boot;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class NeedsHikari {
  Class<?> needed = com.zaxxer.hikari.HikariDataSource.class;
}
