package io.github.sallyport.cache;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.jspecify.annotations.Nullable;

/** A provider's cache that fails where it is told to. */
final class FailingCache {
  final Map<Object, Object> entries = new ConcurrentHashMap<>();
  boolean failsToRead;
  boolean failsToWrite;
  Runnable duringRead = () -> {};
  Runnable afterRead = () -> {};

  @SuppressWarnings("unchecked") // there is no class literal of a parameterized type
  <V> Cache<String, Copy<V>> proxy() {
    return (Cache<String, Copy<V>>)
        Proxy.newProxyInstance(
            Cache.class.getClassLoader(),
            new Class<?>[] {Cache.class},
            (proxy, method, arguments) -> {
              boolean reads = method.getName().equals("get");
              if (reads ? failsToRead : failsToWrite) throw new CacheException("no");
              return switch (method.getName()) {
                case "get" -> get(arguments[0]);
                case "put" -> put(arguments[0], arguments[1]);
                case "remove" -> entries.remove(arguments[0]) != null;
                default -> throw new UnsupportedOperationException(method.getName());
              };
            });
  }

  private @Nullable Object get(Object key) {
    duringRead.run();
    Object value = entries.get(key);
    afterRead.run();
    return value;
  }

  private @Nullable Object put(Object key, Object value) {
    entries.put(key, value);
    return null;
  }
}
