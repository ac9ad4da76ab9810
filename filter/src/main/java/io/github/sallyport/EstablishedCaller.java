package io.github.sallyport;

import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A caller whose credentials have been verified.
 *
 * <p>It keeps what each credential granted, and computes from them what holds for both.
 */
public final class EstablishedCaller implements Caller {
  private final CredentialKind credentials;
  private final @Nullable Application application;
  private final @Nullable User user;
  private final Instant authenticatedAt;
  private final Set<String> scopes;

  private EstablishedCaller(
      CredentialKind credentials,
      @Nullable Application application,
      @Nullable User user,
      Instant authenticatedAt,
      Set<String> scopes) {
    this.credentials = credentials;
    this.application = application;
    this.user = user;
    this.authenticatedAt = Objects.requireNonNull(authenticatedAt, "authenticatedAt");
    this.scopes = scopes;
  }

  /** A caller who showed an API key alone. */
  public static EstablishedCaller byKey(Application application, Instant at) {
    return new EstablishedCaller(
        CredentialKind.API_KEY, application, null, at, application.scopes());
  }

  /** A caller who showed a token alone. */
  public static EstablishedCaller byToken(User user, Instant at) {
    Set<String> granted = user.scopes();
    return new EstablishedCaller(
        CredentialKind.BEARER, null, user, at, granted == null ? Set.of() : granted);
  }

  /** A caller who showed an API key and a token. */
  public static EstablishedCaller byBoth(Application application, User user, Instant at) {
    Set<String> granted = user.scopes();
    Set<String> scopes = application.scopes();
    if (granted != null) {
      Set<String> common = new HashSet<>(scopes);
      common.retainAll(granted);
      scopes = Set.copyOf(common);
    }
    return new EstablishedCaller(CredentialKind.BOTH, application, user, at, scopes);
  }

  @Override
  public boolean isAuthenticated() {
    return true;
  }

  @Override
  public String getName() {
    return user != null ? user.name() : theApplication().keyId();
  }

  @Override
  public CredentialKind credentials() {
    return credentials;
  }

  @Override
  public Optional<Application> application() {
    return Optional.ofNullable(application);
  }

  @Override
  public Optional<User> user() {
    return Optional.ofNullable(user);
  }

  @Override
  public Set<String> scopes() {
    return scopes;
  }

  @Override
  public Set<String> roles() {
    return user != null ? user.roles() : theApplication().roles();
  }

  @Override
  public Map<String, @Nullable Object> claims() {
    return user != null ? user.claims() : Map.of();
  }

  @Override
  public Instant authenticatedAt() {
    return authenticatedAt;
  }

  @Override
  public Optional<Instant> expiresAt() {
    return Stream.of(application().map(Application::expiresAt), user().map(User::expiresAt))
        .flatMap(Optional::stream)
        .min(Instant::compareTo);
  }

  private Application theApplication() {
    if (application == null) throw new AssertionError("neither application nor user");
    return application;
  }

  /** Names the caller and what was shown, nothing else. */
  @Override
  public String toString() {
    return "Caller[" + getName() + ", " + credentials + "]";
  }
}
