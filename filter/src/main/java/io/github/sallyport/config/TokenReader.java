package io.github.sallyport.config;

import io.github.sallyport.config.KeyFiles.UnreadableException;
import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.token.SigningKeys;
import io.github.sallyport.token.TokenSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads how we issue tokens. */
final class TokenReader {
  private static final String OURS = "sallyport.token.";
  private static final Duration LONGEST_ACCESS = Duration.ofDays(1);
  private static final Duration LONGEST_REFRESH = Duration.ofDays(3650);
  private static final Duration LONGEST_GRACE = Duration.ofMinutes(5);

  /** Far above two {@link SigningKeys#MAX_AGE}: the shortest overlap, and as much besides. */
  private static final Duration SHORTEST_ROTATION = Duration.ofHours(1);

  private static final Pattern AUDIENCE = Pattern.compile("[\\x21-\\x7E&&[^\"']]{1,500}");
  private static final Pattern CLIENT_ID = Pattern.compile("[\\x21-\\x7E&&[^\"':]]{1,255}");
  private static final String ALGORITHMS =
      Stream.of(SignatureAlgorithm.values())
          .filter(SigningKey.ALGORITHMS::contains)
          .map(Enum::name)
          .collect(Collectors.joining(", "));

  private final Values values;
  private final List<String> warnings;

  /**
   * @param warnings where to put what has no effect, and files that are open to others
   */
  TokenReader(Values values, List<String> warnings) {
    this.values = values;
    this.warnings = warnings;
  }

  /**
   * Reads all of it, also where none of it counts.
   *
   * @param issuers the NAMEs of those whose tokens are let in
   * @param keyPrefix what every API key starts with
   * @return null: we issue none, or something is so wrong that we could not
   */
  @Nullable TokenSettings read(Set<String> issuers, String keyPrefix) {
    warnOfWhatHasNoEffect();
    Optional<String> issuer = issuer(issuers);
    Set<String> audience = audiences(Property.TOKEN_AUDIENCE);
    Set<String> exchangeAudiences = audiences(Property.TOKEN_EXCHANGE_AUDIENCES);
    Optional<SignatureAlgorithm> algorithm = algorithm();
    List<SigningKey> ownKeys = algorithm.map(this::ownKeys).orElse(List.of());
    refuseKeysWithoutAPlace();
    Optional<Duration> accessTtl =
        duration(Property.TOKEN_ACCESS_TTL, Duration.ofSeconds(1), LONGEST_ACCESS);
    Optional<Duration> refreshTtl =
        duration(Property.TOKEN_REFRESH_TTL, Duration.ofMinutes(1), LONGEST_REFRESH);
    refuseLoginsShorterThanTokens(refreshTtl, accessTtl);
    Optional<Duration> grace =
        duration(Property.TOKEN_REFRESH_REUSE_GRACE, Duration.ZERO, LONGEST_GRACE);
    Optional<Duration> rotation =
        duration(Property.TOKEN_KEY_ROTATION, SHORTEST_ROTATION, Values.LONGEST);
    Optional<Duration> overlap =
        duration(Property.TOKEN_KEY_OVERLAP, SigningKeys.MAX_AGE, Values.LONGEST);
    refuseOverlapOfAWholeTurn(overlap, rotation);
    String loginClientId = loginClientId(keyPrefix);
    if (issuer.isEmpty()
        || algorithm.isEmpty()
        || !Stream.of(accessTtl, refreshTtl, grace, rotation, overlap)
            .allMatch(Optional::isPresent)) {
      return null;
    }
    return new TokenSettings(
        issuer.get(),
        audience.isEmpty() ? Set.of(issuer.get()) : audience,
        algorithm.get(),
        accessTtl.get(),
        refreshTtl.get(),
        grace.get(),
        ownKeys,
        rotation.get(),
        overlap.get(),
        exchangeAudiences,
        loginClientId);
  }

  private void warnOfWhatHasNoEffect() {
    if (!values.isSet(Property.TOKEN_ISSUER)) {
      Stream.of(Property.values())
          .filter(property -> property.path().startsWith(OURS))
          .forEach(property -> warnIfSet(property, "sallyport.token.issuer is not set."));
    } else if (values.isSet(Property.TOKEN_KEY_LOCATION)) {
      Stream.of(Property.TOKEN_KEY_ROTATION, Property.TOKEN_KEY_OVERLAP)
          .forEach(property -> warnIfSet(property, "sallyport.token.key-location is set."));
    }
  }

  private void warnIfSet(Property property, String why) {
    if (values.isSet(property)) warnings.add(property.path() + " has no effect: " + why);
  }

