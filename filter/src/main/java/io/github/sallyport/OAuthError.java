package io.github.sallyport;

/** The error words of RFC 6750 section 3.1, and that of RFC 9470 section 3. */
public enum OAuthError {
  /** No error attribute: nothing was shown, or the row has no challenge. */
  NONE(""),
  INVALID_REQUEST("invalid_request"),
  INVALID_TOKEN("invalid_token"),
  INSUFFICIENT_SCOPE("insufficient_scope"),
  /** Always said by Bearer: a key can't log in, so who showed one needs a token. */
  INSUFFICIENT_USER_AUTHENTICATION("insufficient_user_authentication");

  private final String word;

  OAuthError(String word) {
    this.word = word;
  }

  /** The attribute's value; empty for {@link #NONE}. */
  public String word() {
    return word;
  }
}
