package io.github.sallyport.endpoint;

import static io.github.sallyport.endpoint.TokensServer.BEHIND;
import static io.github.sallyport.endpoint.TokensServer.id;
import static io.github.sallyport.endpoint.TokensServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ErrorResponse;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Request;
import com.nimbusds.oauth2.sdk.Response;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.Subject;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Token;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.Tokens;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import io.github.sallyport.testing.TestServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another's client of OAuth 2.0, told nothing but our issuer's name: Nimbus' OAuth 2.0 SDK, which
 * every time does what it would with any other authorization server.
 */
class OAuthInteropTest {
  private static final Scope READ = new Scope("orders:read");
  private static final TokenTypeURI ACCESS_TOKEN = TokenTypeURI.ACCESS_TOKEN;

  @TempDir private static Path data;
  private static TokensServer server;
  private static String issuer;
  private static AuthorizationServerMetadata metadata;

  @BeforeAll
  static void start() throws Exception {
    TestServer host = new TestServer();
    issuer = "http://127.0.0.1:" + host.port();
    server =
        new TokensServer(
            data,
            Map.of("sallyport.token.issuer", issuer, "sallyport.resource", issuer + "/v1"),
            host);
    metadata = AuthorizationServerMetadata.resolve(new Issuer(issuer));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static ClientAuthentication basic(String key) {
    return basic(id(key), key);
  }

  private static ClientAuthentication basic(String id, String key) {
    return new ClientSecretBasic(new ClientID(id), new Secret(key));
  }

  private static HTTPResponse send(Request request) throws Exception {
    return request.toHTTPRequest().send();
  }

  private static TokenRequest byKey(String key, AuthorizationGrant grant, Scope scope) {
    return new TokenRequest.Builder(metadata.getTokenEndpointURI(), basic(key), grant)
        .scope(scope)
        .build();
  }

  private static Tokens granted(TokenRequest request) throws Exception {
    TokenResponse response = TokenResponse.parse(send(request));
    assertThat(response.indicatesSuccess()).isTrue();
    return response.toSuccessResponse().getTokens();
  }

  private static ErrorObject denied(TokenRequest request) throws Exception {
    return error(TokenResponse.parse(send(request)));
  }

  private static ErrorObject error(Response response) {
    assertThat(response.indicatesSuccess()).isFalse();
    return ((ErrorResponse) response).getErrorObject();
  }

  private static BearerAccessToken accessToken(String key) throws Exception {
    return granted(byKey(key, new ClientCredentialsGrant(), READ)).getBearerAccessToken();
  }

  /** The refresh token of a login, which is the application's own and no endpoint of OAuth. */
  private static RefreshToken login(String name) throws Exception {
    return new RefreshToken(text(server.login(name), "refresh_token"));
  }

  private static TokenRequest refresh(RefreshToken token) {
    return new TokenRequest.Builder(
            metadata.getTokenEndpointURI(), new ClientID("login"), new RefreshTokenGrant(token))
        .build();
  }

  private static TokenExchangeGrant exchange(String subject, String audience) {
    return new TokenExchangeGrant(
        new BearerAccessToken(subject),
        ACCESS_TOKEN,
        null,
        null,
        ACCESS_TOKEN,
        Audience.create(audience));
  }

  /** As a resource server would that knows us by our metadata alone (RFC 9068 section 4). */
  private static JWTClaimsSet verified(Token token, String audience) throws Exception {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.RS256,
            JWKSourceBuilder.create(metadata.getJWKSetURI().toURL())
                .refreshAheadCache(false)
                .build()));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            audience,
            new JWTClaimsSet.Builder().issuer(metadata.getIssuer().getValue()).build(),
            Set.of("sub", "client_id", "iat", "exp", "jti", "scope")));
    return processor.process(token.getValue(), null);
  }

  private static HTTPResponse revoke(Token token, ClientAuthentication by) throws Exception {
    return send(new TokenRevocationRequest(metadata.getRevocationEndpointURI(), by, token));
  }

  private static TokenIntrospectionSuccessResponse introspected(Token token, String key)
      throws Exception {
    TokenIntrospectionResponse response =
        TokenIntrospectionResponse.parse(
            send(
                new TokenIntrospectionRequest(
                    metadata.getIntrospectionEndpointURI(), basic(key), token)));
    assertThat(response.indicatesSuccess()).isTrue();
    return response.toSuccessResponse();
  }

  @Test
  void theIssuersNameLeadsToEverythingElse() { // RFC 8414 section 3
    assertThat(metadata.getIssuer()).isEqualTo(new Issuer(issuer));
    assertThat(metadata.getTokenEndpointURI()).isEqualTo(URI.create(issuer + "/sallyport/token"));
    assertThat(metadata.getGrantTypes())
        .containsExactlyInAnyOrder(
            GrantType.CLIENT_CREDENTIALS, GrantType.REFRESH_TOKEN, GrantType.TOKEN_EXCHANGE);
    assertThat(metadata.getTokenEndpointAuthMethods())
        .containsExactlyInAnyOrder(
            ClientAuthenticationMethod.CLIENT_SECRET_BASIC, ClientAuthenticationMethod.NONE);
    assertThat(metadata.getIntrospectionEndpointAuthMethods())
        .contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
  }

  @Test
  void aKeyIsAClientsSecretAndItsTokenVerifiesByTheKeySet() throws Exception {
    String key = server.key("\"orders:read\",\"orders:write\"");
    Tokens tokens = granted(byKey(key, new ClientCredentialsGrant(), READ));

    BearerAccessToken token = tokens.getBearerAccessToken();
    assertThat(token.getLifetime()).isEqualTo(900);
    assertThat(token.getScope()).isEqualTo(READ);
    assertThat(tokens.getRefreshToken()).isNull();
    JWTClaimsSet claims = verified(token, issuer);
    assertThat(claims.getSubject()).isEqualTo(id(key));
    assertThat(claims.getStringClaim("client_id")).isEqualTo(id(key));
    assertThat(claims.getStringClaim("scope")).isEqualTo("orders:read");
    assertThatThrownBy(() -> verified(token, BEHIND)).isInstanceOf(BadJWTException.class);

    HTTPRequest page = new HTTPRequest(HTTPRequest.Method.GET, URI.create(issuer + "/whoami"));
    page.setAuthorization(token.toAuthorizationHeader());
    assertThat(page.send().getStatusCode()).isEqualTo(200);
  }

  @Test
  void aRefreshTokenIsExchangedForItsSuccessor() throws Exception {
    RefreshToken first = login("alice");
    Tokens tokens = granted(refresh(first));

    assertThat(verified(tokens.getAccessToken(), issuer).getSubject()).isEqualTo("alice");
    assertThat(tokens.getRefreshToken()).isNotNull().isNotEqualTo(first);
    assertThat(granted(refresh(tokens.getRefreshToken())).getRefreshToken()).isNotNull();
  }

  @Test
  void aUsersTokenIsExchangedForOneThatTheServiceBehindVerifies() throws Exception { // RFC 8693
    String key = server.key("\"orders:read\",\"sallyport:exchange\"");
    String subject = server.foreign("u-1", Map.of());
    Tokens tokens = granted(byKey(key, exchange(subject, BEHIND), READ));

    BearerAccessToken token = tokens.getBearerAccessToken();
    assertThat(token.getIssuedTokenType()).isEqualTo(ACCESS_TOKEN);
    JWTClaimsSet claims = verified(token, BEHIND);
    assertThat(claims.getSubject()).isEqualTo("u-1");
    assertThat(claims.getJSONObjectClaim("act")).containsEntry("sub", id(key));
  }

  @Test
  void aResourceIsAnAudienceToo() throws Exception { // RFC 8693 section 2.1
    String key = server.key("\"orders:read\",\"sallyport:exchange\"");
    TokenExchangeGrant grant =
        new TokenExchangeGrant(
            new BearerAccessToken(server.foreign("u-2", Map.of())), ACCESS_TOKEN);
    Tokens tokens =
        granted(
            new TokenRequest.Builder(metadata.getTokenEndpointURI(), basic(key), grant)
                .resources(URI.create(BEHIND))
                .build());
    assertThat(verified(tokens.getAccessToken(), BEHIND).getSubject()).isEqualTo("u-2");
  }

  @Test
  void whatIsRevokedIsInactive() throws Exception { // RFC 7009, RFC 7662
    String key = server.key("\"orders:read\",\"sallyport:introspect\"");
    BearerAccessToken access = accessToken(key);
    TokenIntrospectionSuccessResponse active = introspected(access, key);
    assertThat(active.isActive()).isTrue();
    assertThat(active.getSubject()).isEqualTo(new Subject(id(key)));
    assertThat(active.getClientID()).isEqualTo(new ClientID(id(key)));
    assertThat(active.getScope()).isEqualTo(READ);
    assertThat(active.getTokenType()).isEqualTo(AccessTokenType.BEARER);
    assertThat(active.getIssuer()).isEqualTo(new Issuer(issuer));
    assertThat(active.getAudience()).containsExactly(new Audience(issuer));
    assertThat(active.getExpirationTime()).isInTheFuture();
    assertThat(revoke(access, basic(key)).getStatusCode()).isEqualTo(200);
    assertThat(introspected(access, key).isActive()).isFalse();

    RefreshToken refresh = login("bob");
    assertThat(introspected(refresh, key).isActive()).isTrue();
    HTTPResponse revoked =
        send(
            new TokenRevocationRequest(
                metadata.getRevocationEndpointURI(), new ClientID("login"), refresh));
    assertThat(revoked.getStatusCode()).isEqualTo(200);
    assertThat(introspected(refresh, key).isActive()).isFalse();
    assertThat(denied(refresh(refresh))).isEqualTo(OAuth2Error.INVALID_GRANT);
  }

  @Test
  void aTokenWithTheScopeIntrospectsUntilItIsRevoked() throws Exception { // RFC 7662 section 2.1
    String key = server.key("\"sallyport:introspect\"");
    BearerAccessToken asking =
        granted(byKey(key, new ClientCredentialsGrant(), new Scope("sallyport:introspect")))
            .getBearerAccessToken();
    Token token = accessToken(server.key("\"orders:read\""));
    TokenIntrospectionRequest request =
        new TokenIntrospectionRequest(metadata.getIntrospectionEndpointURI(), asking, token);
    assertThat(TokenIntrospectionResponse.parse(send(request)).toSuccessResponse().isActive())
        .isTrue();

    revoke(asking, basic(key));
    HTTPResponse refused = send(request);
    assertThat(refused.getStatusCode()).isEqualTo(401);
    assertThat(error(TokenIntrospectionResponse.parse(refused)))
        .isEqualTo(BearerTokenError.INVALID_TOKEN);
  }

  @Test
  void aWrongSecretIsAnErrorThatNamesItsScheme() throws Exception { // RFC 6749 section 5.2
    String key = server.key("\"orders:read\"");
    String wrong = key.substring(0, key.length() - 1) + (key.endsWith("0") ? "1" : "0");
    TokenRequest request =
        new TokenRequest.Builder(
                metadata.getTokenEndpointURI(), basic(id(key), wrong), new ClientCredentialsGrant())
            .build();
    HTTPResponse response = send(request);
    ErrorObject error = error(TokenResponse.parse(response));
    assertThat(error).isEqualTo(OAuth2Error.INVALID_CLIENT);
    assertThat(error.getHTTPStatusCode()).isEqualTo(401);
    assertThat(error.getDescription()).isNotBlank();
    assertThat(response.getWWWAuthenticate()).startsWith("Basic realm=");

    Token token = accessToken(key);
    HTTPResponse revocation = revoke(token, basic(id(key), wrong));
    assertThat(ErrorObject.parse(revocation)).isEqualTo(OAuth2Error.INVALID_CLIENT);
    assertThat(revocation.getWWWAuthenticate()).startsWith("Basic realm=");
    assertThat(
            error(
                TokenIntrospectionResponse.parse(
                    send(
                        new TokenIntrospectionRequest(
                            metadata.getIntrospectionEndpointURI(),
                            basic(id(key), wrong),
                            token)))))
        .isEqualTo(OAuth2Error.INVALID_CLIENT);
    assertThat(denied(byKey(key, exchange("x", BEHIND), READ)))
        .as("the key itself is good")
        .isEqualTo(OAuth2Error.UNAUTHORIZED_CLIENT);
  }

  @Test
  void whatIsNotGrantedIsSaidInTheLibrarysWords() throws Exception {
    String key = server.key("\"orders:read\",\"sallyport:exchange\"");
    ErrorObject scope = denied(byKey(key, new ClientCredentialsGrant(), new Scope("orders:write")));
    assertThat(scope).isEqualTo(OAuth2Error.INVALID_SCOPE);
    assertThat(scope.getHTTPStatusCode()).isEqualTo(400);
    assertThat(denied(refresh(new RefreshToken("A".repeat(43)))))
        .isEqualTo(OAuth2Error.INVALID_GRANT);
    String subject = server.foreign("u-3", Map.of());
    assertThat(denied(byKey(key, exchange(subject, "https://stranger.example"), READ)))
        .isEqualTo(OAuth2Error.INVALID_TARGET);
    assertThat(denied(byKey(key, exchange(subject + "A", BEHIND), READ)))
        .isEqualTo(OAuth2Error.INVALID_REQUEST); // RFC 8693 section 2.2.2
    assertThat(granted(byKey(key, exchange(subject, BEHIND), READ)).getAccessToken()).isNotNull();
  }

  @Test
  void aResourceThatRefusesNamesWhoIssuesTokensForIt() throws Exception { // RFC 9728 section 5
    HTTPResponse refused =
        new HTTPRequest(HTTPRequest.Method.GET, URI.create(issuer + "/whoami")).send();
    assertThat(refused.getStatusCode()).isEqualTo(401);
    String described = issuer + "/.well-known/oauth-protected-resource/v1";
    assertThat(refused.getHeaderMap().get("WWW-Authenticate"))
        .anySatisfy(line -> assertThat(line).contains("resource_metadata=\"" + described + "\""));

    HTTPResponse resource = new HTTPRequest(HTTPRequest.Method.GET, URI.create(described)).send();
    assertThat(resource.getBodyAsJSONObject())
        .containsEntry("resource", issuer + "/v1")
        .containsEntry("authorization_servers", List.of(issuer, TokensServer.IDP));
  }

  @Test
  void aSecondLibraryVerifiesByTheKeySetToo() throws Exception {
    String key = server.key("\"orders:read\"");
    String token = accessToken(key).getValue();
    JwtConsumer jose4j =
        new JwtConsumerBuilder()
            .setExpectedType(true, "at+jwt")
            .setExpectedIssuer(issuer)
            .setExpectedAudience(issuer)
            .setRequireSubject()
            .setRequireExpirationTime()
            .setRequireIssuedAt()
            .setRequireJwtId()
            .setJwsAlgorithmConstraints(ConstraintType.PERMIT, "RS256")
            .setVerificationKeyResolver(
                new HttpsJwksVerificationKeyResolver(
                    new HttpsJwks(metadata.getJWKSetURI().toString())))
            .build();
    JwtClaims claims = jose4j.processToClaims(token);
    assertThat(claims.getSubject()).isEqualTo(id(key));
    int dot = token.lastIndexOf('.');
    String other = accessToken(key).getValue();
    String mixed = token.substring(0, dot) + other.substring(other.lastIndexOf('.'));
    assertThatThrownBy(() -> jose4j.processToClaims(mixed)).isInstanceOf(InvalidJwtException.class);
  }
}
