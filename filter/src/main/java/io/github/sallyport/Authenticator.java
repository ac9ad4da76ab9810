package io.github.sallyport;

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
}
