package io.github.sallyport.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.config.ConfigurationException;
import io.github.sallyport.config.SettingsReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.OptionalFeature;
import javax.cache.spi.CachingProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which provider keeps copies, by what lies in the WAR and beside it in the server. */
class ProvidersOfAWarTest {
  private static final String EHCACHE = "ehcache";
  private static final String CAFFEINE = "ben-manes";
  private static final String CACHE2K = "cache2k";
  private static final String HAZELCAST = "hazelcast"; // which is a provider too, of a cluster
  private static final String TYPESAFE = "typesafe";
  private static final String JAXB = "jaxb";

  @TempDir Path server;

  @Test
  void ehcacheKeepsCopiesUnlessAnotherIsNamed() throws Exception {
    assertThat(deploy("")).isEqualTo("org.ehcache.jsr107.EhcacheCachingProvider of the WAR");
  }

  @ParameterizedTest
  @CsvSource({
    "ehcache, org.ehcache.jsr107.EhcacheCachingProvider",
    "caffeine, com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider",
    "cache2k, org.cache2k.jcache.provider.JCacheProvider"
  })
  void aProviderIsNamedByAWordOrByItsClass(String word, String className) throws Exception {
    assertThat(deploy(word)).isEqualTo(className + " of the WAR");
    assertThat(deploy(className)).isEqualTo(className + " of the WAR");
  }

  @ParameterizedTest
  @CsvSource({
    "cache2k, com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider",
    "ben-manes, org.cache2k.jcache.provider.JCacheProvider"
  })
  void withoutEhcacheTheOneThatIsThereKeepsCopies(String without, String className)
      throws Exception {
    assertThat(deploy("", EHCACHE, without)).isEqualTo(className + " of the WAR");
  }

  @Test
  void withoutEhcacheOneOfSeveralMustBeNamed() throws Exception {
    assertThat(deploy("", EHCACHE))
        .contains(
            "sallyport.cache.provider: is not set, and the application has several; name one of"
                + " caffeine, cache2k");
  }

  @Test
  void withoutAnyTheDeploymentStopsAndNamesWhatToAdd() throws Exception {
    assertThat(deploy("", EHCACHE, CAFFEINE, CACHE2K))
        .contains(
            "sallyport.cache.provider: the application has no JCache provider; add"
                + " org.ehcache:ehcache (classifier jakarta) to WEB-INF/lib, or another one of"
                + " ehcache (");
  }

  @ParameterizedTest
  @CsvSource({
    "ehcache, ehcache, org.ehcache:ehcache (classifier jakarta)",
    "caffeine, ben-manes, com.github.ben-manes.caffeine:jcache",
    "org.cache2k.jcache.provider.JCacheProvider, cache2k, org.cache2k:cache2k-jcache"
  })
  void aProviderThatIsNamedAndMissingIsNamedAsMavenCallsIt(
      String name, String without, String coordinates) throws Exception {
    assertThat(deploy(name, without))
        .contains("is not in the application; add " + coordinates + " to WEB-INF/lib");
  }

  @Test
  void aProviderOfWhichAPartIsMissingIsNamedAsMavenCallsIt() throws Exception {
    assertThat(deploy("caffeine", TYPESAFE))
        .isEqualTo(
            "the JCache provider caffeine is not complete: add"
                + " com.github.ben-manes.caffeine:jcache with all that it brings");
  }

  @Test
  void aFileOfEhcachesWithoutWhatReadsItSaysWhatToAdd() throws Exception {
    Path file = Files.writeString(server.resolve("ehcache.xml"), "<config/>");
    assertThat(deploy(Map.of("sallyport.cache.uri", file.toUri().toString()), JAXB))
        .contains("sallyport.cache.uri can't be read by Ehcache")
        .contains("org.glassfish.jaxb:jaxb-runtime");
  }

  /** As Payara does, with Hazelcast; and a property of the JVM, for another application in it. */
  @Test
  void aServersOwnProviderIsNotTakenForOurs() throws Exception {
    serverBrings(ServersProvider.class);
    String before = System.setProperty(Caching.JAVAX_CACHE_CACHING_PROVIDER, "com.example.Other");
    try {
      assertThat(deploy("")).isEqualTo("org.ehcache.jsr107.EhcacheCachingProvider of the WAR");
      assertThat(deploy("caffeine")).contains("CaffeineCachingProvider of the WAR");
      assertThat(deploy("cache2k")).contains("JCacheProvider of the WAR");
    } finally {
      if (before == null) System.clearProperty(Caching.JAVAX_CACHE_CACHING_PROVIDER);
      else System.setProperty(Caching.JAVAX_CACHE_CACHING_PROVIDER, before);
    }
  }

