package io.github.sallyport.config;

import io.github.sallyport.Secret;
import io.github.sallyport.jwt.IntrospectionEndpoint;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.jwt.KeySource;
import io.github.sallyport.jwt.PublicKeys;
import io.github.sallyport.jwt.SharedSecret;
import io.github.sallyport.jwt.SignatureAlgorithm;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the issuers: the one of MicroProfile JWT, and those of our own properties. */
final class IssuerReader {
  private static final String MP_JWT = "mp.jwt";
  private static final Duration MAX_SKEW = Duration.ofMinutes(Issuer.MAX_SKEW_MINUTES);
  private static final String ALGORITHMS =
      "one of "
          + Stream.of(SignatureAlgorithm.values())
              .map(Enum::name)
              .collect(Collectors.joining(", "));
  private static final Pattern MEDIA_TYPE = Pattern.compile("[A-Za-z0-9!#$&^_.+/-]+");

  /** MicroProfile JWT 2.1, section 4.1: what names an issuer, in the order in which we ask. */
  private static final List<Property> MP_VERIFY =
      List.of(
          Property.MP_ISSUER,
          Property.MP_PUBLICKEY,
          Property.MP_PUBLICKEY_LOCATION,
          Property.MP_PUBLICKEY_ALGORITHM,
          Property.MP_AUDIENCES,
          Property.MP_CLOCK_SKEW,
          Property.MP_TOKEN_AGE);

  /** Where an issuer's keys come from: one of these. */
  private static final List<Property> KEYS =
      List.of(
          Property.ISSUER_JWKS,
          Property.ISSUER_DISCOVERY,
          Property.ISSUER_PUBLIC_KEY,
          Property.ISSUER_SECRET);

  private final Values values;
  private final List<String> warnings;
  private final KeyFiles files;

  /**
   * @param warnings where to put what works but is weak
   */
  IssuerReader(Values values, List<String> warnings, ClassLoader application) {
    this.values = values;
    this.warnings = warnings;
    this.files = new KeyFiles(application);
  }

  List<Issuer> read(Set<String> names) {
    List<Issuer> issuers = new ArrayList<>();
    Map<String, String> ofIss = new HashMap<>();
    if (MP_VERIFY.stream().anyMatch(values::isSet)) {
      takeIss(values, Property.MP_ISSUER, ofIss);
      mpJwt().ifPresent(issuers::add);
    }
    for (String name : names) {
      takeIss(values.named(name), Property.ISSUER_ISS, ofIss);
      issuer(name).ifPresent(issuers::add);
    }
    refuseSeveralToAsk(names);
    return issuers;
  }

  /** One {@code iss} leads to one set of rules, or it would be chance which of them holds. */
  private static void takeIss(Values own, Property property, Map<String, String> ofIss) {
    if (!own.isSet(property)) {
      own.mistake(property, "is missing; an issuer needs it");
      return;
    }
    String iss = own.text(property).orElse("");
    if (iss.isEmpty()) return;
    String earlier = ofIss.putIfAbsent(iss, own.path(property));
    if (earlier != null) own.mistake(property, "is the same as " + earlier);
  }

  /** The issuer; empty if it is so wrong that it could not be made. */
  private Optional<Issuer> mpJwt() {
    Set<SignatureAlgorithm> algorithms =
        publicOnly(
            values,
            Property.MP_PUBLICKEY_ALGORITHM,
            values.constants(
                Property.MP_PUBLICKEY_ALGORITHM, SignatureAlgorithm.class, ALGORITHMS));
    Set<String> audiences = audiences(values, Property.MP_AUDIENCES);
    Duration skew =
        values
            .seconds(Property.MP_CLOCK_SKEW, Duration.ZERO, MAX_SKEW)
            .orElseGet(() -> Duration.ofSeconds(Long.parseLong(Property.MP_CLOCK_SKEW.fallback())));
    Duration age =
        values.seconds(Property.MP_TOKEN_AGE, Duration.ofSeconds(1), Values.LONGEST).orElse(null);
    Optional<KeySource> keys = mpKeys(algorithms);
    Optional<String> iss = values.text(Property.MP_ISSUER);
    if (iss.isEmpty() || keys.isEmpty() || algorithms.isEmpty()) return Optional.empty();
    return Optional.of(
        new Issuer(
            MP_JWT,
            iss.get(),
            keys.get(),
            algorithms,
            audiences,
            Set.of(),
            Set.of(),
            List.of("upn", "preferred_username", "sub"),
            Preset.NONE.roles,
            Preset.NONE.scopes,
            skew,
            age));
  }

