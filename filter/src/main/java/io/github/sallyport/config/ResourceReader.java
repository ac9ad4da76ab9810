package io.github.sallyport.config;

import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads by which name others know what is protected (RFC 9728 section 1.2). */
final class ResourceReader {
  private final Values values;

  ResourceReader(Values values) {
    this.values = values;
  }

  /** Null: it is not set, or can't be one. */
  @Nullable URI read() {
    Optional<String> text = values.text(Property.RESOURCE);
    Optional<URI> url = text.flatMap(OwnUrl::parse);
    if (text.isPresent() && url.isEmpty()) values.mistake(Property.RESOURCE, OwnUrl.EXPECTED);
    return url.orElse(null);
  }
}
