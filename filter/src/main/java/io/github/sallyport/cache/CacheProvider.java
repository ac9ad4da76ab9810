package io.github.sallyport.cache;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JCache providers that copies may be kept by: those to which we can say how many entries at
 * most, for which JCache has no words.
 */
public enum CacheProvider {
  /** Brought by our own artifact; the default. */
  EHCACHE(
      "ehcache",
      "org.ehcache.jsr107.EhcacheCachingProvider",
      "org.ehcache:ehcache (classifier jakarta)"),
  CAFFEINE(
      "caffeine",
      "com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider",
      "com.github.ben-manes.caffeine:jcache"),
  CACHE2K("cache2k", "org.cache2k.jcache.provider.JCacheProvider", "org.cache2k:cache2k-jcache");

  private final String word;
  private final String className;
  private final String coordinates;

  CacheProvider(String word, String className, String coordinates) {
    this.word = word;
    this.className = className;
    this.coordinates = coordinates;
  }

  /** Finds the one that a deployer names, by its short word or by its class. */
  public static Optional<CacheProvider> named(String name) {
    return Stream.of(values())
        .filter(provider -> provider.word.equals(name) || provider.className.equals(name))
        .findFirst();
  }

  /** Those whose class is beside ours; the default comes first. */
  public static List<CacheProvider> present() {
    return Arrays.stream(values()).filter(CacheProvider::isPresent).toList();
  }

  /** All names, for a report. */
  public static String known() {
    return Stream.of(values())
        .map(provider -> provider.word + " (" + provider.className + ")")
        .collect(Collectors.joining(", "));
  }

  /**
   * Tells whether its class is beside ours. {@link javax.cache.Caching} is not asked: it answers
   * with what the server brings, or with an error where there are two.
   */
  public boolean isPresent() {
    try {
      Class.forName(className, false, CacheProvider.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** The short word. */
  public String word() {
    return word;
  }

  /** What to add where it is missing, as Maven calls it. */
  public String coordinates() {
    return coordinates;
  }

  /**
   * Tells whether it may be given a configuration of its own. Ehcache's leaves alone what is said
   * in code. A file of cache2k's would override our bound; and of Caffeine's nothing is read for a
   * cache that is made in code.
   */
  public boolean readsConfiguration() {
    return this == EHCACHE;
  }

  /** Loads the one class that names the provider's. Not by method references: they load all. */
  Bound bound() {
    return switch (this) {
      case EHCACHE -> new EhcacheBound();
      case CAFFEINE -> new CaffeineBound();
      case CACHE2K -> new Cache2kBound();
    };
  }
}
