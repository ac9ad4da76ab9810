package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Authentication;
import io.github.sallyport.cache.CacheProvider;
import io.github.sallyport.cache.CacheSettings;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A deployment that was closed leaves nothing by which its classes would stay. */
class RedeployTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"ehcache", "caffeine", "cache2k"})
  void theClassLoaderOfADeploymentThatWasClosedGoes(String provider) throws Exception {
    List<WeakReference<ClassLoader>> deployments = new ArrayList<>();
    for (int i = 0; i < 2; i++) deployments.add(deploy(provider));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(deployments).allMatch(loader -> loader.get() == null);
            });
  }

  private WeakReference<ClassLoader> deploy(String provider) throws Exception {
    // As a web application has them: Sallyport and its libraries, in a class loader of their own.
    try (URLClassLoader loader =
        new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      Thread thread = Thread.currentThread();
      ClassLoader before = thread.getContextClassLoader();
      thread.setContextClassLoader(loader);
      try {
        loader
            .loadClass(Life.class.getName())
            .getMethod("live", Path.class, String.class)
            .invoke(null, folder, provider);
      } finally {
        thread.setContextClassLoader(before);
      }
      return new WeakReference<>(loader);
    }
  }

  private static URL[] classPath() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(Path.of(part).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  /** What runs within the deployment. */
  public static final class Life {
    private Life() {}

    public static void live(Path folder, String provider) {
      CacheSettings cache =
          new CacheSettings(
              Rooms.CACHE.ttl(),
              Rooms.CACHE.maxEntries(),
              Rooms.CACHE.poll(),
              Rooms.CACHE.grace(),
              CacheProvider.named(provider).orElseThrow(),
              null);
      try (Rooms rooms = new Rooms(folder, Rooms.KEYS, cache)) {
        Authentication shown = rooms.show(rooms.keys.issue(Rooms.request(), Rooms.ADMIN).key());
        if (!(shown instanceof Authentication.Known)) throw new AssertionError(shown);
      }
    }
  }
}
