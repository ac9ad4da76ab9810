package io.github.sallyport;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A caller that asks another one at each call. Whoever needs one says which, and nothing more. */
public abstract class ForwardingCaller implements Caller {

  /** The caller that answers now. */
  protected abstract Caller caller();

  @Override
  public boolean isAuthenticated() {
    return caller().isAuthenticated();
  }

  @Override
  public String getName() {
    return caller().getName();
  }

  @Override
  public CredentialKind credentials() {
    return caller().credentials();
  }

  @Override
  public Optional<Application> application() {
    return caller().application();
  }

  @Override
  public Optional<User> user() {
    return caller().user();
  }

  @Override
  public Set<String> scopes() {
    return caller().scopes();
  }

  @Override
  public Set<String> roles() {
    return caller().roles();
  }

  @Override
  public Map<String, @Nullable Object> claims() {
    return caller().claims();
  }

  @Override
  public Instant authenticatedAt() {
    return caller().authenticatedAt();
  }

  @Override
  public Optional<Instant> expiresAt() {
    return caller().expiresAt();
  }

  @Override
  public void require(String... scopes) {
    caller().require(scopes);
  }

  @Override
  public void requireRole(String... roles) {
    caller().requireRole(roles);
  }

  @Override
  public Runnable wrap(Runnable task) {
    return caller().wrap(task);
  }
}
