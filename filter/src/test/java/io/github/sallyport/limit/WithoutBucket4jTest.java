package io.github.sallyport.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Bucket4j is optional: who sets no plan need not have it. */
class WithoutBucket4jTest {

  @Test
  void whereNoPlanIsSetNothingOfItIsLoaded() throws Exception {
    LongSupplier nanoTime = System::nanoTime;
    try (URLClassLoader application = withoutBucket4j()) {
      Class<?> settings = application.loadClass(LimitSettings.class.getName());
      Class<?> limiter = application.loadClass(Limiter.class.getName());
      Object none = settings.getField("NONE").get(null);
      Class<?> caller = application.loadClass("io.github.sallyport.Caller");
      Object nobody =
          application
              .loadClass("io.github.sallyport.AnonymousCaller")
              .getField("INSTANCE")
              .get(null);

      Object open =
          limiter.getMethod("of", settings, LongSupplier.class).invoke(null, none, nanoTime);

      assertThat(
              limiter
                  .getMethod("take", caller, String.class, int.class)
                  .invoke(open, nobody, null, 1))
          .hasToString("Unlimited[]");
      assertThatThrownBy(
              () -> Class.forName(Meter.class.getName(), true, application).getDeclaredMethods())
          .isInstanceOf(NoClassDefFoundError.class);
    }
  }

  private static URLClassLoader withoutBucket4j() {
    List<URL> urls =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(part -> !part.contains("bucket4j"))
            .map(WithoutBucket4jTest::url)
            .toList();
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static URL url(String part) {
    try {
      return Path.of(part).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(part, e);
    }
  }
}