  /** Where one {@code iss} were two issuers', their keys would verify each other's tokens. */
  private Optional<String> issuer(Set<String> names) {
    Property property = Property.TOKEN_ISSUER;
    Optional<String> issuer = values.text(property);
    if (issuer.isEmpty()) return Optional.empty();
    if (OwnUrl.parse(issuer.get()).isEmpty()) values.mistake(property, OwnUrl.EXPECTED);
    if (values.text(Property.MP_ISSUER).equals(issuer)) refuseIssuerOf(Property.MP_ISSUER.path());
    for (String name : names) {
      if (values.named(name).text(Property.ISSUER_ISS).equals(issuer)) {
        refuseIssuerOf(Property.ISSUER_ISS.path(name));
      }
    }
    return issuer;
  }

  private void refuseIssuerOf(String other) {
    values.mistake(
        Property.TOKEN_ISSUER,
        "is the same as "
            + other
            + "; an iss names one issuer, so that one of them must change or go");
  }

  private Set<String> audiences(Property property) {
    return values.list(
        property, AUDIENCE, "1 to 500 printable ASCII characters without space or quote");
  }

  private Optional<SignatureAlgorithm> algorithm() {
    Property property = Property.TOKEN_ALGORITHM;
    if (!values.isSet(property))
      return Optional.of(SignatureAlgorithm.valueOf(property.fallback()));
    Optional<String> name = values.text(property);
    Optional<SignatureAlgorithm> algorithm =
        SigningKey.ALGORITHMS.stream().filter(a -> name.equals(Optional.of(a.name()))).findFirst();
    if (name.isPresent() && algorithm.isEmpty()) {
      values.mistake(property, "\"" + Mistakes.echo(name.get()) + "\" is none of " + ALGORITHMS);
    }
    return algorithm;
  }

  private List<SigningKey> ownKeys(SignatureAlgorithm algorithm) {
    Optional<String> location = values.text(Property.TOKEN_KEY_LOCATION);
    if (location.isEmpty()) return List.of();
    try {
      return new SigningKeyFile(warnings).read(location.get(), algorithm);
    } catch (UnreadableException | IllegalArgumentException e) {
      values.mistake(Property.TOKEN_KEY_LOCATION, String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  /** A private key lies nowhere in clear: what we make, the pepper seals. */
  private void refuseKeysWithoutAPlace() {
    if (!values.isSet(Property.TOKEN_ISSUER)) return;
    if (values.isSet(Property.TOKEN_KEY_LOCATION) || values.isSet(Property.API_KEY_PEPPER)) return;
    values.mistake(
        Property.TOKEN_KEY_LOCATION,
        "is not set, and keys that we make are kept in the store under a pepper, which is not there"
            + " either; set sallyport.api-key.pepper, or bring keys by this");
  }

  /** The default where it is not set; empty: what is set is a mistake. */
  private Optional<Duration> duration(Property property, Duration least, Duration most) {
    return values.isSet(property)
        ? values.optionalDuration(property, least, most)
        : Optional.of(Duration.parse(property.fallback()));
  }

  private void refuseLoginsShorterThanTokens(Optional<Duration> login, Optional<Duration> token) {
    if (login.isEmpty() || token.isEmpty() || login.get().compareTo(token.get()) >= 0) return;
    values.mistake(
        Property.TOKEN_REFRESH_TTL,
        "is "
            + login.get()
            + "; set it to no less than sallyport.token.access-ttl, which is "
            + token.get());
  }

  /** A key can't be published before the one is in use whose turn it ends. */
  private void refuseOverlapOfAWholeTurn(Optional<Duration> overlap, Optional<Duration> rotation) {
    if (overlap.isEmpty() || rotation.isEmpty()) return;
    if (overlap.get().compareTo(rotation.get()) < 0) return;
    values.mistake(
        Property.TOKEN_KEY_OVERLAP,
        "is "
            + overlap.get()
            + "; set it to less than sallyport.token.key-rotation, which is "
            + rotation.get());
  }

  /** A login's token says who was its client where a key's token has the key's id. */
  private String loginClientId(String keyPrefix) {
    Property property = Property.TOKEN_LOGIN_CLIENT_ID;
    String id =
        values.text(
            property,
            CLIENT_ID,
            "1 to 255 printable ASCII characters without space, quote or colon");
    if (id.startsWith(keyPrefix + "_") || ApiKeyRecord.isId(id)) {
      // Not echoed: it may be a key.
      values.mistake(
          property,
          "could be taken for an API key, which starts with "
              + keyPrefix
              + "_, or for the id of one, 14 letters or digits; take another word");
    }
    return id;
  }
}
