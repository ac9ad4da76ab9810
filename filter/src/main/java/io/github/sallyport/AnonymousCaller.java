package io.github.sallyport;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The caller of a request in which nobody was established. */
public enum AnonymousCaller implements Caller {
  INSTANCE;

  @Override
  public boolean isAuthenticated() {
    return false;
  }

  @Override
  public String getName() {
    throw nobody();
  }

  @Override
  public CredentialKind credentials() {
    throw nobody();
  }

  @Override
  public Optional<Application> application() {
    return Optional.empty();
  }

  @Override
  public Optional<User> user() {
    return Optional.empty();
  }

  @Override
  public Set<String> scopes() {
    return Set.of();
  }

  @Override
  public Set<String> roles() {
    return Set.of();
  }

  @Override
  public Map<String, @Nullable Object> claims() {
    return Map.of();
  }

  @Override
  public Instant authenticatedAt() {
    throw nobody();
  }

  @Override
  public Optional<Instant> expiresAt() {
    return Optional.empty();
  }

  private static IllegalStateException nobody() {
    return new IllegalStateException(
        "Nobody is authenticated in this request: ask isAuthenticated() first.");
  }
}
