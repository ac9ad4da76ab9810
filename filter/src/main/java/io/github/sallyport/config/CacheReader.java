package io.github.sallyport.config;

import io.github.sallyport.cache.CacheProvider;
import io.github.sallyport.cache.CacheSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads how copies are kept, and by what. */
final class CacheReader {
  private final Values values;

  CacheReader(Values values) {
    this.values = values;
  }

  CacheSettings read(Duration queryTimeout) {
    Duration poll = values.duration(Property.STORE_POLL, Values.SHORTEST, Values.LONGEST);
    Duration grace = values.duration(Property.STORE_GRACE, Duration.ZERO, Values.LONGEST);
    Duration least = poll.plus(queryTimeout);
    CacheProvider provider = cacheProvider();
    return new CacheSettings(
        values.duration(Property.CACHE_TTL, Values.SHORTEST, Values.LONGEST),
        values.number(Property.CACHE_MAX_ENTRIES, 1),
        poll,
        grace.compareTo(least) < 0 ? least : grace,
        provider,
        cacheUri(provider));
  }

  private CacheProvider cacheProvider() {
    Optional<String> name = values.text(Property.CACHE_PROVIDER);
    if (name.isEmpty()) return cacheProviderOfTheApplication();
    Optional<CacheProvider> named = CacheProvider.named(name.get());
    if (named.isEmpty()) {
      values.mistake(
          Property.CACHE_PROVIDER,
          "\"" + Mistakes.echo(name.get()) + "\" is none of " + CacheProvider.known());
    } else if (!named.get().isPresent()) {
      values.mistake(
          Property.CACHE_PROVIDER,
          named.get().word()
              + " is not in the application; add "
              + named.get().coordinates()
              + " to WEB-INF/lib");
    }
    return named.orElse(CacheProvider.EHCACHE);
  }

  private CacheProvider cacheProviderOfTheApplication() {
    List<CacheProvider> present = CacheProvider.present();
    if (present.isEmpty()) {
      values.mistake(
          Property.CACHE_PROVIDER,
          "the application has no JCache provider; add "
              + CacheProvider.EHCACHE.coordinates()
              + " to WEB-INF/lib, or another one of "
              + CacheProvider.known());
      return CacheProvider.EHCACHE;
    }
    if (present.size() > 1 && !present.contains(CacheProvider.EHCACHE)) {
      values.mistake(
          Property.CACHE_PROVIDER,
          "is not set, and the application has several; name one of "
              + present.stream().map(CacheProvider::word).collect(Collectors.joining(", ")));
    }
    return present.get(0);
  }

  private @Nullable URI cacheUri(CacheProvider provider) {
    Optional<String> text = values.text(Property.CACHE_URI);
    if (text.isEmpty()) return null;
    if (!provider.readsConfiguration()) {
      values.mistake(
          Property.CACHE_URI,
          "a configuration of "
              + provider.word()
              + " can't be joined with our bound; remove it, or keep copies by ehcache");
      return null;
    }
    try {
      URI uri = new URI(text.get());
      if ("file".equals(uri.getScheme()) && Files.isReadable(Path.of(uri))) return uri;
    } catch (URISyntaxException | IllegalArgumentException e) {
      // Said below: the parser's message would repeat the text.
    }
    values.mistake(
        Property.CACHE_URI,
        "\""
            + Mistakes.echo(text.get())
            + "\" is not the file: URI of a file that can be read, such as"
            + " file:///etc/sallyport/ehcache.xml");
    return null;
  }
}
