package io.github.sallyport;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A caller that asks another one at each call. Whoever needs one says which, and nothing more. An
 * interface, since a principal of a container has a superclass already.
 */
public interface ForwardingCaller extends Caller {

  /** The caller that answers now. */
  Caller caller();

  @Override
  default boolean isAuthenticated() {
    return caller().isAuthenticated();
  }

  @Override
  default String getName() {
    return caller().getName();
  }

  @Override
  default CredentialKind credentials() {
    return caller().credentials();
  }

  @Override
  default Optional<Application> application() {
    return caller().application();
  }

  @Override
  default Optional<User> user() {
    return caller().user();
  }

  @Override
  default Set<String> scopes() {
    return caller().scopes();
  }

  @Override
  default Set<String> roles() {
    return caller().roles();
  }

  @Override
  default Map<String, @Nullable Object> claims() {
    return caller().claims();
  }

  @Override
  default Instant authenticatedAt() {
    return caller().authenticatedAt();
  }

  @Override
  default Optional<Instant> expiresAt() {
    return caller().expiresAt();
  }

  @Override
  default void require(String... scopes) {
    caller().require(scopes);
  }

  @Override
  default void requireRole(String... roles) {
    caller().requireRole(roles);
  }

  @Override
  default void requireFresh(Duration maxAge) {
    caller().requireFresh(maxAge);
  }

  @Override
  default Runnable wrap(Runnable task) {
    return caller().wrap(task);
  }
}
