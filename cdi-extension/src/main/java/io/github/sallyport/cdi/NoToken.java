package io.github.sallyport.cdi;

import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** The token of a request that showed none: every answer is null (MicroProfile JWT 2.1, 7.1.1). */
enum NoToken implements JsonWebToken {
  INSTANCE;

  @Override
  public @Nullable String getName() {
    return null;
  }

  @Override
  public @Nullable String getRawToken() {
    return null;
  }

  @Override
  public @Nullable String getIssuer() {
    return null;
  }

  @Override
  public @Nullable Set<String> getAudience() {
    return null;
  }

  @Override
  public @Nullable String getSubject() {
    return null;
  }

  @Override
  public @Nullable String getTokenID() {
    return null;
  }

  @Override
  public long getExpirationTime() {
    return 0;
  }

  @Override
  public long getIssuedAtTime() {
    return 0;
  }

  @Override
  public @Nullable Set<String> getGroups() {
    return null;
  }

  @Override
  public @Nullable Set<String> getClaimNames() {
    return null;
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // The interface's own shape.
  public <T> @Nullable T getClaim(String claimName) {
    return null;
  }

  @Override
  public <T> Optional<T> claim(String claimName) {
    return Optional.empty();
  }

  @Override
  public String toString() {
    return "JsonWebToken[none here]";
  }
}
