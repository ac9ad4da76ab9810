package io.github.sallyport.jwt;

import io.github.sallyport.Authentication;
import io.github.sallyport.Authenticator;
import io.github.sallyport.Credential;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Health;
import io.github.sallyport.Refusal;
import io.github.sallyport.Telemetry;
import io.github.sallyport.User;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.Remembered;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Establishes who shows a JWT (RFC 7519, RFC 8725) of one of several issuers, or an opaque token of
 * the one that can be asked about such. Which of both it is its shape tells, and nothing is tried.
 *
 * <p>The issuer is chosen by the exact {@code iss}, before anything is verified, so that a token of
 * a stranger causes no fetch. Its settings name the algorithms, its keys decide which of them, and
 * the token's header is only held against both. No claim but {@code iss} is judged before the
 * signature stands.
 */
public final class JwtAuthenticator implements Authenticator<Credential.Bearer>, AutoCloseable {
  private static final System.Logger LOG = System.getLogger("sallyport.jwt");

  /** How many keys are tried for a token without a {@code kid}: each costs a signature. */
  private static final int MAX_TRIES = 4;

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int MOST_REFRESHERS = 4;

  /** The longest that a token is remembered, whatever its own end. */
  private static final Duration LONGEST_MEMORY = Duration.ofMinutes(5);

  private final Map<String, Trusted> issuers;
  private final @Nullable VerifiedTokens remembered;
  private final @Nullable OpaqueTokens opaque;
  private final TokenStanding standing;
  private final Clock clock;
  private final JwksHttp http;
  private @Nullable ScheduledExecutorService refreshers; // by the thread that opens and closes

  private record Trusted(Issuer issuer, IssuerKeys keys, ClaimRules rules) {}

  private JwtAuthenticator(
      Map<String, Trusted> issuers,
      @Nullable VerifiedTokens remembered,
      @Nullable OpaqueTokens opaque,
      TokenStanding standing,
      Clock clock,
      JwksHttp http) {
    this.issuers = issuers;
    this.remembered = remembered;
    this.opaque = opaque;
    this.standing = standing;
    this.clock = clock;
    this.http = http;
  }

  /**
   * Opens an authenticator, and begins to read the issuers' keys in the background. An issuer that
   * does not answer is reported, and keeps nobody waiting.
   *
   * @param issuers each with an {@code iss} of its own
   * @param memory how many tokens that verified are remembered; 0: none
   * @param caches where they are
   * @param standing what is asked of each token beside its own claims
   * @param clock for the claims that are dates
   * @param telemetry is told of each fetch of keys
   * @throws IllegalArgumentException if two issuers have the same {@code iss}
   */
  public static JwtAuthenticator open(
      List<Issuer> issuers,
      int memory,
      Caches caches,
      TokenStanding standing,
      Clock clock,
      Telemetry telemetry) {
    JwksHttp http = new JwksHttp(TIMEOUT);
    VerifiedTokens remembered = remembered("sallyport.tokens", memory, caches, LONGEST_MEMORY);
    VerifiedTokens active =
        remembered("sallyport.opaque-tokens", memory, caches, OpaqueTokens.LONGEST_ACTIVE);
    Remembered<Boolean> inactive =
        memory == 0
            ? null
            : caches.remembered(
                "sallyport.inactive-tokens",
                OpaqueTokens.MOST_INACTIVE,
                OpaqueTokens.LONGEST_INACTIVE);
    OpaqueTokens opaque = opaque(issuers, http, clock, active, inactive);
    return open(issuers, remembered, opaque, standing, clock, System::nanoTime, http, telemetry)
        .start();
  }

  private static @Nullable VerifiedTokens remembered(
      String name, int memory, Caches caches, Duration longest) {
    return memory == 0 ? null : new VerifiedTokens(caches.remembered(name, memory, longest));
  }

  /** The tokens of the one issuer that can be asked; null: of none. */
  static @Nullable OpaqueTokens opaque(
      List<Issuer> issuers,
      JwksHttp http,
      Clock clock,
      @Nullable VerifiedTokens active,
      @Nullable Remembered<Boolean> inactive) {
    for (Issuer issuer : issuers) {
      IntrospectionEndpoint endpoint = issuer.introspection();
      if (endpoint != null) {
        return new OpaqueTokens(issuer, endpoint, http, clock, active, inactive);
      }
    }
    return null;
  }

