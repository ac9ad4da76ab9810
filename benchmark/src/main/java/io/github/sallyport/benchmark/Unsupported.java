package io.github.sallyport.benchmark;

import java.lang.reflect.Proxy;

/** Servlet objects that can nothing: what is asked of one in earnest is overridden around it. */
final class Unsupported {
  private Unsupported() {}

  static <T> T of(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new UnsupportedOperationException(method.toString());
            }));
  }
}
