package io.github.sallyport.store;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Stands between us and a database, where it can stop what is done there. */
final class Tap {
  private final Step step;

  private Tap(Step step) {
    this.step = step;
  }

  /** What is done at each step. */
  @FunctionalInterface
  interface Step {
    /**
     * Lets it go on, or throws.
     *
     * @param what {@code before} or {@code after}, and {@code execute} or {@code commit}
     */
    void at(String what) throws SQLException;
  }

  /** A source whose connections take each step. */
  static DataSource on(DataSource source, Step step) {
    return new Tap(step).tapped(DataSource.class, source);
  }

  private <T> T tapped(Class<T> type, Object real) {
    InvocationHandler handler = (proxy, method, arguments) -> call(real, method, arguments);
    return type.cast(
        Proxy.newProxyInstance(Tap.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private @Nullable Object call(Object real, Method method, Object @Nullable [] arguments)
      throws Throwable {
    String name = method.getName();
    String what = name.startsWith("execute") ? "execute" : name.equals("commit") ? name : null;
    if (what != null) step.at("before " + what);
    Object result;
    try {
      result = method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (what != null) step.at("after " + what);
    if (name.equals("getConnection")) return tapped(Connection.class, result);
    if (name.equals("prepareStatement")) return tapped(PreparedStatement.class, result);
    return result;
  }
}
