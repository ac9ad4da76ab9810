package io.github.sallyport.cache;

import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import javax.cache.CacheManager;
import javax.cache.configuration.Configuration;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.core.config.DefaultConfiguration;
import org.ehcache.impl.config.copy.DefaultCopierConfiguration;
import org.ehcache.impl.copy.IdentityCopier;
import org.ehcache.jsr107.Eh107Configuration;
import org.ehcache.jsr107.EhcacheCachingProvider;
import org.ehcache.jsr107.config.ConfigurationElementState;
import org.ehcache.jsr107.config.Jsr107CacheConfiguration;
import org.ehcache.xml.XmlConfiguration;
import org.jspecify.annotations.Nullable;

/** Ehcache's. */
final class EhcacheBound implements Bound {
  @Override
  public CacheManager open(ClassLoader loader, @Nullable URI uri) {
    EhcacheCachingProvider provider = new EhcacheCachingProvider();
    // Said outright: left to itself it would look for a file in a system property.
    return uri == null
        ? provider.getCacheManager(provider.getDefaultURI(), new DefaultConfiguration(loader))
        : provider.getCacheManager(uri, file(uri, loader));
  }

  private static org.ehcache.config.Configuration file(URI uri, ClassLoader loader) {
    try {
      return new XmlConfiguration(uri.toURL(), loader);
    } catch (MalformedURLException | RuntimeException | LinkageError e) {
      throw new IllegalStateException(
          "sallyport.cache.uri can't be read by Ehcache, which needs JAXB for it"
              + " (org.glassfish.jaxb:jaxb-runtime, 4 or later): "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public <V> Configuration<String, Copy<V>> of(int maxEntries, Duration life) {
    return Eh107Configuration.fromEhcacheCacheConfiguration(
        CacheConfigurationBuilder.newCacheConfigurationBuilder(
                String.class, Bound.<V>copies(), ResourcePoolsBuilder.heap(maxEntries))
            // Else it registers a bean in JMX, whose name two web applications would share.
            .withService(
                new Jsr107CacheConfiguration(
                    ConfigurationElementState.DISABLED, ConfigurationElementState.DISABLED))
            // Else a file could name copiers.
            .withService(
                new DefaultCopierConfiguration<>(
                    IdentityCopier.<Copy<V>>identityCopier(),
                    DefaultCopierConfiguration.Type.VALUE))
            .withExpiry(ExpiryPolicyBuilder.timeToLiveExpiration(life)));
  }
}
