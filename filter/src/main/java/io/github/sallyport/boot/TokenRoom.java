package io.github.sallyport.boot;

import io.github.sallyport.access.AccessRules;
import io.github.sallyport.audit.AuditTrail;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.endpoint.AdminSettings;
import io.github.sallyport.endpoint.IntrospectServlet;
import io.github.sallyport.endpoint.JwksServlet;
import io.github.sallyport.endpoint.RevokeServlet;
import io.github.sallyport.endpoint.SigningKeysServlet;
import io.github.sallyport.endpoint.TokenServlet;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.jwt.JwtAuthenticator;
import io.github.sallyport.jwt.KeySource;
import io.github.sallyport.jwt.SigningKey;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.KeyAuthenticator;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.limit.Failures;
import io.github.sallyport.store.Store;
import io.github.sallyport.token.AccessTokens;
import io.github.sallyport.token.Grants;
import io.github.sallyport.token.Introspection;
import io.github.sallyport.token.OwnTokens;
import io.github.sallyport.token.RefreshTokens;
import io.github.sallyport.token.RevocationRequests;
import io.github.sallyport.token.Revocations;
import io.github.sallyport.token.SigningKeys;
import io.github.sallyport.token.TokenExchange;
import io.github.sallyport.token.TokenFinder;
import io.github.sallyport.token.TokenSettings;
import io.github.sallyport.token.Tokens;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Our own issuing, open: what signs, what is granted by it, and the endpoints. */
final class TokenRoom implements AutoCloseable {
  /**
   * How far the clocks of our nodes may differ: twice the minute from which a warning tells of it,
   * so that there is one before tokens are refused.
   */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

  private final TokenSettings settings;
  private final SigningKeys signingKeys;
  private final Store store;
  private final AuditTrail audit;
  private final Clock clock;

  private TokenRoom(
      TokenSettings settings, SigningKeys signingKeys, Store store, AuditTrail audit, Clock clock) {
    this.settings = settings;
    this.signingKeys = signingKeys;
    this.store = store;
    this.audit = audit;
    this.clock = clock;
  }

  /** Opens the keys that sign, and makes the first if there is none. */
  static TokenRoom open(
      TokenSettings settings,
      KeySettings keys,
      Store store,
      Caches caches,
      AuditTrail audit,
      Clock clock) {
    SigningKeys signingKeys =
        SigningKeys.open(settings, keys, store.signingKeys(), caches, audit, clock);
    return new TokenRoom(settings, signingKeys.start(), store, audit, clock);
  }

  /** We ourselves, as one of the issuers whose tokens are let in. */
  Issuer issuer() {
    return new Issuer(
        "sallyport",
        settings.issuer(),
        new KeySource.Own(signingKeys::published),
        // Keys made for another algorithm than is set now verify by that one, and no other.
        SigningKey.ALGORITHMS,
        settings.audience(),
        Set.of("at+jwt"),
        Set.of("iat", "jti", "client_id"),
        List.of("sub"),
        "roles",
        List.of("scope"),
        CLOCK_SKEW,
        null);
  }

  /**
   * What verifies.
   *
   * @param others the issuers besides ourselves
   * @param verifier all tokens' signatures and claims
   * @param tokens who shows a token, of ours or of others
   */
  record Verifying(
      List<Issuer> others,
      JwtAuthenticator verifier,
      OwnTokens tokens,
      KeyAuthenticator keys,
      Revocations revocations) {}

  /** Joins what verifies tokens with what only we know of ours. */
  Verifying verifying(
      List<Issuer> others,
      JwtAuthenticator verifier,
      KeyAuthenticator keys,
      Revocations revocations) {
    OwnTokens tokens = new OwnTokens(verifier, settings.issuer(), keys::standing);
    return new Verifying(others, verifier, tokens, keys, revocations);
  }

  /**
   * Adds the endpoints, and what an application has injected.
   *
   * @param failures slow down who guesses passwords
   */
  void openIn(
      ServletContext context,
      Verifying verifying,
      ApiKeys keys,
      Failures failures,
      AdminSettings admin) {
    Revocations revocations = verifying.revocations();
    RefreshTokens refresh = new RefreshTokens(store.refresh(), settings.reuseGrace(), audit);
    Grants grants =
        new Grants(
            settings,
            new AccessTokens(settings, signingKeys::signer, clock),
            refresh,
            revocations,
            audit,
            clock);
    Tokens tokens = new Tokens(settings, grants, refresh, revocations, failures, audit, clock);
    TokenExchange exchange =
        new TokenExchange(
            settings,
            verifying.tokens(),
            verifying.verifier()::verified,
            verifying.keys(),
            verifying.others().stream()
                .filter(issuer -> !issuer.audiences().isEmpty())
                .map(Issuer::iss)
                .collect(Collectors.toUnmodifiableSet()),
            revocations,
            grants);
    TokenFinder finder =
        new TokenFinder(verifying.verifier()::verified, refresh, verifying.keys()::holder);
    RevocationRequests requests =
        new RevocationRequests(settings, admin.scope(), finder, tokens, revocations, keys);
    Introspection introspection =
        new Introspection(
            settings.issuer(), finder, verifying.tokens(), verifying.keys()::standing, clock);
    add(context, "token", new TokenServlet(grants, exchange));
    add(context, "revoke", new RevokeServlet(requests));
    add(context, "introspect", new IntrospectServlet(introspection));
    add(context, "jwks.json", new JwksServlet(signingKeys::published));
    if (admin.enabled()) add(context, "signing-keys/*", new SigningKeysServlet(signingKeys, admin));
    context.setAttribute(Tokens.class.getName(), tokens);
  }

  private static void add(ServletContext context, String endpoint, Servlet servlet) {
    context
        .addServlet("sallyport-" + endpoint.replace("/*", ""), servlet)
        .addMapping(AccessRules.ENDPOINTS + "/" + endpoint);
  }

  @Override
  public void close() {
    signingKeys.close();
  }
}