  private Optional<KeySource> mpKeys(Set<SignatureAlgorithm> algorithms) {
    if (!exactlyOne(values, List.of(Property.MP_PUBLICKEY, Property.MP_PUBLICKEY_LOCATION))) {
      return Optional.empty();
    }
    Optional<String> text = values.text(Property.MP_PUBLICKEY);
    if (text.isPresent()) return fixed(values, Property.MP_PUBLICKEY, text.get(), algorithms);
    Property property = Property.MP_PUBLICKEY_LOCATION;
    Optional<String> location = values.text(property);
    if (location.isEmpty()) return Optional.empty();
    if (!isHttp(location.get())) return inFile(values, property, location.get(), algorithms);
    Optional<URI> url = url(values, property, location.get());
    url.filter(u -> isPlain(u) && !isLoopback(u)).ifPresent(u -> warnOfPlainHttp(property));
    return url.map(
        u ->
            new KeySource.Jwks(
                u,
                Duration.parse(Property.ISSUER_JWKS_REFRESH.fallback()),
                Duration.parse(Property.ISSUER_JWKS_MAX_STALE.fallback())));
  }

  private void warnOfPlainHttp(Property property) {
    warnings.add(
        property.path()
            + " is an http: URL: anybody on the way can put in a key, and tokens of their own.");
  }

  /** The issuer; empty if it is so wrong that it could not be made. */
  private Optional<Issuer> issuer(String name) {
    Values own = values.named(name);
    Set<SignatureAlgorithm> algorithms = algorithms(own);
    Set<String> audiences = audiences(own, Property.ISSUER_AUDIENCES);
    Set<String> types = own.list(Property.ISSUER_TYPE, MEDIA_TYPE, "a typ header");
    Duration skew = own.duration(Property.ISSUER_CLOCK_SKEW, Duration.ZERO, MAX_SKEW);
    Duration age =
        own.optionalDuration(Property.ISSUER_MAX_AGE, Values.SHORTEST, Values.LONGEST).orElse(null);
    Preset preset = own.word(Property.ISSUER_PRESET, Preset.class);
    Optional<IntrospectionEndpoint> introspection = introspection(own);
    Optional<KeySource> keys = keys(own, algorithms, preset);
    Optional<String> iss = own.text(Property.ISSUER_ISS);
    if (iss.isEmpty() || keys.isEmpty() || algorithms.isEmpty()) return Optional.empty();
    return Optional.of(
        new Issuer(
            name,
            iss.get(),
            keys.get(),
            algorithms,
            audiences,
            types,
            Stream.concat(
                    own.list(Property.ISSUER_REQUIRED_CLAIMS).stream(), preset.required.stream())
                .collect(Collectors.toSet()),
            own.text(Property.ISSUER_NAME_CLAIM).map(List::of).orElse(preset.names),
            own.text(Property.ISSUER_ROLES_CLAIM).orElse(preset.roles),
            own.text(Property.ISSUER_SCOPES_CLAIM).map(List::of).orElse(preset.scopes),
            skew,
            age,
            preset.audience,
            preset.values,
            introspection.orElse(null)));
  }

  private static Optional<IntrospectionEndpoint> introspection(Values own) {
    Optional<String> clientId = own.text(Property.ISSUER_INTROSPECTION_CLIENT_ID);
    Optional<Secret> secret = own.secret(Property.ISSUER_INTROSPECTION_CLIENT_SECRET);
    if (!own.isSet(Property.ISSUER_INTROSPECTION_URL)) {
      Stream.of(
              Property.ISSUER_INTROSPECTION_CLIENT_ID, Property.ISSUER_INTROSPECTION_CLIENT_SECRET)
          .filter(own::isSet)
          .forEach(
              p ->
                  own.mistake(
                      p, "goes with " + own.path(Property.ISSUER_INTROSPECTION_URL) + " only"));
      return Optional.empty();
    }
    Stream.of(Property.ISSUER_INTROSPECTION_CLIENT_ID, Property.ISSUER_INTROSPECTION_CLIENT_SECRET)
        .filter(p -> !own.isSet(p))
        .forEach(p -> own.mistake(p, "is missing; who asks an issuer must say who it is"));
    Optional<URI> url =
        remote(own, Property.ISSUER_INTROSPECTION_URL, own.flag(Property.ISSUER_ALLOW_HTTP));
    if (url.isEmpty() || clientId.isEmpty() || secret.isEmpty()) return Optional.empty();
    return Optional.of(new IntrospectionEndpoint(url.get(), clientId.get(), secret.get()));
  }

