package io.github.sallyport.sample;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.User;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A caller, as this API tells clients about themselves.
 *
 * @param keyId null where no API key was shown, like {@code owner} and {@code plan}
 * @param subject null where no token was shown, like {@code issuer}
 */
record Whoami(
    String name,
    String kind,
    @Nullable String keyId,
    @Nullable String owner,
    @Nullable String subject,
    @Nullable String issuer,
    List<String> scopes,
    List<String> roles,
    @Nullable String plan) {

  static Whoami of(Caller caller) {
    Optional<Application> application = caller.application();
    Optional<User> user = caller.user();
    return new Whoami(
        caller.getName(),
        caller.credentials().name(),
        application.map(Application::keyId).orElse(null),
        application.map(Application::owner).orElse(null),
        user.map(User::subject).orElse(null),
        user.map(User::issuer).orElse(null),
        caller.scopes().stream().sorted().toList(),
        caller.roles().stream().sorted().toList(),
        application.map(Application::plan).orElse(null));
  }

  /** The same, by the name that another view of the caller gives. */
  Whoami named(String other) {
    return new Whoami(other, kind, keyId, owner, subject, issuer, scopes, roles, plan);
  }

  /** The same, with those of the roles that another view of the caller also sees. */
  Whoami withRoles(Predicate<String> seen) {
    List<String> left = roles.stream().filter(seen).toList();
    return new Whoami(name, kind, keyId, owner, subject, issuer, scopes, left, plan);
  }
}
