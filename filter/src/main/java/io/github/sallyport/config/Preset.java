package io.github.sallyport.config;

import java.util.List;
import java.util.Map;

/**
 * How the access tokens of well-known products look. What the deployer sets wins. Each tells access
 * tokens from the others that the same keys sign: an ID token, or one for refreshing, is none.
 */
@SuppressWarnings("Immutable") // the collections are: they are List.of and Map.of
enum Preset {
  /** No product: what RFC 7519 and MicroProfile JWT say. */
  NONE(List.of("sub"), "groups", List.of("scope", "scp"), "aud", Map.of()),
  /** Its claim {@code typ} tells access tokens from ID and refresh tokens. */
  KEYCLOAK(
      List.of("preferred_username", "sub"),
      "realm_access/roles",
      List.of("scope"),
      "aud",
      Map.of("typ", "Bearer")),
  /** With RBAC its permissions are in the token; an ID token has another audience. */
  AUTH0(List.of("sub"), "permissions", List.of("scope"), "aud", Map.of()),
  /** Version 2.0; delegated scopes are in {@code scp}, those of applications in {@code roles}. */
  ENTRA(List.of("preferred_username", "sub"), "roles", List.of("scp"), "aud", Map.of("ver", "2.0")),
  /** Scopes are an array; groups are there where the authorization server has the claim. */
  OKTA(List.of("sub"), "groups", List.of("scp"), "aud", Map.of()),
  /** Its access tokens have no {@code aud}: whom they are for is the client that asked. */
  COGNITO(
      List.of("username", "sub"),
      "cognito:groups",
      List.of("scope"),
      "client_id",
      Map.of("token_use", "access"));

  final List<String> names;
  final String roles;
  final List<String> scopes;
  final String audience;
  final Map<String, String> values;

  Preset(
      List<String> names,
      String roles,
      List<String> scopes,
      String audience,
      Map<String, String> values) {
    this.names = names;
    this.roles = roles;
    this.scopes = scopes;
    this.audience = audience;
    this.values = values;
  }
}