  /** As the other, remembering nothing, and where nobody takes tokens back. */
  public static JwtAuthenticator open(List<Issuer> issuers, Clock clock) {
    JwksHttp http = new JwksHttp(TIMEOUT);
    OpaqueTokens opaque = opaque(issuers, http, clock, null, null);
    return open(issuers, null, opaque, TokenStanding.ALWAYS, clock, System::nanoTime, http).start();
  }

  /** Without anything in the background. */
  static JwtAuthenticator open(
      List<Issuer> issuers,
      @Nullable VerifiedTokens remembered,
      @Nullable OpaqueTokens opaque,
      TokenStanding standing,
      Clock clock,
      LongSupplier nanoTicker,
      JwksHttp http) {
    return open(issuers, remembered, opaque, standing, clock, nanoTicker, http, Telemetry.NONE);
  }

  private static JwtAuthenticator open(
      List<Issuer> issuers,
      @Nullable VerifiedTokens remembered,
      @Nullable OpaqueTokens opaque,
      TokenStanding standing,
      Clock clock,
      LongSupplier nanoTicker,
      JwksHttp http,
      Telemetry telemetry) {
    Map<String, Trusted> trusted =
        issuers.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Issuer::iss,
                    issuer ->
                        new Trusted(
                            issuer,
                            keys(issuer, http, nanoTicker, telemetry),
                            new ClaimRules(issuer)),
                    (one, other) -> {
                      throw new IllegalArgumentException(
                          "the issuers "
                              + one.issuer().name()
                              + " and "
                              + other.issuer().name()
                              + " have the same iss");
                    }));
    return new JwtAuthenticator(trusted, remembered, opaque, standing, clock, http);
  }

  private static IssuerKeys keys(
      Issuer issuer, JwksHttp http, LongSupplier nanoTicker, Telemetry telemetry) {
    if (issuer.keys() instanceof KeySource.Fixed fixed) return IssuerKeys.fixed(fixed.keys());
    if (issuer.keys() instanceof KeySource.Jwks jwks) {
      return new RemoteKeys(
          issuer, any -> jwks.url(), jwks.refresh(), jwks.maxStale(), http, nanoTicker, telemetry);
    }
    if (issuer.keys() instanceof KeySource.Discovered found) {
      Discovery place = new Discovery(found.metadata(), issuer.iss(), found.plainAllowed());
      return new RemoteKeys(
          issuer, place, found.refresh(), found.maxStale(), http, nanoTicker, telemetry);
    }
    if (issuer.keys() instanceof KeySource.Own own) return IssuerKeys.own(own.current());
    if (issuer.keys() instanceof KeySource.None) return IssuerKeys.fixed(List.of());
    throw new AssertionError("KeySource is sealed");
  }

  private JwtAuthenticator start() {
    List<RemoteKeys> remote =
        issuers.values().stream()
            .map(Trusted::keys)
            .filter(RemoteKeys.class::isInstance)
            .map(RemoteKeys.class::cast)
            .toList();
    if (remote.isEmpty()) return this;
    ScheduledExecutorService threads =
        Executors.newScheduledThreadPool(Math.min(MOST_REFRESHERS, remote.size()), http::thread);
    for (RemoteKeys keys : remote) {
      Future<?> unused =
          threads.scheduleWithFixedDelay(() -> refresh(keys), 0, 1, TimeUnit.SECONDS);
    }
    refreshers = threads;
    return this;
  }

  // What a turn throws would end all later ones without a word.
  private static void refresh(IssuerKeys keys) {
    try {
      keys.refresh();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "an issuer's keys could not be read, and will be tried again", e);
    }
  }

  /** Reads what is due; for tests, in the background's place. */
  void refresh() {
    issuers.values().forEach(trusted -> trusted.keys().refresh());
  }

  /**
   * {@inheritDoc}
   *
   * @param token of a length that the caller bounds
   */
  @Override
  public Authentication authenticate(Credential.Bearer token) {
    String text = token.text().reveal();
    try {
      return judge(find(text));
    } catch (TokenFault fault) {
      return new Authentication.No(fault.refused());
    }
  }

  /**
   * Finds a token that stands, for who takes it back or tells about it.
   *
   * @return empty: it verifies by no issuer's settings, has ended, or was taken back
   */
  public Optional<VerifiedToken> verified(Credential.Bearer shown) {
    try {
      VerifiedToken token = find(shown.text().reveal());
      return judge(token) instanceof Authentication.Known ? Optional.of(token) : Optional.empty();
    } catch (TokenFault fault) {
      return Optional.empty();
    }
  }

  private VerifiedToken find(String text) throws TokenFault {
    if (opaque != null && OpaqueTokens.isOne(text)) return opaque.find(text);
    return remembered == null ? verify(text) : remembered.find(text, this::isCurrent, this::verify);
  }

  /** Whether its issuer's keys are those by which it verified. */
  private boolean isCurrent(VerifiedToken token) {
    Trusted trusted = issuers.get(token.user().issuer());
    return trusted != null && trusted.keys().isCurrent(token.generation());
  }

  private VerifiedToken verify(String text) throws TokenFault {
    Jws jws = Jws.read(text);
    Claims claims = new Claims(jws.payload());
    Trusted trusted = issuerOf(claims);
    long generation = verify(jws, trusted);
    // From here on the token is the issuer's own, and audit may name it.
    String jti = claims.all().get("jti") instanceof String id ? id : null;
    try {
      ClaimRules.Times times = ClaimRules.Times.of(claims);
      trusted.rules().judge(times, clock.instant());
      if (jws.isAccessToken()) ClaimRules.requireAccessToken(claims);
      User user = trusted.rules().user(claims, times);
      return new VerifiedToken(jti != null ? jti : jws.digest(), user, times, generation);
    } catch (TokenFault fault) {
      throw fault.about(jti);
    }
  }

  private Trusted issuerOf(Claims claims) throws TokenFault {
    Trusted trusted = issuers.get(claims.text("iss").orElse(""));
    if (trusted == null) throw TokenFault.invalid("The token's issuer is not accepted.");
    return trusted;
  }

  /** Verifies the signature; the generation of the keys of which one made it. */
  private static long verify(Jws jws, Trusted trusted) throws TokenFault {
    Issuer issuer = trusted.issuer();
    if (!jws.isOfType(issuer.types())) {
      throw TokenFault.invalid("The token's type is not accepted.");
    }
    String named = jws.algorithm();
    SignatureAlgorithm algorithm =
        issuer.algorithms().stream()
            .filter(each -> each.name().equals(named))
            .findAny()
            .orElseThrow(
                () ->
                    TokenFault.invalid(
                        "The token's algorithm is not one that its issuer may use."));
    IssuerKeys.Found found = trusted.keys().find(jws.kid(), algorithm);
    if (found.keys().isEmpty()) {
      throw TokenFault.invalid("No key of the token's issuer fits the token.");
    }
    if (found.keys().stream().limit(MAX_TRIES).noneMatch(jws::isSignedBy)) {
      throw TokenFault.invalid("The token's signature does not verify.");
    }
    return found.generation();
  }

  /** What is asked each time, of a token that is remembered too. */
  private Authentication judge(VerifiedToken token) throws TokenFault {
    Instant now = clock.instant();
    User user = token.user();
    try {
      Objects.requireNonNull(issuers.get(user.issuer()), "its issuer")
          .rules()
          .judge(token.times(), now);
      if (standing.isRevoked(token)) {
        throw TokenFault.of(Refusal.TOKEN_REVOKED, "The token was revoked.");
      }
    } catch (TokenFault fault) {
      throw fault.about(user.tokenId());
    }
    return new Authentication.Known(EstablishedCaller.byToken(user, now));
  }

  /** How each issuer does. One that is away leaves the others' tokens, and all API keys, alone. */
  public List<Health.Part> health() {
    List<Health.Part> parts = new ArrayList<>();
    for (Trusted trusted : issuers.values()) {
      String name = "issuer." + trusted.issuer().name();
      if (trusted.issuer().keys() instanceof KeySource.None) continue;
      parts.add(trusted.keys().health(name));
    }
    if (opaque != null) parts.add(opaque.health());
    parts.sort(Comparator.comparing(Health.Part::name));
    return List.copyOf(parts);
  }

  /** Ends the threads that fetch keys. */
  @Override
  public void close() {
    if (refreshers != null) refreshers.shutdownNow();
    http.close();
  }
}
