package io.github.sallyport;

/**
 * Every reason for not letting a request in: one row of the published table of responses each.
 *
 * <p>The scheme of a challenge is the credential's, not the row's, so it does not stand here; what
 * varies from one event to the next travels in {@link Refused}.
 */
public enum Refusal {
  CREDENTIAL_AMBIGUOUS(
      400, "credential_ambiguous", OAuthError.INVALID_REQUEST, "Ambiguous credentials"),
  CREDENTIAL_MALFORMED(
      400, "credential_malformed", OAuthError.INVALID_REQUEST, "Malformed credential"),
  PATH_AMBIGUOUS(400, "path_ambiguous", OAuthError.NONE, "Ambiguous path"),

  CREDENTIAL_MISSING(401, "credential_missing", OAuthError.NONE, "Credential missing"),
  KEY_UNKNOWN(401, "key_unknown", OAuthError.INVALID_TOKEN, "Unknown API key"),
  KEY_REVOKED(401, "key_revoked", OAuthError.INVALID_TOKEN, "API key revoked"),
  KEY_DISABLED(401, "key_disabled", OAuthError.INVALID_TOKEN, "API key disabled"),
  KEY_NOT_YET_VALID(401, "key_not_yet_valid", OAuthError.INVALID_TOKEN, "API key not yet valid"),
  KEY_EXPIRED(401, "key_expired", OAuthError.INVALID_TOKEN, "API key expired"),
  TOKEN_INVALID(401, "token_invalid", OAuthError.INVALID_TOKEN, "Invalid token"),
  TOKEN_EXPIRED(401, "token_expired", OAuthError.INVALID_TOKEN, "Token expired"),
  TOKEN_NOT_YET_VALID(401, "token_not_yet_valid", OAuthError.INVALID_TOKEN, "Token not yet valid"),
  TOKEN_REVOKED(401, "token_revoked", OAuthError.INVALID_TOKEN, "Token revoked"),

  SCOPE_INSUFFICIENT(
      403, "scope_insufficient", OAuthError.INSUFFICIENT_SCOPE, "Insufficient scope"),
  ROLE_MISSING(403, "role_missing", OAuthError.NONE, "Role missing"),
  POLICY_DENIED(403, "policy_denied", OAuthError.NONE, "Denied by policy"),
  CREDENTIAL_KIND_REFUSED(
      403, "credential_kind_refused", OAuthError.NONE, "Kind of credential refused"),
  AUTHENTICATION_TOO_OLD(
      403,
      "authentication_too_old",
      OAuthError.INSUFFICIENT_USER_AUTHENTICATION,
      "Authentication too old"),
  ORIGIN_REFUSED(403, "origin_refused", OAuthError.NONE, "Origin refused"),
  HTTPS_REQUIRED(403, "https_required", OAuthError.NONE, "HTTPS required"),
  ADDRESS_REFUSED(403, "address_refused", OAuthError.NONE, "Address refused"),

  RATE_LIMITED(429, "rate_limited", OAuthError.NONE, "Rate limited"),
  QUOTA_EXHAUSTED(429, "quota_exhausted", OAuthError.NONE, "Quota exhausted"),
  CONCURRENCY_LIMITED(429, "concurrency_limited", OAuthError.NONE, "Concurrency limited"),

  STORE_UNAVAILABLE(503, "store_unavailable", OAuthError.NONE, "Store unavailable"),
  ISSUER_UNAVAILABLE(503, "issuer_unavailable", OAuthError.NONE, "Issuer unavailable");

  private final int status;
  private final String code;
  private final OAuthError error;
  private final String title;

  Refusal(int status, String code, OAuthError error, String title) {
    this.status = status;
    this.code = code;
    this.error = error;
    this.title = title;
  }

  /** The HTTP status code. */
  public int status() {
    return status;
  }

  /** The stable, machine-readable word. */
  public String code() {
    return code;
  }

  /** The error word on the challenge of the scheme by which the credential came. */
  public OAuthError error() {
    return error;
  }

  /** A short phrase that is the same for every occurrence (RFC 9457 section 3.1.3). */
  public String title() {
    return title;
  }
}
