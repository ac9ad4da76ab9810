package io.github.sallyport.http;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How credentials are read and refusals written.
 *
 * @param realm the realm of the challenges (RFC 9110 section 11.5)
 * @param requireHttps refuse a credential that came in clear
 * @param combineBoth let a request show an API key and a token; else that is ambiguous
 * @param corsPreflight let CORS preflights through without a credential
 * @param keyHeader the header that carries an API key
 * @param keyInBearer read a bearer token that starts with the key prefix as an API key
 * @param keyPrefix the prefix of our keys, without the separator
 * @param maxTokenBytes the longest token that is looked at
 * @param tokenCookie the cookie that carries a token where there is no {@code Authorization}; null:
 *     none does
 * @param csrfOrigins other origins, as browsers write them, whose pages may send that cookie
 * @param resourceMetadata the URL that challenges name (RFC 9728 section 5.1); null: they name none
 */
public record HttpSettings(
    String realm,
    boolean requireHttps,
    boolean combineBoth,
    boolean corsPreflight,
    String keyHeader,
    boolean keyInBearer,
    String keyPrefix,
    int maxTokenBytes,
    @Nullable String tokenCookie,
    Set<String> csrfOrigins,
    @Nullable String resourceMetadata) {

  /** Without a cookie, and without metadata. */
  public HttpSettings(
      String realm,
      boolean requireHttps,
      boolean combineBoth,
      boolean corsPreflight,
      String keyHeader,
      boolean keyInBearer,
      String keyPrefix,
      int maxTokenBytes) {
    this(
        realm,
        requireHttps,
        combineBoth,
        corsPreflight,
        keyHeader,
        keyInBearer,
        keyPrefix,
        maxTokenBytes,
        null,
        Set.of(),
        null);
  }

  /**
   * The same, whose challenges name where the resource describes itself.
   *
   * @param url of its metadata
   */
  public HttpSettings describedAt(String url) {
    return new HttpSettings(
        realm,
        requireHttps,
        combineBoth,
        corsPreflight,
        keyHeader,
        keyInBearer,
        keyPrefix,
        maxTokenBytes,
        tokenCookie,
        csrfOrigins,
        url);
  }

  /**
   * The spelling of an origin by which it is compared.
   *
   * @return empty if it is no {@code http:} or {@code https:} origin
   */
  public static Optional<String> origin(String text) {
    return Optional.ofNullable(CookieOrigin.origin(text)).map(CookieOrigin::text);
  }

  public HttpSettings {
    csrfOrigins = Set.copyOf(csrfOrigins);
    Objects.requireNonNull(realm, "realm");
    Objects.requireNonNull(keyHeader, "keyHeader");
    Objects.requireNonNull(keyPrefix, "keyPrefix");
    if (maxTokenBytes < 1) {
      throw new IllegalArgumentException("maxTokenBytes must be at least 1, was " + maxTokenBytes);
    }
  }
}
