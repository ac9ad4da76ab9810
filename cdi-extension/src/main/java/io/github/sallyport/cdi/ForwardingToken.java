package io.github.sallyport.cdi;

import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * A token that asks another one at each call, also where the interface would ask {@link Claims} for
 * a name, which needs Jakarta JSON Processing.
 */
interface ForwardingToken extends JsonWebToken {

  /** The token that answers now. */
  JsonWebToken token();

  @Override
  default @Nullable String getName() {
    return token().getName();
  }

  @Override
  default @Nullable String getRawToken() {
    return token().getRawToken();
  }

  @Override
  default @Nullable String getIssuer() {
    return token().getIssuer();
  }

  @Override
  default @Nullable Set<String> getAudience() {
    return token().getAudience();
  }

  @Override
  default @Nullable String getSubject() {
    return token().getSubject();
  }

  @Override
  default @Nullable String getTokenID() {
    return token().getTokenID();
  }

  @Override
  default long getExpirationTime() {
    return token().getExpirationTime();
  }

  @Override
  default long getIssuedAtTime() {
    return token().getIssuedAtTime();
  }

  @Override
  default @Nullable Set<String> getGroups() {
    return token().getGroups();
  }

  @Override
  default @Nullable Set<String> getClaimNames() {
    return token().getClaimNames();
  }

  @Override
  default boolean containsClaim(String claimName) {
    return token().containsClaim(claimName);
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // The interface's own shape.
  default <T> @Nullable T getClaim(String claimName) {
    return token().getClaim(claimName);
  }

  @Override
  default <T> Optional<T> claim(String claimName) {
    return token().claim(claimName);
  }
}
