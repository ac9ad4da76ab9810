package io.github.sallyport.token;

import java.util.Locale;

/** Why a request for tokens, or about one, is denied: the words of OAuth 2.0. */
public enum TokenError {
  /** RFC 6749 section 5.2. */
  INVALID_REQUEST,
  /** RFC 6749 section 5.2. */
  INVALID_CLIENT,
  /** RFC 6749 section 5.2. */
  INVALID_GRANT,
  /** RFC 6749 section 5.2. */
  UNAUTHORIZED_CLIENT,
  /** RFC 6749 section 5.2. */
  UNSUPPORTED_GRANT_TYPE,
  /** RFC 6749 section 5.2. */
  INVALID_SCOPE,
  /** RFC 8693 section 2.2.2. */
  INVALID_TARGET,
  /** RFC 7009 section 2.2.1. */
  UNSUPPORTED_TOKEN_TYPE,
  /**
   * RFC 6749 section 4.1.2.1, where there is no other word for it: too often, or the store is away.
   */
  TEMPORARILY_UNAVAILABLE;

  /** The {@code error} member. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
