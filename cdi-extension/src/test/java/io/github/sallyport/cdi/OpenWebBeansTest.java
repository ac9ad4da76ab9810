package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The same by OpenWebBeans, which a class path can't have beside Weld: so it runs in a class loader
 * of its own, in which there is no Weld.
 */
class OpenWebBeansTest {
  /** Weld, and an extension that wants more than its API. */
  private static final List<String> BESIDE = List.of("weld-", "deltaspike-");

  private static final Path HOME = Path.of("target", "openwebbeans");

  @Test
  void whatHoldsByWeldHoldsByOpenWebBeans() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      thread.setContextClassLoader(loader);
      Class<?> calls = loader.loadClass(OpenWebBeansCalls.class.getName());
      Object run = calls.getConstructor().newInstance();
      assertThat((List<?>) ((Callable<?>) run).call())
          .isEqualTo(
              List.of(
                  "by org.apache.openwebbeans.se",
                  "method: admin done, anybody role_missing",
                  "interface: admin done, anybody role_missing",
                  "stereotype: admin done, anybody role_missing",
                  "guarded: alice done, bob policy_denied",
                  "the policy was asked 2 times",
                  "fresh: key authentication_too_old",
                  "jsr250: admin done, anybody role_missing, outside done",
                  "passivated: anybody role_missing",
                  "principal: alice",
                  "mistakes stop the start"));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] classPath() throws IOException {
    List<URL> urls = new ArrayList<>();
    try (Stream<Path> jars = Files.list(HOME)) {
      jars.sorted().forEach(jar -> urls.add(url(jar)));
    }
    assertThat(urls).hasSize(5);
    Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(System.getProperty("java.class.path"))
        .map(Path::of)
        .filter(entry -> BESIDE.stream().noneMatch(entry.getFileName().toString()::startsWith))
        .forEach(entry -> urls.add(url(entry)));
    return urls.toArray(URL[]::new);
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }
}
