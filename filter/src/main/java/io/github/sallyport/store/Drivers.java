package io.github.sallyport.store;

import io.github.sallyport.Secret;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The JDBC drivers beside us. A driver enters itself in the JVM's list when its class is loaded,
 * and would hold a web application there that has gone.
 */
final class Drivers {
  private static final ClassLoader LOADER = Drivers.class.getClassLoader();

  private Drivers() {}

  /**
   * Names the driver for a URL. {@link DriverManager} is not asked: in a container it was filled
   * before our libraries were there.
   */
  static String classFor(Secret url) {
    Iterator<Driver> drivers = ServiceLoader.load(Driver.class, LOADER).iterator();
    while (true) {
      try {
        if (!drivers.hasNext()) break;
        Driver driver = drivers.next();
        if (driver.acceptsURL(url.reveal())) return driver.getClass().getName();
      } catch (SQLException | ServiceConfigurationError e) {
        // A driver that can't even say so is not the one.
      }
    }
    throw new IllegalStateException(
        "no JDBC driver in the application takes sallyport.store.url: add the database's driver to"
            + " WEB-INF/lib, or correct the URL's beginning");
  }

  /** The drivers in the JVM's list that go when we go. */
  static Set<Driver> ours() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // Who asks first in a JVM makes the list, of what this loader finds: not of ours, or we should
    // take for the application's what is there because we asked.
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      return DriverManager.drivers()
          .filter(driver -> driver.getClass().getClassLoader() == LOADER)
          .collect(Collectors.toSet());
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  static void deregisterAllBut(Set<Driver> before) {
    for (Driver driver : ours()) {
      if (before.contains(driver)) continue;
      try {
        DriverManager.deregisterDriver(driver);
      } catch (SQLException e) {
        throw new AssertionError("a driver of our own class loader is ours to remove", e);
      }
    }
  }
}