  /** A token without a dot does not say whose it is. */
  private void refuseSeveralToAsk(Set<String> names) {
    List<Values> asking =
        names.stream()
            .map(values::named)
            .filter(own -> own.isSet(Property.ISSUER_INTROSPECTION_URL))
            .toList();
    for (Values own : asking.subList(Math.min(1, asking.size()), asking.size())) {
      own.mistake(
          Property.ISSUER_INTROSPECTION_URL,
          "is set beside "
              + asking.get(0).path(Property.ISSUER_INTROSPECTION_URL)
              + "; an opaque token does not say which of them to ask");
    }
  }

  /** Public keys or a secret: an issuer with both could be sent a public key as the secret. */
  private static Set<SignatureAlgorithm> algorithms(Values own) {
    Property property = Property.ISSUER_ALGORITHMS;
    if (!own.isSet(Property.ISSUER_SECRET)) {
      return publicOnly(
          own, property, own.constants(property, SignatureAlgorithm.class, ALGORITHMS));
    }
    if (!own.isSet(property)) return Set.of(SignatureAlgorithm.HS256);
    Set<SignatureAlgorithm> named = own.constants(property, SignatureAlgorithm.class, ALGORITHMS);
    if (named.stream().allMatch(SignatureAlgorithm::isSymmetric)) return named;
    own.mistake(
        property,
        "names an algorithm of public keys beside "
            + own.path(Property.ISSUER_SECRET)
            + "; use HS256, HS384 or HS512, or another issuer");
    return Set.of();
  }

  private static Set<SignatureAlgorithm> publicOnly(
      Values own, Property property, Set<SignatureAlgorithm> named) {
    if (named.stream().noneMatch(SignatureAlgorithm::isSymmetric)) return named;
    own.mistake(
        property, "names an HMAC, which takes sallyport.issuer.NAME.secret and no public key");
    return Set.of();
  }

  /** RFC 8725 section 3.9: without an audience, a token for anybody else is good here too. */
  private Set<String> audiences(Values own, Property property) {
    if (!own.isSet(property)) {
      warnings.add(own.path(property) + " is not set: tokens for any audience are let in.");
    }
    return own.list(property);
  }

  private Optional<KeySource> keys(Values own, Set<SignatureAlgorithm> algorithms, Preset preset) {
    Duration refresh = own.duration(Property.ISSUER_JWKS_REFRESH, Values.SHORTEST, Values.LONGEST);
    Duration maxStale = own.duration(Property.ISSUER_JWKS_MAX_STALE, Duration.ZERO, Values.LONGEST);
    boolean plainAllowed = own.flag(Property.ISSUER_ALLOW_HTTP);
    boolean none = KEYS.stream().noneMatch(own::isSet);
    if (none && preset != Preset.NONE) {
      return remote(own, Property.ISSUER_ISS, plainAllowed)
          .map(IssuerReader::metadata)
          .map(url -> new KeySource.Discovered(url, plainAllowed, refresh, maxStale));
    }
    if (none && own.isSet(Property.ISSUER_INTROSPECTION_URL)) {
      return Optional.of(new KeySource.None());
    }
    if (!exactlyOne(own, KEYS)) {
      return Optional.empty();
    }
    if (own.isSet(Property.ISSUER_JWKS)) {
      return remote(own, Property.ISSUER_JWKS, plainAllowed)
          .map(url -> new KeySource.Jwks(url, refresh, maxStale));
    }
    if (own.isSet(Property.ISSUER_DISCOVERY)) {
      return remote(own, Property.ISSUER_DISCOVERY, plainAllowed)
          .map(IssuerReader::metadata)
          .map(url -> new KeySource.Discovered(url, plainAllowed, refresh, maxStale));
    }
    refuseBesideFixedKey(own);
    return own.isSet(Property.ISSUER_SECRET) ? secret(own, algorithms) : publicKey(own, algorithms);
  }

