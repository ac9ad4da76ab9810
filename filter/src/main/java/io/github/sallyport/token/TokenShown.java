package io.github.sallyport.token;

import io.github.sallyport.Secret;
import io.github.sallyport.jwt.VerifiedToken;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.token.RefreshStore.Found;

/**
 * A token about which somebody asks (RFC 7009, RFC 7662), found by its text. What it is its shape
 * tells, whatever {@code token_type_hint} says.
 */
sealed interface TokenShown {
  /** None of ours, or one that ended or was taken back so that nobody knows it any more. */
  record None() implements TokenShown {}

  /** A JWT that stands, of any issuer that is let in. */
  record Access(VerifiedToken token, Secret text) implements TokenShown {}

  /** A refresh token, however it stands. */
  record Refresh(Found found, Secret text) implements TokenShown {}

  /** The whole text of an API key, however it stands. */
  record Key(ApiKeyRecord key) implements TokenShown {}
}
