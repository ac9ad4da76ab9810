package io.github.sallyport;

/** Which credentials a request showed. */
public enum CredentialKind {
  /** An API key alone. */
  API_KEY("API_KEY"),
  /** A bearer token alone (RFC 6750). */
  BEARER("BEARER"),
  /** An API key and a bearer token in one request. */
  BOTH("API_KEY+BEARER");

  private final String authType;

  CredentialKind(String authType) {
    this.authType = authType;
  }

  /** The word that {@code HttpServletRequest.getAuthType()} answers. */
  public String authType() {
    return authType;
  }

  /** Tells whether an API key was among what was shown. */
  public boolean hasApiKey() {
    return this != BEARER;
  }

  /** Tells whether a bearer token was among what was shown. */
  public boolean hasBearer() {
    return this != API_KEY;
  }
}
