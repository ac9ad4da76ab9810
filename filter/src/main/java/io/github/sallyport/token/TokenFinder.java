package io.github.sallyport.token;

import io.github.sallyport.Credential;
import io.github.sallyport.Secret;
import io.github.sallyport.jwt.VerifiedToken;
import io.github.sallyport.key.ApiKeyRecord;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Finds the token about which somebody asks, by its text. Safe for use by many threads. */
public final class TokenFinder {
  private final Function<Credential.Bearer, Optional<VerifiedToken>> verified;
  private final RefreshTokens refresh;
  private final Function<Secret, Optional<ApiKeyRecord>> holder;

  /**
   * @param verified a JWT that stands
   * @param holder the key whose whole text something is, however it stands
   */
  public TokenFinder(
      Function<Credential.Bearer, Optional<VerifiedToken>> verified,
      RefreshTokens refresh,
      Function<Secret, Optional<ApiKeyRecord>> holder) {
    this.verified = Objects.requireNonNull(verified, "verified");
    this.refresh = Objects.requireNonNull(refresh, "refresh");
    this.holder = Objects.requireNonNull(holder, "holder");
  }

  TokenShown find(Secret text) {
    if (text.reveal().chars().filter(c -> c == '.').count() == 2) {
      return verified
          .apply(new Credential.Bearer(text))
          .<TokenShown>map(token -> new TokenShown.Access(token, text))
          .orElseGet(TokenShown.None::new);
    }
    return refresh
        .find(text)
        .<TokenShown>map(found -> new TokenShown.Refresh(found, text))
        .or(() -> holder.apply(text).map(TokenShown.Key::new))
        .orElseGet(TokenShown.None::new);
  }
}