  private static Optional<URI> remote(Values own, Property property, boolean plainAllowed) {
    Optional<URI> url = own.text(property).flatMap(text -> url(own, property, text));
    if (url.isPresent() && isPlain(url.get()) && !isLoopback(url.get()) && !plainAllowed) {
      own.mistake(
          property,
          "is an http: URL; use https:, or set " + own.path(Property.ISSUER_ALLOW_HTTP) + "=true");
    }
    return url;
  }

  /** OpenID Connect Discovery 1.0 section 4.1, where a deployer wrote down the issuer alone. */
  private static URI metadata(URI url) {
    if (String.valueOf(url.getPath()).contains("/.well-known/")) return url;
    String text = url.toString();
    return URI.create(
        (text.endsWith("/") ? text.substring(0, text.length() - 1) : text)
            + "/.well-known/openid-configuration");
  }

  private static void refuseBesideFixedKey(Values own) {
    Stream.of(
            Property.ISSUER_JWKS_REFRESH,
            Property.ISSUER_JWKS_MAX_STALE,
            Property.ISSUER_ALLOW_HTTP)
        .filter(own::isSet)
        .forEach(
            p ->
                own.mistake(
                    p,
                    "goes with "
                        + own.path(Property.ISSUER_JWKS)
                        + " or "
                        + own.path(Property.ISSUER_DISCOVERY)
                        + " only"));
  }

  private Optional<KeySource> publicKey(Values own, Set<SignatureAlgorithm> algorithms) {
    Property property = Property.ISSUER_PUBLIC_KEY;
    Optional<String> text = own.text(property);
    if (text.isEmpty()) return Optional.empty();
    if (KeyFiles.isKeyText(text.get())) return fixed(own, property, text.get(), algorithms);
    if (!isHttp(text.get())) return inFile(own, property, text.get(), algorithms);
    own.mistake(property, "is a URL; set " + own.path(Property.ISSUER_JWKS) + " instead");
    return Optional.empty();
  }

  private static Optional<KeySource> secret(Values own, Set<SignatureAlgorithm> algorithms) {
    Optional<Secret> text = own.secret(Property.ISSUER_SECRET);
    if (text.isEmpty() || algorithms.isEmpty()) return Optional.empty();
    try {
      return Optional.of(new KeySource.Fixed(SharedSecret.parse(text.get(), algorithms)));
    } catch (IllegalArgumentException e) {
      own.mistake(Property.ISSUER_SECRET, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<KeySource> inFile(
      Values own, Property property, String location, Set<SignatureAlgorithm> algorithms) {
    try {
      return fixed(own, property, files.read(location), algorithms);
    } catch (KeyFiles.UnreadableException e) {
      own.mistake(property, e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<KeySource> fixed(
      Values own, Property property, String text, Set<SignatureAlgorithm> algorithms) {
    if (algorithms.isEmpty()) return Optional.empty();
    try {
      return Optional.of(new KeySource.Fixed(PublicKeys.parse(text, algorithms)));
    } catch (IllegalArgumentException e) {
      own.mistake(property, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static boolean exactlyOne(Values own, List<Property> properties) {
    List<Property> set = properties.stream().filter(own::isSet).toList();
    if (set.size() == 1) return true;
    if (set.isEmpty()) {
      String others =
          properties.stream().skip(1).map(own::path).collect(Collectors.joining(" or "));
      own.mistake(properties.get(0), "is missing; an issuer needs this or " + others);
    } else {
      own.mistake(set.get(0), "is set beside " + own.path(set.get(1)) + "; remove one of them");
    }
    return false;
  }

  private static boolean isHttp(String text) {
    return text.regionMatches(true, 0, "http:", 0, 5)
        || text.regionMatches(true, 0, "https:", 0, 6);
  }

  /** A URL may hold a password by mistake, so that no fault here echoes it. */
  private static Optional<URI> url(Values own, Property property, String text) {
    try {
      URI url = new URI(text);
      if (isHttp(text)
          && url.getHost() != null
          && url.getUserInfo() == null
          && url.getFragment() == null) {
        return Optional.of(url);
      }
    } catch (URISyntaxException e) {
      // Said below: the exception would quote the text.
    }
    own.mistake(property, "is not an https: URL with a host, and without user or fragment");
    return Optional.empty();
  }

  private static boolean isPlain(URI url) {
    return url.getScheme().equalsIgnoreCase("http");
  }

  static boolean isLoopback(URI url) {
    String host = url.getHost();
    return host.equalsIgnoreCase("localhost")
        || host.equals("[::1]")
        || host.matches("127(\\.[0-9]{1,3}){3}");
  }
}
