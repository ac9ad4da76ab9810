package io.github.sallyport.store;

import io.github.sallyport.Secret;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Connections that pass the store by. */
final class Connections {
  private Connections() {}

  /**
   * Connects by the driver itself: from the JVM's list a store takes away again what it brought,
   * and the list is filled once.
   */
  static Connection open(String url, @Nullable String user) throws SQLException {
    Properties who = new Properties();
    if (user != null) who.setProperty("user", user);
    try {
      Driver driver =
          Class.forName(Drivers.classFor(new Secret(url)))
              .asSubclass(Driver.class)
              .getConstructor()
              .newInstance();
      return Objects.requireNonNull(driver.connect(url, who), "it said that it takes this URL");
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("every driver has a public constructor", e);
    }
  }
}
