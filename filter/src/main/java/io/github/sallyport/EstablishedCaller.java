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
  private final @Nullable User token; // the user, or what an application's token says
  private final Instant authenticatedAt;
  private final Set<String> scopes;
  private final Set<String> roles;

  private EstablishedCaller(
      CredentialKind credentials,
      @Nullable Application application,
      @Nullable User user,
      @Nullable User token,
      Instant authenticatedAt,
      Set<String> scopes,
      Set<String> roles) {
    this.credentials = credentials;
    this.application = application;
    this.user = user;
    this.token = token;
    this.authenticatedAt = Objects.requireNonNull(authenticatedAt, "authenticatedAt");
    this.scopes = scopes;
    this.roles = roles;
  }

  /** A caller who showed an API key alone. */
  public static EstablishedCaller byKey(Application application, Instant at) {
    return new EstablishedCaller(
        CredentialKind.API_KEY,
        application,
        null,
        null,
        at,
        application.scopes(),
        application.roles());
  }

  /** A caller who showed a token alone. */
  public static EstablishedCaller byToken(User user, Instant at) {
    Set<String> granted = user.scopes();
    return new EstablishedCaller(
        CredentialKind.BEARER,
        null,
        user,
        user,
        at,
        granted == null ? Set.of() : granted,
        user.roles());
  }

  /**
   * A caller who showed a token that an application took in exchange for its key. It may do what
   * the token was granted and the key still is.
   *
   * @param application as its key stands now
   * @param token what the token says; nobody is a user by it
   */
  public static EstablishedCaller byTokenOfKey(Application application, User token, Instant at) {
    Set<String> granted = token.scopes();
    return new EstablishedCaller(
        CredentialKind.BEARER,
        application,
        null,
        token,
        at,
        granted == null ? Set.of() : common(application.scopes(), granted),
        common(application.roles(), token.roles()));
  }

  /** A caller who showed an API key and a token. */
  public static EstablishedCaller byBoth(Application application, User user, Instant at) {
    Set<String> granted = user.scopes();
    Set<String> scopes = application.scopes();
    return new EstablishedCaller(
        CredentialKind.BOTH,
        application,
        user,
        user,
        at,
        granted == null ? scopes : common(scopes, granted),
        user.roles());
  }

  private static Set<String> common(Set<String> some, Set<String> others) {
    Set<String> common = new HashSet<>(some);
    common.retainAll(others);
    return Set.copyOf(common);
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
    return roles;
  }

  @Override
  public Map<String, @Nullable Object> claims() {
    return token != null ? token.claims() : Map.of();
  }

  @Override
  public Instant authenticatedAt() {
    return authenticatedAt;
  }

  @Override
  public Optional<Instant> expiresAt() {
    return Stream.of(
            application().map(Application::expiresAt),
            Optional.ofNullable(token).map(User::expiresAt))
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