  @Test
  void whoAsksJCacheForTheProviderFindsTheServersToo() throws Exception {
    assertThat(run("ask", Map.of(), CAFFEINE, CACHE2K, HAZELCAST))
        .endsWith("EhcacheCachingProvider");
    serverBrings(ServersProvider.class);
    assertThat(run("ask", Map.of(), CAFFEINE, CACHE2K, HAZELCAST))
        .startsWith("Multiple CachingProviders");
  }

  private void serverBrings(Class<?> provider) throws IOException {
    Path services = Files.createDirectories(server.resolve("META-INF/services"));
    Files.writeString(services.resolve(CachingProvider.class.getName()), provider.getName());
    String classFile = provider.getName().replace('.', '/') + ".class";
    Path copy = server.resolve(classFile);
    Files.createDirectories(Objects.requireNonNull(copy.getParent()));
    try (InputStream bytes = provider.getClassLoader().getResourceAsStream(classFile)) {
      Files.copy(Objects.requireNonNull(bytes), copy);
    }
  }

  private String deploy(String provider, String... without) throws Exception {
    return deploy(
        provider.isEmpty() ? Map.of() : Map.of("sallyport.cache.provider", provider), without);
  }

  private String deploy(Map<String, String> parameters, String... without) throws Exception {
    return run("open", parameters, without);
  }

  /** Runs in a WAR, whose libraries lie above the server's. */
  private String run(String what, Map<String, String> parameters, String... without)
      throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    URL[] servers = {server.toUri().toURL(), url(Caching.class)};
    try (URLClassLoader parent = new URLClassLoader(servers, ClassLoader.getPlatformClassLoader());
        URLClassLoader war = new URLClassLoader(libraries(without), parent)) {
      thread.setContextClassLoader(war);
      return (String)
          war.loadClass(Life.class.getName()).getMethod(what, Map.class).invoke(null, parameters);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] libraries(String... without) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      boolean missing = List.of(without).stream().anyMatch(part::contains);
      if (!missing) urls.add(Path.of(part).toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }

  private static URL url(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  /** What runs within the WAR. */
  public static final class Life {
    private Life() {}

    /** Opens the caches that were configured; tells whose they are, or why there are none. */
    public static String open(Map<String, String> parameters) {
      ClassLoader war = Life.class.getClassLoader();
      try {
        CacheSettings settings = SettingsReader.read(parameters, war, Map.of()).cache();
        try (Caches caches = Caches.open(settings, new HandFeed());
            BoundedCaches bounded = new BoundedCaches(settings.provider(), settings.uri())) {
          caches.records("things", "thing", same -> 1).find("id", id -> Optional.of("record"));
          Cache<String, Copy<String>> one = bounded.create("one", 1, Duration.ofHours(1));
          Class<?> provider = one.getCacheManager().getCachingProvider().getClass();
          return provider.getName() + (provider.getClassLoader() == war ? " of the WAR" : "");
        }
      } catch (ConfigurationException | IllegalStateException e) {
        return Objects.requireNonNull(e.getMessage());
      }
    }

    /** Asks as JCache would have it. */
    public static String ask(Map<String, String> parameters) {
      try {
        return Caching.getCachingProvider().getClass().getName();
      } catch (CacheException e) {
        return Objects.requireNonNull(e.getMessage());
      }
    }
  }

  /** A server's provider: whoever uses it notices. */
  public static final class ServersProvider implements CachingProvider {
    /** Made by JCache. */
    public ServersProvider() {}

    @Override
    public CacheManager getCacheManager(URI uri, ClassLoader loader, Properties properties) {
      throw new AssertionError("the server's own");
    }

    @Override
    public ClassLoader getDefaultClassLoader() {
      return ServersProvider.class.getClassLoader();
    }

    @Override
    public URI getDefaultURI() {
      return URI.create("server");
    }

    @Override
    public Properties getDefaultProperties() {
      return new Properties();
    }

    @Override
    public CacheManager getCacheManager(URI uri, ClassLoader loader) {
      return getCacheManager(uri, loader, getDefaultProperties());
    }

    @Override
    public CacheManager getCacheManager() {
      return getCacheManager(getDefaultURI(), getDefaultClassLoader());
    }

    @Override
    public void close() {}

    @Override
    public void close(ClassLoader loader) {}

    @Override
    public void close(URI uri, ClassLoader loader) {}

    @Override
    public boolean isSupported(OptionalFeature feature) {
      return false;
    }
  }
}
