package io.github.sallyport.config;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How the access tokens of well-known products look, by their public documentation. What the
 * deployer sets wins, but for the claims that keep a product's other tokens, which the same keys
 * sign, from passing for access tokens.
 */
@SuppressWarnings("Immutable") // the collections are: they are List.of, Set.of and Map.of
enum Preset {
  /** No product: what RFC 7519 and MicroProfile JWT say. */
  NONE(List.of("sub"), "groups", List.of("scope", "scp"), "aud", Set.of(), Map.of()),

  /** The claim {@code typ}, not the header's, tells access tokens from ID and refresh tokens. */
  KEYCLOAK(
      List.of("preferred_username", "sub"),
      "realm_access/roles",
      List.of("scope"),
      "aud",
      Set.of(),
      Map.of("typ", "Bearer")),

  /**
   * With RBAC {@code permissions} is what the user has, {@code scope} what the client asked for. An
   * ID token has another audience.
   */
  AUTH0(List.of("sub"), "roles", List.of("permissions", "scope"), "aud", Set.of(), Map.of()),

  /**
   * The name is {@code oid}: its readable names can change hands. Scopes that a user delegated are
   * in {@code scp}, what an application may do in {@code roles}.
   */
  ENTRA(List.of("oid", "sub"), "roles", List.of("scp"), "aud", Set.of(), Map.of()),

  /** Scopes are an array; {@code cid}, the client, is in no ID token. */
  OKTA(List.of("sub"), "groups", List.of("scp"), "aud", Set.of("cid"), Map.of()),

  /** Its access tokens have no {@code aud}: whom they are for is the client that asked. */
  COGNITO(
      List.of("username", "sub"),
      "cognito:groups",
      List.of("scope"),
      "client_id",
      Set.of(),
      Map.of("token_use", "access"));

  final List<String> names;
  final String roles;
  final List<String> scopes;
  final String audience;
  final Set<String> required;
  final Map<String, String> values;

  Preset(
      List<String> names,
      String roles,
      List<String> scopes,
      String audience,
      Set<String> required,
      Map<String, String> values) {
    this.names = names;
    this.roles = roles;
    this.scopes = scopes;
    this.audience = audience;
    this.required = required;
    this.values = values;
  }
}
