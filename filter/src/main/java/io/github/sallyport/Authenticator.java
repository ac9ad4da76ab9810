package io.github.sallyport;

import java.util.Optional;

/**
 * Establishes who shows a credential of kind {@code C}. Safe for use by many threads.
 *
 * @param <C> the kind of credential that it understands
 */
@FunctionalInterface
public interface Authenticator<C extends Credential> {

  /**
   * Says who shows this credential, or why it does not stand.
   *
   * @throws StoreUnavailableException if nobody can say, neither store nor cache; never means
   *     "unknown"
   * @throws IssuerUnavailableException if the keys of the token's issuer can't be had
   */
  Authentication authenticate(C credential);

  /**
   * The public name that this credential carries, told by its form alone: for audit, where a
   * credential is refused before anybody looks at it. It proves nothing.
   *
   * @return empty if it carries none
   */
  default Optional<String> publicId(C credential) {
    return Optional.empty();
  }
}
